import { type Capture, called, errorDetails, failed, HIDDEN_CALL, type Row, type Told } from "./capture.js";

const DECLINED = "card declined: 4000";
const UPSTREAM = "503 upstream overloaded";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';
const STEP = "an observation of the type chain is a step";

/** test/capture/langfuse-python/capture.py. What `observe` catches has no type. */
function agentApp(): Capture {
  const SUPPORT = { agent: "support_agent", session: "sess-9" };
  const tool = (id: string, name: string, given: unknown, result?: unknown): Row => [
    id,
    "tool_call",
    name,
    { ...SUPPORT, details: called(given, result) },
  ];
  return {
    file: "langfuse-python-agent",
    title: "An agent by Langfuse in Python",
    source: "langfuse",
    rows: [
      tool("c61d88", "lookup", "one", { key: "one", hits: ["a", "b"] }),
      tool("cdcd0b", "lookup", { key: "two", limit: 1 }, { key: "two", hits: ["a"] }),
      tool("eb8c75", "greet", "Bo", "hello Bo"),
      tool("055a47", "nothing", null),
      // A generator's texts are joined.
      tool("7d7588", "letters", 2, "ab"),
      ["fb12f8", "tool_call", "secret", { ...SUPPORT, details: HIDDEN_CALL }],
      [
        "1cd08b",
        "decision",
        "pii",
        {
          ...SUPPORT,
          details: {
            decision_type: "guardrail",
            decision_context: "hello",
            decision_result: { passed: true },
          },
        },
      ],
      tool("497e92", "docs", "refunds", [{ id: "d0", text: "doc" }]),
      [
        "a38dca",
        "tool_call",
        "charge",
        { ...SUPPORT, error: ["Error", DECLINED], unknown: ["error"], details: failed(3, DECLINED) },
      ],
      [
        "5d1688",
        "tool_call",
        "refund",
        {
          ...SUPPORT,
          call: "call_7",
          error: ["Error", "ledger is closed"],
          details: failed({ order: 12 }, "ledger is closed"),
        },
      ],
      [
        "962bd5",
        "tool_call",
        "pay",
        {
          ...SUPPORT,
          error: ["RuntimeError", "ledger is on fire"],
          details: failed({ amount: 9 }, "ledger is on fire"),
        },
      ],
      [
        "fd7ced",
        "decision",
        "route",
        {
          ...SUPPORT,
          details: {
            decision_type: "choice",
            decision_context: { options: ["billing", "sales"] },
            decision_result: { choice: "billing", confidence: 0.9 },
            alternatives: ["billing", "sales"],
            confidence: 0.9,
          },
        },
      ],
      ["b24208", "success", "support_agent", { ...SUPPORT, details: {} }],
    ],
    others: { ask: GOOD_CALL },
    models: { e2eabf: { requested: [["lookup", "call_1", { key: "one" }]], answered: [] } },
  };
}

/** test/capture/langchain_app.py by the callback handler. */
function langChain(): Capture {
  const told = (agent: string) => ({ agent, session: "sess-9" });
  const failing = (agent: string, message: string, context: object): Told => ({
    ...told(agent),
    error: ["Error", message],
    unknown: ["error", "error_type"],
    details: errorDetails("Error", message, context),
  });
  return {
    file: "langfuse-python-langchain",
    title: "LangChain, by Langfuse in Python",
    source: "langfuse",
    rows: [
      [
        "34611d",
        "tool_call",
        "get_weather",
        {
          ...told("support"),
          call: "call_1",
          details: called({ city: "Paris" }, { city: "Paris", tempC: 21 }),
        },
      ],
      [
        "97a0e0",
        "tool_call",
        "get_weather",
        {
          ...told("support"),
          call: "call_2",
          details: called({ city: "Rome" }, { city: "Rome", tempC: 21 }),
        },
      ],
      ["052118", "success", "support", { ...told("support"), details: {} }],
      [
        "49dc83",
        "tool_call",
        "charge",
        {
          ...told("failing"),
          call: "call_4",
          error: ["Error", DECLINED],
          unknown: ["error"],
          details: failed({ amount: 3 }, DECLINED),
        },
      ],
      ["cbc068", "error", "Error", failing("failing", DECLINED, { run: "failing" })],
      [
        "8150c7",
        "error",
        "Error",
        failing("broken", UPSTREAM, { model_call: "mock-down", model: "mock-down" }),
      ],
      ["c04bce", "error", "Error", failing("broken", UPSTREAM, { run: "broken" })],
      // It waits for a person, who refuses.
      [
        "c2c060",
        "tool_call",
        "pay",
        { ...told("payer"), call: "call_p1", details: called({ amount: 9 }, null, { interrupted: true }) },
      ],
      ["20f659", "success", "payer", { ...told("payer"), details: {} }],
      [
        "3b10b7",
        "tool_call",
        "pay",
        { ...told("payer"), call: "call_p1", details: called({ amount: 9 }, "refused") },
      ],
      ["1e4053", "success", "payer", { ...told("payer"), details: {} }],
    ],
    others: { ScriptedModel: GOOD_CALL, model: STEP, tools: STEP },
  };
}

export const CAPTURES: readonly Capture[] = [agentApp(), langChain()];
