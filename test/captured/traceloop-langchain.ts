import { type Capture, called, errorDetails, failed, type Row } from "./capture.js";

const DECLINED = "card declined: 4000";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';

/**
 * LangChain's agents. The instrumentation knows neither agents nor sessions, and tools only by what they gave: what failed, was
 * interrupted or was called without a message has no name.
 */
function langChain(): Capture {
  const SERVICE = { agent: "traceloop-app", unknown: ["agent"] };
  const weather = (city: string) => ({ city, tempC: 21, tags: ["sunny"] });
  const asked = (city: string) => ({ city, opts: { units: "C" } });
  const unnamed = { tool_class: "DynamicStructuredTool" };
  const declined = (amount: number) =>
    ({
      ...SERVICE,
      unknown: ["agent", "call"],
      error: ["TypeError", DECLINED],
      details: { ...failed({ amount }, DECLINED), ...unnamed },
    }) as const;
  const BAD_ARGUMENTS =
    "Error invoking tool 'get_weather' with kwargs {\"city\":5} with error: Error: Received tool input did not match expected schema\n\n" +
    "✖ Invalid input: expected string, received number\n  → at city\n✖ Invalid input: expected object, received undefined\n  → at opts";
  const NO_SUCH_TOOL =
    "Error: no_such_tool is not a valid tool, try one of [get_weather, fail_tool, ask_researcher, kb_search].";
  const graph = (id: string): Row => [
    id,
    "success",
    "traceloop-app",
    { ...SERVICE, details: { workflow_class: "CompiledStateGraph" } },
  ];
  return {
    title: "LangChain, by Traceloop",
    file: "traceloop-langchain",
    source: "traceloop",
    rows: [
      [
        "2b3c77",
        "tool_call",
        "get_weather",
        { ...SERVICE, call: "call_1", details: called(asked("Paris"), weather("Paris")) },
      ],
      [
        "349338",
        "tool_call",
        "kb_search",
        { ...SERVICE, call: "call_4", details: called({ q: "refunds" }, "doc about refunds") },
      ],
      [
        "2e5c3a",
        "tool_call",
        "lookup",
        { ...SERVICE, call: "call_sub_1", details: called({ key: "k1" }, { key: "k1", value: 1 }) },
      ],
      graph("e6467a"),
      [
        "1ed10b",
        "tool_call",
        "ask_researcher",
        { ...SERVICE, call: "call_3", details: called({ question: "who?" }, "sub done") },
      ],
      ["37aed3", "tool_call", "unnamed", declined(3)],
      [
        "794f57",
        "tool_call",
        "get_weather",
        {
          ...SERVICE,
          call: "call_8",
          error: ["invalid_tool_call", BAD_ARGUMENTS],
          details: failed({ city: 5 }, BAD_ARGUMENTS),
        },
      ],
      [
        "269965",
        "tool_call",
        "no_such_tool",
        {
          ...SERVICE,
          call: "call_7",
          error: ["invalid_tool_call", NO_SUCH_TOOL],
          details: failed({ x: 1 }, NO_SUCH_TOOL),
        },
      ],
      graph("0eaaa7"),
      [
        "a28754",
        "tool_call",
        "get_weather",
        { ...SERVICE, call: "call_ok", details: called(asked("Oslo"), weather("Oslo")) },
      ],
      graph("2b73e5"),
      [
        "586718",
        "error",
        "Error",
        {
          ...SERVICE,
          error: ["Error", "503 upstream overloaded"],
          details: errorDetails("Error", "503 upstream overloaded", {
            model_call: "chat mock-err",
            model: "mock-err",
            provider: "langchain",
          }),
        },
      ],
      // Tools that the program called itself: without a call's id, with one, and one that fails.
      [
        "72682a",
        "tool_call",
        "unnamed",
        { ...SERVICE, details: called(asked("Rome"), weather("Rome"), unnamed) },
      ],
      [
        "7e1e29",
        "tool_call",
        "get_weather",
        { ...SERVICE, call: "call_direct", details: called(asked("Bern"), weather("Bern")) },
      ],
      ["f9d9a3", "tool_call", "unnamed", declined(1)],
      [
        "db281b",
        "decision",
        "handoff to billing",
        {
          ...SERVICE,
          unknown: ["agent", "call"],
          details: {
            decision_type: "handoff",
            decision_context: {},
            decision_result: { to_agent: "billing" },
            ...unnamed,
          },
        },
      ],
      ...["967755", "b50536", "4b38bb"].map(graph),
      // It waits for a person, who refuses the second time.
      [
        "c2f176",
        "tool_call",
        "unnamed",
        {
          ...SERVICE,
          unknown: ["agent", "call"],
          details: called({ amount: 9 }, null, { ...unnamed, interrupted: true }),
        },
      ],
      graph("c1a92a"),
      [
        "23f05e",
        "tool_call",
        "pay",
        { ...SERVICE, call: "call_pay", details: called({ amount: 9 }, "refused") },
      ],
      graph("c1c983"),
    ],
    others: {
      "workflow RunnableSequence": "a step of LangChain",
      "workflow RunnableLambda": "a step of LangChain",
      ...Object.fromEntries(
        ["main", "sub", "ok", "plain", "triage", "billing", "payer"].map((name) => [
          `chat mock-${name}`,
          GOOD_CALL,
        ]),
      ),
    },
    models: {
      // The instrumentation writes the text of messages, and no calls.
      d8e07f: { requested: [], answered: [] },
      ab1377: {
        requested: [],
        answered: [[undefined, "unknown", weather("Paris")]],
      },
    },
  };
}

export const CAPTURES: readonly Capture[] = [langChain()];
