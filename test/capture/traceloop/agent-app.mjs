/** What an agent does, by the decorators of Traceloop's SDK that are given. */
export async function runAgentApp(traceloop) {
  const {
    withAgent,
    withTool,
    withTask,
    withWorkflow,
    withLLMCall,
    withVectorDBCall,
    withAssociationProperties,
  } = traceloop;
  // Where a decorated function throws, its span is never ended, and the promise is the caller's.
  const quietly = (call) =>
    Promise.resolve()
      .then(call)
      .catch(() => {});
  const tool = (name, fn, ...args) => withTool({ name }, fn, ...args);

  await withAssociationProperties({ session_id: "sess-9", user_id: "user-7" }, () =>
    withWorkflow({ name: "help_desk" }, async () => {
      await withAgent(
        { name: "support_agent" },
        async () => {
          await withTask({ name: "plan" }, async () => ["lookup"], "refund?");
          await withAgent({ name: "researcher" }, () =>
            Promise.all([
              tool("lookup", async ({ key }) => ({ key, hits: ["a"] }), { key: "one" }),
              tool("lookup", async ({ key }) => ({ key, hits: ["b"] }), { key: "two" }),
            ]),
          );
          await quietly(() =>
            tool(
              "charge",
              async () => {
                throw new TypeError("card declined: 4000");
              },
              { amount: 3 },
            ),
          );
          await tool("countdown", (from) => ({ left: from - 1 }), 5);
          await tool("greet", (first, second) => `hello ${first} ${second}`, "Bo", "Al");
          await tool("nothing", async () => {});
          await tool("list", async (items) => items.length, [1, 2, 3]);
          await tool("null_tool", async () => null, null);
          await tool("pairs", async (map) => new Map([["size", map.size]]), new Map([["a", 1]]));
          await tool("json_text", async () => '{"a":1}', '{"b":2}');
          await tool(
            "mcp_weather",
            async () => ({ content: [{ type: "text", text: "no such city" }], isError: true }),
            {
              city: "Atlantis",
            },
          );
          await withTool({ name: "secret", traceContent: false }, async () => "classified", { pin: "1234" });
          await withTool(
            { name: "told", inputParameters: [{ said: true }], version: 3 },
            async () => 1,
            "in truth",
          );

          await withLLMCall({ vendor: "acme", type: "chat" }, async ({ span }) => {
            span.reportRequest({ model: "mock-main", messages: [{ role: "user", content: "refund?" }] });
            span.reportResponse({
              model: "mock-main-1",
              usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
              completions: [{ finish_reason: "stop", message: { role: "assistant", content: "sorry" } }],
            });
          });
          await withVectorDBCall({ vendor: "acme", type: "query" }, async ({ span }) => {
            span.reportQuery({ queryVector: [1, 2, 3] });
            span.reportResults({
              results: [
                {
                  ids: "doc-1",
                  scores: 0.5,
                  distances: 0.1,
                  metadata: { page: 1 },
                  vectors: [1],
                  documents: "text",
                },
              ],
            });
          });
          return "sorry";
        },
        "refund?",
      );
    }),
  );
}
