import {
  type Capture,
  called,
  errorDetails,
  failed,
  HIDDEN_CALL,
  hiddenFailure,
  type Row,
} from "./capture.js";

const SESSION = { session: "sess-42" };
const WEATHER = { city: "Paris", tempC: 21, tags: ["sunny"] };
const DECLINED = "card declined: 4000";

function core(): Capture {
  const SUPPORT = { agent: "support_agent", ...SESSION };
  const RESEARCHER = { agent: "researcher", ...SESSION };
  const verdict = (decision_context: unknown, decision_result: unknown) => ({
    decision_type: "guardrail",
    decision_context,
    decision_result,
  });

  const rows: readonly Row[] = [
    ["2248ca", "success", "support_agent", { ...SUPPORT, details: {} }],
    ["de3bf0", "tool_call", "get_weather", { ...SUPPORT, details: called({ city: "Paris" }, WEATHER) }],
    [
      "687de9",
      "tool_call",
      "ask_researcher",
      { ...SUPPORT, details: called("who", { key: "who", value: 1 }) },
    ],
    ["eaf32d", "success", "researcher", { ...RESEARCHER, details: {} }],
    [
      "6289f5",
      "tool_call",
      "lookup",
      { ...RESEARCHER, details: called({ key: "who" }, { key: "who", value: 1 }) },
    ],
    ["f6586d", "tool_call", "add", { ...SUPPORT, details: called([2, 3], 5) }],
    ["b1d7d7", "tool_call", "string_tool", { ...SUPPORT, details: called("x", "result for x") }],
    ["61805e", "tool_call", "void_tool", { ...SUPPORT, details: called(null) }],
    ["7c6746", "tool_call", "namedFn", { ...SUPPORT, details: called({ a: 1 }, { a: 1 }) }],
    [
      "c09239",
      "tool_call",
      "fail_tool",
      { ...SUPPORT, error: ["TypeError", DECLINED], details: failed({ amount: 3 }, DECLINED) },
    ],
    [
      "00c7e9",
      "tool_call",
      "kb",
      { ...SUPPORT, details: called("refunds", [{ content: "doc about refunds", id: "d0", score: 0.9 }]) },
    ],
    [
      "b77531",
      "decision",
      "pii_guard",
      { ...SUPPORT, details: verdict("ssn", { allowed: false, reason: "pii" }) },
    ],
    ["424037", "decision", "judge", { ...SUPPORT, details: verdict("x", { score: 1 }) }],
    [
      "710497",
      "error",
      "Error",
      {
        agent: "bad_agent",
        error: ["Error", "agent blew up"],
        details: errorDetails("Error", "agent blew up", { run: "bad_agent" }),
      },
    ],
    ["454bee", "success", "billing", { agent: "billing", details: {} }],
  ];

  return {
    title: "openinference-core",
    file: "openinference-core",
    source: "openinference",
    rows,
    others: {
      ChatMock: "a call of a model that went well",
      decide_refund: "a span of the kind CHAIN is a step of a framework",
    },
  };
}

function coreHidden(): Capture {
  const AGENT = { agent: "openinference-core" };
  return {
    title: "openinference-core with inputs and outputs hidden",
    file: "openinference-core-hidden",
    source: "openinference",
    rows: [
      ["9fac38", "tool_call", "get_weather", { ...AGENT, details: HIDDEN_CALL }],
      [
        "cb8ec3",
        "tool_call",
        "fail_tool",
        { ...AGENT, error: ["TypeError", DECLINED], details: hiddenFailure(DECLINED) },
      ],
    ],
    others: {},
  };
}

export const CAPTURES: readonly Capture[] = [core(), coreHidden()];
