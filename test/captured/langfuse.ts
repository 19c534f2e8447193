import { type Capture, called, errorDetails, failed, HIDDEN_CALL, hiddenFailure } from "./capture.js";

const SUPPORT = { agent: "support_agent", session: "sess-42" };
const RESEARCHER = { agent: "researcher", session: "sess-42" };
const DECLINED = "card declined: 4000";
const TIMEOUT = "timeout after 5s";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';
const STEP = "an observation of the type span is a step";
const badAgent = {
  agent: "bad_agent",
  error: ["Error", "agent blew up"],
  details: errorDetails("Error", "agent blew up", { run: "bad_agent" }),
} as const;

function shown(): Capture {
  return {
    title: "Langfuse 5",
    file: "langfuse",
    source: "langfuse",
    rows: [
      [
        "2149ef",
        "tool_call",
        "getWeather",
        { ...SUPPORT, details: called({ city: "Paris" }, { city: "Paris", tempC: 21, tags: ["sunny"] }) },
      ],
      [
        "6a34b8",
        "tool_call",
        "lookup",
        { ...RESEARCHER, details: called({ key: "who" }, { key: "who", value: 1 }) },
      ],
      ["03a065", "success", "researcher", { ...RESEARCHER, details: {} }],
      [
        "90d9c3",
        "tool_call",
        "ask_researcher",
        { ...SUPPORT, details: called("who", { key: "who", value: 1 }) },
      ],
      ["7539ac", "tool_call", "add", { ...SUPPORT, details: called([2, 3], 5) }],
      ["64fba3", "tool_call", "string_tool", { ...SUPPORT, details: called("x", "result for x") }],
      ["f63e44", "tool_call", "void_tool", { ...SUPPORT, details: called(null) }],
      [
        "f05860",
        "tool_call",
        "fail_tool",
        { ...SUPPORT, error: ["TypeError", DECLINED], details: failed({ amount: 3 }, DECLINED) },
      ],
      [
        "57b157",
        "decision",
        "pii_guard",
        {
          ...SUPPORT,
          details: {
            decision_type: "guardrail",
            decision_context: "ssn",
            decision_result: { allowed: false, reason: "pii" },
          },
        },
      ],
      ["184720", "tool_call", "kb", { ...SUPPORT, details: called("refunds", [{ id: "d0", text: "doc" }]) }],
      [
        "67e5dc",
        "decision",
        "judge",
        {
          ...SUPPORT,
          details: { decision_type: "guardrail", decision_context: "x", decision_result: { score: 1 } },
        },
      ],
      // The program wrote the level and the output itself.
      [
        "98a34e",
        "tool_call",
        "manual_tool",
        {
          ...SUPPORT,
          call: "call_9",
          error: ["Error", TIMEOUT],
          details: failed({ a: 1 }, TIMEOUT, { error: "timeout" }),
        },
      ],
      [
        "43bccd",
        "decision",
        "decision",
        {
          ...SUPPORT,
          details: {
            decision_type: "choice",
            decision_context: { options: ["refund", "deny"] },
            decision_result: { choice: "refund", why: "policy" },
            alternatives: ["refund", "deny"],
            reason: "policy",
          },
        },
      ],
      ["832ec5", "success", "support_agent", { ...SUPPORT, details: {} }],
      ["797654", "error", "Error", badAgent],
    ],
    others: { "llm-call": GOOD_CALL, helper: STEP },
    models: { "2a1cef": { requested: [["getWeather", "call_1", { city: "Paris" }]], answered: [] } },
  };
}

/** The same program with `captureInput` and `captureOutput` off, and a mask for what it writes itself. */
function hidden(): Capture {
  const verdict = (decision_type: string) => ({
    ...SUPPORT,
    details: { decision_type, decision_context_hidden: true, decision_result_hidden: true },
  });
  const support = { ...SUPPORT, details: HIDDEN_CALL };
  return {
    title: "Langfuse 5 without content",
    file: "langfuse-hidden",
    source: "langfuse",
    rows: [
      ["bac9ce", "tool_call", "getWeather", support],
      ["3815ea", "tool_call", "lookup", { ...RESEARCHER, details: HIDDEN_CALL }],
      ["6727f8", "success", "researcher", { ...RESEARCHER, details: {} }],
      ["9f756e", "tool_call", "ask_researcher", support],
      ["7e7dd8", "tool_call", "add", support],
      ["36748b", "tool_call", "string_tool", support],
      ["34d84c", "tool_call", "void_tool", support],
      [
        "ad393a",
        "tool_call",
        "fail_tool",
        { ...SUPPORT, error: ["Error", DECLINED], unknown: ["error"], details: hiddenFailure(DECLINED) },
      ],
      ["3ee80b", "decision", "pii_guard", verdict("guardrail")],
      ["60f8ab", "tool_call", "kb", support],
      ["ce1fb5", "decision", "judge", verdict("guardrail")],
      [
        "560efd",
        "tool_call",
        "manual_tool",
        {
          ...SUPPORT,
          call: "call_9",
          error: ["Error", TIMEOUT],
          details: { ...HIDDEN_CALL, success: false, error_message: TIMEOUT },
        },
      ],
      ["a287be", "decision", "decision", verdict("choice")],
      ["31f1ed", "success", "support_agent", { ...SUPPORT, details: {} }],
      ["c238f5", "error", "Error", badAgent],
    ],
    others: { "llm-call": GOOD_CALL, helper: STEP },
    models: { "7243e8": { requested: [], answered: [] } },
  };
}

