import { type Capture, called, errorDetails, failed } from "./capture.js";

const DECLINED = "card declined: 4000";
const UPSTREAM = "503 upstream overloaded";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';
const SUPPORT_9 = { agent: "support_agent", session: "sess-9" };
const failing = (type: string, message: string) => ({ ...SUPPORT_9, error: [type, message] }) as const;

/** test/capture/langfuse/agent-app.mjs */
function agentApp(file: string, title: string): Capture {
  const RESEARCHER_9 = { agent: "researcher", session: "sess-9" };
  const found = (key: string) => called({ key }, { key, hits: ["a", "b"] });
  const guard = (decision_result: unknown, more: object = {}) => ({
    decision_type: "guardrail",
    decision_context: "hello",
    decision_result,
    ...more,
  });
  return {
    file,
    title,
    source: "langfuse",
    rows: [
      ["5aea9c", "tool_call", "lookup", { ...RESEARCHER_9, details: found("one") }],
      ["21029b", "tool_call", "lookup", { ...RESEARCHER_9, details: found("two") }],
      ["d5fdb9", "success", "researcher", { ...RESEARCHER_9, details: {} }],
      [
        "a38dca",
        "tool_call",
        "charge",
        { ...failing("TypeError", DECLINED), details: failed({ amount: 3 }, DECLINED) },
      ],
      [
        "30a9a5",
        "tool_call",
        "charge_now",
        { ...failing("RangeError", "too much"), details: failed(7, "too much") },
      ],
      [
        "077031",
        "tool_call",
        "throws_text",
        { ...failing("Error", "out of paper"), details: failed(null, "out of paper") },
      ],
      ["7c7b83", "tool_call", "countdown", { ...SUPPORT_9, details: called(5, { left: 4 }) }],
      ["eb8c75", "tool_call", "greet", { ...SUPPORT_9, details: called(["Bo", "Al"], "hello Bo Al") }],
      ["ba10c6", "tool_call", "digits", { ...SUPPORT_9, details: called(null, "007") }],
      ["055a47", "tool_call", "nothing", { ...SUPPORT_9, details: called(null) }],
      [
        "44f73e",
        "tool_call",
        "mcp_weather",
        {
          ...failing("tool_error", "no such city"),
          details: failed({ city: "Atlantis" }, "no such city", "no such city"),
        },
      ],
      [
        "5d1688",
        "tool_call",
        "refund",
        {
          ...failing("Error", "ledger is closed"),
          call: "call_7",
          details: failed({ order: 12 }, "ledger is closed"),
        },
      ],
      [
        "99882b",
        "error",
        "APIConnectionError",
        {
          ...failing("APIConnectionError", UPSTREAM),
          details: errorDetails("APIConnectionError", UPSTREAM, {
            model_call: "mock-main",
            model: "mock-main",
          }),
        },
      ],
      [
        "497e92",
        "tool_call",
        "docs",
        { ...failing("Error", "index is gone"), details: failed("refunds", "index is gone") },
      ],
      ["1cd08b", "decision", "pii", { ...SUPPORT_9, details: guard({ passed: true }) }],
      [
        "afc50f",
        "decision",
        "toxicity",
        {
          ...failing("Error", "no verdict"),
          details: guard(null, { success: false, error_message: "no verdict" }),
        },
      ],
      ["ca21b3", "decision", "length", { ...SUPPORT_9, details: guard(5) }],
      [
        "fd7ced",
        "decision",
        "route",
        {
          ...SUPPORT_9,
          details: {
            decision_type: "choice",
            decision_context: { question: "refund?", candidates: ["billing", "sales"] },
            decision_result: { agent: "billing", reason: "it is about money", confidence: 0.9 },
            alternatives: ["billing", "sales"],
            reason: "it is about money",
            confidence: 0.9,
          },
        },
      ],
      ["b24208", "success", "support_agent", { ...SUPPORT_9, details: {} }],
      // Another library's tool, of which the program said more by `updateActiveObservation`.
      ["653e0f", "tool_call", "theirs", { ...SUPPORT_9, details: called({ a: 1 }, 2) }],
    ],
    sources: { "653e0f": "gen-ai" },
    others: {
      "ask-model": GOOD_CALL,
      "ask-model-again": GOOD_CALL,
      claude: GOOD_CALL,
      embed: GOOD_CALL,
      format: "an observation of the type chain is a step",
    },
    models: {
      "0cf503": {
        requested: [
          ["lookup", "call_1", { key: "one" }],
          ["charge", "call_2", { amount: 3 }],
        ],
        answered: [],
      },
      bf2c53: {
        requested: [],
        answered: [
          ["call_1", "unknown", { key: "one" }],
          ["call_2", "error", `Error: ${DECLINED}`],
        ],
      },
      "2ce521": {
        requested: [["lookup", "toolu_1", { key: "three" }]],
        answered: [["toolu_0", "error", "no key"]],
      },
    },
  };
}

/** The same, with a mask that leaves nothing. What an error says stays, but not its type. */
function masked(): Capture {
  const { rows, ...capture } = agentApp("langfuse-masked", "Langfuse 5 with a mask");
  const NOTHING_GIVEN = new Set(["throws_text", "digits"]);
  return {
    ...capture,
    models: { "0cf503": { requested: [], answered: [] } },
    rows: rows.map(([id, type, name, told]) => {
      if (id === "653e0f" || type === "success" || type === "error") return [id, type, name, told];
      const message = told.error?.[1];
      const isMcp = name === "mcp_weather";
      const details =
        type === "decision"
          ? {
              decision_type: told.details.decision_type,
              decision_context_hidden: true,
              decision_result_hidden: true,
            }
          : {
              ...(NOTHING_GIVEN.has(name) ? { tool_parameters: null } : { tool_parameters_hidden: true }),
              // What the program set out to write was nothing at all.
              ...(name === "refund" ? { tool_result: null } : { tool_result_hidden: true }),
              success: message === undefined || isMcp,
            };
      const said = isMcp || message === undefined ? {} : { error_message: message };
      const success = type === "decision" && message !== undefined ? { success: false } : {};
      const { error: _error, ...others } = told;
      return [
        id,
        type,
        name,
        {
          ...others,
          // That it failed stood in the result.
          ...(message !== undefined && !isMcp && { error: ["Error", message] as const }),
          details: { ...details, ...said, ...success },
          unknown: isMcp ? ["error", "success", "error_message"] : message === undefined ? [] : ["error"],
        },
      ];
    }),
  };
}

export const CAPTURES: readonly Capture[] = [
  agentApp("langfuse-agent", "An agent by Langfuse 5"),
  agentApp("langfuse-4", "An agent by Langfuse 4"),
  masked(),
];
