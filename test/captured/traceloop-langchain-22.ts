import { type Capture, called, errorDetails, failed, type Row } from "./capture.js";

const DECLINED = "card declined: 4000";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';

/** test/capture/langchain-app.mjs inside an agent of the SDK: flat spans, which all name that agent. */
function langChain22(): Capture {
  const DESK = { agent: "help_desk", session: "conv-9", unknown: ["agent"] };
  const unnamed = { tool_class: "DynamicStructuredTool" };
  const run = (id: string, name: string): Row => [
    id,
    "success",
    name,
    { agent: name, session: "conv-9", details: { workflow_class: "CompiledStateGraph" } },
  ];
  const NO_SUCH_TOOL =
    "Error: no_such_tool is not a valid tool, try one of [get_weather, charge, ask_researcher].";
  const BAD_ARGUMENTS =
    "Error invoking tool 'get_weather' with kwargs {\"city\":5} with error: Error: Received tool input did not match expected schema\n\n" +
    "✖ Invalid input: expected string, received number\n  → at city";
  const UPSTREAM = "503 upstream overloaded";
  return {
    file: "traceloop-langchain-0.22",
    title: "LangChain, by Traceloop 0.22",
    source: "traceloop",
    rows: [
      [
        "4f4b69",
        "tool_call",
        "get_weather",
        { ...DESK, call: "call_1", details: called({ city: "Paris" }, { city: "Paris", tempC: 21 }) },
      ],
      [
        "2fa3d7",
        "tool_call",
        "get_weather",
        { ...DESK, call: "call_2", details: called({ city: "Rome" }, { city: "Rome", tempC: 21 }) },
      ],
      [
        "3f1993",
        "tool_call",
        "lookup",
        { ...DESK, call: "call_s1", details: called({ key: "k1" }, "value of k1") },
      ],
      run("fa84c9", "researcher"),
      [
        "e2cd08",
        "tool_call",
        "ask_researcher",
        { ...DESK, call: "call_3", details: called({ question: "who?" }, "found it") },
      ],
      [
        "c95ba6",
        "tool_call",
        "unnamed",
        {
          ...DESK,
          unknown: ["agent", "call"],
          error: ["TypeError", DECLINED],
          details: { ...failed({ amount: 3 }, DECLINED), ...unnamed },
        },
      ],
      [
        "511db8",
        "tool_call",
        "no_such_tool",
        {
          ...DESK,
          call: "call_5",
          error: ["invalid_tool_call", NO_SUCH_TOOL],
          details: failed({ x: 1 }, NO_SUCH_TOOL),
        },
      ],
      [
        "eb53c6",
        "tool_call",
        "get_weather",
        {
          ...DESK,
          call: "call_6",
          error: ["invalid_tool_call", BAD_ARGUMENTS],
          details: failed({ city: 5 }, BAD_ARGUMENTS),
        },
      ],
      run("862afd", "support"),
      [
        "e229e2",
        "error",
        "Error",
        {
          ...DESK,
          error: ["Error", UPSTREAM],
          details: errorDetails("Error", UPSTREAM, { model_call: "scripted.model", provider: "Langchain" }),
        },
      ],
      [
        "65cadd",
        "error",
        "Error",
        {
          agent: "broken",
          session: "conv-9",
          error: ["Error", UPSTREAM],
          details: errorDetails("Error", UPSTREAM, { run: "broken", workflow_class: "CompiledStateGraph" }),
        },
      ],
      [
        "e8fcff",
        "tool_call",
        "unnamed",
        {
          ...DESK,
          unknown: ["agent", "call"],
          details: called({ amount: 9 }, null, { ...unnamed, interrupted: true }),
        },
      ],
      run("4c6b10", "payer"),
      ["ed2656", "tool_call", "pay", { ...DESK, call: "call_p1", details: called({ amount: 9 }, "refused") }],
      run("43a440", "payer"),
      [
        "1b5e13",
        "decision",
        "handoff to billing",
        {
          ...DESK,
          unknown: ["agent", "call"],
          details: {
            decision_type: "handoff",
            decision_context: {},
            decision_result: { to_agent: "billing" },
            ...unnamed,
          },
        },
      ],
      run("a1c920", "triage"),
      run("4dc66d", "billing"),
      run("28f528", "office"),
      ["5d4062", "success", "help_desk", { agent: "help_desk", session: "conv-9", details: {} }],
    ],
    others: {
      "scripted.model": GOOD_CALL,
      "RunnableSequence.workflow": "a step of LangChain",
      "RunnableLambda.workflow": "a step of LangChain",
    },
    models: {
      "516910": {
        requested: [],
        answered: [[undefined, "error", `TypeError: ${DECLINED}\n Please fix your mistakes.`]],
      },
      "24797f": { requested: [], answered: [[undefined, "error", NO_SUCH_TOOL]] },
    },
  };
}

export const CAPTURES: readonly Capture[] = [langChain22()];
