/** What an agent does, by the `traceable` that is given. */
export async function runAgentApp(traceable, config = {}) {
  const quietly = (call) =>
    Promise.resolve()
      .then(call)
      .catch(() => {});
  const of = (run_type, name, fn, more = {}) => traceable(fn, { name, run_type, ...config, ...more });

  const lookup = of("tool", "lookup", async ({ key }) => ({ key, hits: ["a", "b"] }));
  const researcher = of("chain", "researcher", async (question) => {
    const found = await Promise.all([lookup({ key: "one" }), lookup({ key: "two" })]);
    return `${question}: ${found.length}`;
  });
  const chat = of("llm", "chat", async ({ messages }) => answers[messages.length], {
    metadata: { ls_model_name: "mock-main", ls_provider: "acme" },
  });
  const answers = {
    1: {
      choices: [
        {
          finish_reason: "tool_calls",
          message: {
            role: "assistant",
            content: null,
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "lookup", arguments: '{"key":"one"}' } },
              { id: "call_2", type: "function", function: { name: "charge", arguments: '{"amount":3}' } },
            ],
          },
        },
      ],
      usage_metadata: { input_tokens: 7, output_tokens: 3, total_tokens: 10 },
    },
    4: { role: "assistant", content: "sorry" },
  };
  const support = of(
    "chain",
    "support_agent",
    async (question) => {
      await chat({ messages: [{ role: "user", content: question }] });
      await researcher("who?");
      await quietly(() =>
        of(
          "tool",
          "charge",
          async () => {
            throw new TypeError("card declined: 4000");
          },
          { metadata: { tool_call_id: "call_2" } },
        )({ amount: 3 }),
      );
      await quietly(() =>
        of("tool", "charge_now", () => {
          throw new RangeError("too much");
        })(7),
      );
      await quietly(() =>
        of("tool", "throws_text", async () => {
          throw "out of paper";
        })("a4"),
      );
      await chat({
        messages: [
          { role: "user", content: question },
          { role: "assistant", tool_calls: [{ id: "call_1" }, { id: "call_2" }] },
          { role: "tool", tool_call_id: "call_1", content: '{"key":"one"}' },
          { role: "tool", tool_call_id: "call_2", content: "Error: card declined: 4000" },
        ],
      });
      await of("tool", "countdown", (from) => ({ left: from - 1 }))(5);
      await of("tool", "greet", (first, second) => `hello ${first} ${second}`)("Bo", "Al");
      await of("tool", "numbers", () => [1, 2])();
      await of("tool", "nothing", async () => {})();
      await of("tool", "null_tool", async () => null)(null);
      await of("tool", "mcp_weather", async () => ({
        content: [{ type: "text", text: "no such city" }],
        isError: true,
      }))({ city: "Atlantis" });
      await of("tool", "json_text", async () => '{"a":1}')('{"b":2}');
      const letters = of("tool", "letters", async function* (upTo) {
        for (const letter of "abc".slice(0, upTo)) yield letter;
      });
      for await (const _letter of letters(2)) void _letter;
      await quietly(() =>
        of("retriever", "docs", async () => {
          throw new Error("index is gone");
        })("refunds"),
      );
      await of("embedding", "embed", async () => [0.1])("refund", {
        metadata: { ls_model_name: "mock-embed" },
      });
      await of("prompt", "template", async () => "filled")({ name: "Bo" });
      await of("parser", "parse", async () => ({ ok: true }))("text");
      await quietly(() =>
        of(
          "llm",
          "model-down",
          async () => {
            throw new Error("503 upstream overloaded");
          },
          { metadata: { ls_model_name: "mock-main" } },
        )({ messages: [{ role: "user", content: "hi" }] }),
      );
      return "sorry";
    },
    { metadata: { thread_id: "thread-9", user_id: "user-7" }, tags: ["prod"] },
  );
  await support("refund?");
}
