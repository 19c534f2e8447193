import { type Capture, called, errorDetails, failed } from "./capture.js";

const DECLINED = "card declined: 4000";
const UPSTREAM = "503 upstream overloaded";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';
const STEP = "an observation of the type span is a step";

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
      ["926c54", "success", "office", { ...told("office"), details: {} }],
    ],
    others: {
      ScriptedModel: GOOD_CALL,
      ...Object.fromEntries(
        ["__start__", "RunnableLambda", "model_request", "tools", "triage", "billing"].map((name) => [
          name,
          STEP,
        ]),
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

export const CAPTURES: readonly Capture[] = [langChain()];