const SUPPORT_9 = { agent: "support_agent", session: "sess-9" };
const UPSTREAM = "503 upstream overloaded";
const failing = (type: string, message: string) => ({ ...SUPPORT_9, error: [type, message] }) as const;

/** test/capture/langfuse/agent-app.mjs */
function agentApp(file: string, title: string): Capture {
  const RESEARCHER_9 = { agent: "researcher", session: "sess-9" };
  const found = (key: string) => called({ key }, { key, hits: ["a", "b"] });
  const noCity = { content: [{ type: "text", text: "no such city" }], isError: true };
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
          details: failed({ city: "Atlantis" }, "no such city", noCity),
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

/** test/capture/langchain-app.mjs by the callback handler. A tool that gave no message has its call's id from the node around it. */
function langChain(): Capture {
  const told = (agent: string) => ({ agent, session: "sess-9" });
  const NO_SUCH_TOOL =
    "Error: no_such_tool is not a valid tool, try one of [get_weather, charge, ask_researcher].";
  const broken = (context: object) =>
    ({
      ...told("broken"),
      error: ["Error", UPSTREAM],
      details: errorDetails("Error", UPSTREAM, context),
    }) as const;
  return {
    file: "langfuse-langchain",
    title: "LangChain, by Langfuse",
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
      [
        "908cc8",
        "tool_call",
        "lookup",
        { ...told("researcher"), call: "call_s1", details: called({ key: "k1" }, "value of k1") },
      ],
      ["cf8312", "success", "researcher", { ...told("researcher"), details: {} }],
      [
        "9ec474",
        "tool_call",
        "ask_researcher",
        { ...told("support"), call: "call_3", details: called({ question: "who?" }, "found it") },
      ],
      [
        "fe639a",
        "tool_call",
        "charge",
        {
          ...told("support"),
          call: "call_4",
          error: ["TypeError", DECLINED],
          details: failed({ amount: 3 }, DECLINED),
        },
      ],
      ["052118", "success", "support", { ...told("support"), details: {} }],
      ["dbff04", "error", "Error", broken({ model_call: "mock-down", model: "mock-down" })],
      ["c04bce", "error", "Error", broken({ run: "broken" })],
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
      [
        "7e63c5",
        "decision",
        "transfer_to_billing",
        {
          ...told("triage"),
          call: "call_h",
          details: {
            decision_type: "handoff",
            decision_context: {},
            decision_result: { to_agent: "billing" },
          },
        },
      ],
      ["c58691", "success", "triage", { ...told("triage"), details: {} }],
      ["8eed5a", "success", "billing", { ...told("billing"), details: {} }],
    ],
    others: {
      ScriptedModel: GOOD_CALL,
      ...Object.fromEntries(
        ["__start__", "RunnableLambda", "model_request", "tools", "triage", "billing", "office"].map(
          (name) => [name, STEP],
        ),
      ),
    },
    models: {
      c536da: {
        requested: [
          ["get_weather", "call_1", { city: "Paris" }],
          ["get_weather", "call_2", { city: "Rome" }],
        ],
        answered: [],
      },
      ae659c: {
        requested: [["no_such_tool", "call_5", { x: 1 }]],
        answered: [[undefined, "error", `TypeError: ${DECLINED}\n Please fix your mistakes.`, "charge"]],
      },
      "713d73": {
        requested: [["get_weather", "call_6", { city: 5 }]],
        answered: [[undefined, "error", NO_SUCH_TOOL, "no_such_tool"]],
      },
      d1d587: { requested: [], answered: [[undefined, "unknown", "refused", "pay"]] },
    },
  };
}

export const CAPTURES: readonly Capture[] = [
  shown(),
  hidden(),
  agentApp("langfuse-agent", "An agent by Langfuse 5"),
  agentApp("langfuse-4", "An agent by Langfuse 4"),
  masked(),
  langChain(),
];
