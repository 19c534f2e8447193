import { type Capture, called, errorDetails, failed, type Row } from "./capture.js";

const DECLINED = "card declined: 4000";
const NO_TOOL = "Error: no_such_tool is not a valid tool, try one of [get_weather, charge].";
const UPSTREAM = "503 upstream overloaded";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';
const STEP = "a run of the type chain is a step";

/** test/capture/langsmith-python/capture.py: arguments have their names, and defaults are among them. */
function agentApp(): Capture {
  const SUPPORT = { agent: "support_agent", session: "sess-9" };
  const tool = (id: string, name: string, given: unknown, result?: unknown): Row => [
    id,
    "tool_call",
    name,
    { ...SUPPORT, details: called(given, result) },
  ];
  return {
    file: "langsmith-python-agent",
    title: "An agent by LangSmith in Python",
    source: "langsmith",
    rows: [
      ["b24208", "success", "support_agent", { ...SUPPORT, details: {} }],
      tool("c61d88", "lookup", { key: "one", limit: 2 }, { key: "one", hits: ["a", "b"] }),
      tool("eb8c75", "greet", { name: "Bo" }, "hello Bo"),
      tool("055a47", "nothing", null),
      tool("497e92", "docs", { query: "refunds" }, [{ page_content: "doc", type: "Document", metadata: {} }]),
      [
        "a38dca",
        "tool_call",
        "charge",
        { ...SUPPORT, error: ["TypeError", DECLINED], details: failed({ amount: 3 }, DECLINED) },
      ],
    ],
    others: {},
  };
}

/** test/capture/langchain_app.py by the tracer of LangChain. */
function langChain(): Capture {
  const told = (agent: string) => ({ agent, session: "sess-9" });
  const failing = (agent: string, type: string, message: string, context: object) =>
    ({
      ...told(agent),
      error: [type, message],
      details: errorDetails(type, message, context),
    }) as const;
  return {
    file: "langsmith-python-langchain",
    title: "LangChain, by LangSmith in Python",
    source: "langsmith",
    rows: [
      ["052118", "success", "support", { ...told("support"), details: {} }],
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
      // There is no such tool, which the step that was for it says.
      [
        "bdea86",
        "tool_call",
        "no_such_tool",
        {
          ...told("support"),
          call: "call_5",
          error: ["invalid_tool_call", NO_TOOL],
          details: failed({ x: 1 }, NO_TOOL),
        },
      ],
      ["c04bce", "error", "RuntimeError", failing("broken", "RuntimeError", UPSTREAM, { run: "broken" })],
      [
        "8150c7",
        "error",
        "RuntimeError",
        failing("broken", "RuntimeError", UPSTREAM, {
          model_call: "chat mock-down",
          model: "mock-down",
          provider: "scriptedmodel",
        }),
      ],
      ["20f659", "success", "payer", { ...told("payer"), details: {} }],
      // It waits for a person, who refuses.
      [
        "c2c060",
        "tool_call",
        "pay",
        { ...told("payer"), call: "call_p1", details: called({ amount: 9 }, null, { interrupted: true }) },
      ],
      ["1e4053", "success", "payer", { ...told("payer"), details: {} }],
      [
        "3b10b7",
        "tool_call",
        "pay",
        { ...told("payer"), call: "call_p1", details: called({ amount: 9 }, "refused") },
      ],
      [
        "49dc83",
        "tool_call",
        "charge",
        {
          ...told("failing"),
          call: "call_4",
          error: ["TypeError", DECLINED],
          details: failed({ amount: 3 }, DECLINED),
        },
      ],
      ["cbc068", "error", "TypeError", failing("failing", "TypeError", DECLINED, { run: "failing" })],
    ],
    others: { ScriptedModel: GOOD_CALL, model: STEP, tools: STEP },
  };
}

export const CAPTURES: readonly Capture[] = [agentApp(), langChain()];
