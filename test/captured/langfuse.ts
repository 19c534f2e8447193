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

export const CAPTURES: readonly Capture[] = [shown(), hidden()];
