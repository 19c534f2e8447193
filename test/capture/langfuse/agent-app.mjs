/**
 * What an agent does, by the functions of @langfuse/tracing that are given. The same for each version and setting, so that captures of it
 * can be compared.
 */
export async function runAgentApp(
  { observe, startActiveObservation, startObservation, updateActiveObservation },
  userTracer,
) {
  const quietly = (call) =>
    Promise.resolve()
      .then(call)
      .catch(() => {});
  const tool = (name, fn, options = {}) => observe(fn, { name, asType: "tool", ...options });

  const lookup = tool("lookup", async ({ key }) => ({ key, hits: ["a", "b"] }));
  const researcher = observe(
    async (question) => {
      const found = await Promise.all([lookup({ key: "one" }), lookup({ key: "two" })]);
      return `${question}: ${found.length}`;
    },
    { name: "researcher", asType: "agent" },
  );
  const charge = tool("charge", async () => {
    throw new TypeError("card declined: 4000");
  });
  const chargeNow = tool("charge_now", () => {
    throw new RangeError("too much");
  });
  const throwsText = tool("throws_text", async () => {
    throw "out of paper";
  });
  const countdown = tool("countdown", (from) => ({ left: from - 1 }));

  await startActiveObservation(
    "support_agent",
    async (agent) => {
      agent.update({ input: { question: "refund?" } });

      const answers = (content) => ({ role: "tool", tool_call_id: "call_1", content });
      const first = startObservation(
        "ask-model",
        {
          model: "mock-main",
          input: { messages: [{ role: "user", content: "refund?" }], tools: [{ name: "lookup" }] },
        },
        { asType: "generation" },
      );
      first
        .update({
          output: {
            choices: [
              {
                finish_reason: "tool_calls",
                message: {
                  role: "assistant",
                  content: null,
                  tool_calls: [
                    {
                      id: "call_1",
                      type: "function",
                      function: { name: "lookup", arguments: '{"key":"one"}' },
                    },
                    {
                      id: "call_2",
                      type: "function",
                      function: { name: "charge", arguments: '{"amount":3}' },
                    },
                  ],
                },
              },
            ],
          },
          usageDetails: { input: 80, output: 9, input_cache_read: 20 },
        })
        .end();

      await researcher("who?");
      await quietly(() => charge({ amount: 3 }));
      await quietly(() => chargeNow(7));
      await quietly(() => throwsText());
      countdown(5);
      tool("greet", (first, second) => `hello ${first} ${second}`)("Bo", "Al");
      tool("digits", () => "007")();
      tool("nothing", async () => {})();
      tool("mcp_weather", async () => ({ content: [{ type: "text", text: "no such city" }], isError: true }))(
        {
          city: "Atlantis",
        },
      );
      await quietly(() =>
        startActiveObservation(
          "refund",
          async (span) => {
            span.update({ input: { order: 12 }, metadata: { tool_call_id: "call_7" } });
            throw new Error("ledger is closed");
          },
          { asType: "tool" },
        ),
      );

      startObservation(
        "ask-model-again",
        {
          model: "mock-main",
          input: [
            { role: "user", content: "refund?" },
            { role: "assistant", content: "", tool_calls: [{ id: "call_1", type: "function" }] },
            answers('{"key":"one"}'),
            { role: "tool", tool_call_id: "call_2", content: "Error: card declined: 4000" },
          ],
          output: { role: "assistant", content: "sorry" },
          usageDetails: { prompt_tokens: 30, completion_tokens: 4, total_tokens: 34 },
        },
        { asType: "generation" },
      ).end();
      startObservation(
        "claude",
        {
          model: "mock-claude",
          input: [
            {
              role: "user",
              content: [{ type: "tool_result", tool_use_id: "toolu_0", content: "no key", is_error: true }],
            },
          ],
          output: {
            role: "assistant",
            stop_reason: "tool_use",
            content: [
              { type: "text", text: "let me see" },
              { type: "tool_use", id: "toolu_1", name: "lookup", input: { key: "three" } },
            ],
          },
          usageDetails: { input_tokens: 11, output_tokens: 12 },
        },
        { asType: "generation" },
      ).end();
      startObservation("model-down", { model: "mock-main", input: "hi" }, { asType: "generation" })
        .update({ level: "ERROR", statusMessage: "APIConnectionError: 503 upstream overloaded" })
        .end();
      startObservation(
        "embed",
        { model: "mock-embed", input: "refund", usageDetails: { input: 2 } },
        { asType: "embedding" },
      )
        .update({ output: [0.1, 0.2] })
        .end();

      await quietly(() =>
        observe(
          async () => {
            throw new Error("index is gone");
          },
          { name: "docs", asType: "retriever" },
        )("refunds"),
      );
      observe(() => ({ passed: true }), { name: "pii", asType: "guardrail" })("hello");
      await quietly(() =>
        observe(
          () => {
            throw new Error("no verdict");
          },
          { name: "toxicity", asType: "guardrail" },
        )("hello"),
      );
      observe((text) => text.length, { name: "length", asType: "evaluator" })("hello");
      observe(() => "formatted", { name: "format", asType: "chain" })("x");
      startObservation(
        "route",
        {
          input: { question: "refund?", candidates: ["billing", "sales"] },
          output: { agent: "billing", reason: "it is about money", confidence: 0.9 },
        },
        { asType: "event" },
      );

      // A tool of another library, of which the program says more.
      userTracer.startActiveSpan("execute_tool theirs", (span) => {
        span.setAttributes({
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": "theirs",
          "gen_ai.tool.call.arguments": '{"a":1}',
          "gen_ai.tool.call.result": "2",
        });
        updateActiveObservation({ metadata: { tier: "gold" } }, { asType: "span" });
        span.end();
      });
      agent.update({ output: "sorry" });
    },
    { asType: "agent" },
  );
}
