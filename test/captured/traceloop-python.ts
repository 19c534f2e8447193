import { type Capture, called, errorDetails, failed, type Row } from "./capture.js";

const DECLINED = "card declined: 4000";
const UPSTREAM = "503 upstream overloaded";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';

/** test/capture/langchain_app.py. LangGraph's own span is the run, the callback's inside it is the same once more. */
function langChain(): Capture {
  const told = (agent: string, session?: string) => ({ agent, ...(session !== undefined && { session }) });
  const provider = "langgraph";
  const run = (id: string, name: string, session?: string): Row => [
    id,
    "success",
    name,
    { ...told(name, session), details: { provider } },
  ];
  const failing = (agent: string, type: string, message: string, context: object) =>
    ({ ...told(agent), error: [type, message], details: errorDetails(type, message, context) }) as const;
  return {
    file: "traceloop-python-langchain",
    title: "LangChain, by OpenLLMetry in Python",
    source: "traceloop",
    // Spans with nothing but keys of the conventions.
    sources: Object.fromEntries(
      ["b19f8f", "8c05e8", "b68832", "559d74", "d9153f", "8843b5"].map((id) => [id, "gen-ai"]),
    ),
    rows: [
      [
        "557236",
        "tool_call",
        "get_weather",
        {
          ...told("support"),
          call: "call_1",
          details: called({ city: "Paris" }, { city: "Paris", tempC: 21 }),
        },
      ],
      [
        "6c4a52",
        "tool_call",
        "get_weather",
        {
          ...told("support"),
          call: "call_2",
          details: called({ city: "Rome" }, { city: "Rome", tempC: 21 }),
        },
      ],
      run("b19f8f", "support"),
      [
        "568627",
        "tool_call",
        "charge",
        {
          ...told("failing"),
          call: "call_4",
          error: ["TypeError", DECLINED],
          details: failed({ amount: 3 }, DECLINED),
        },
      ],
      [
        "8c05e8",
        "error",
        "TypeError",
        failing("failing", "TypeError", DECLINED, { run: "failing", provider }),
      ],
      [
        "b68832",
        "error",
        "RuntimeError",
        failing("broken", "RuntimeError", UPSTREAM, {
          model_call: "chat unknown",
          model: "unknown",
          provider: "langchain",
        }),
      ],
      [
        "559d74",
        "error",
        "RuntimeError",
        failing("broken", "RuntimeError", UPSTREAM, { run: "broken", provider }),
      ],
      // It waits for a person, who refuses.
      [
        "939781",
        "tool_call",
        "pay",
        {
          ...told("payer", "thread-1"),
          call: "call_p1",
          details: called({ amount: 9 }, null, { interrupted: true }),
        },
      ],
      run("d9153f", "payer", "thread-1"),
      [
        "e08b61",
        "tool_call",
        "pay",
        { ...told("payer", "thread-1"), call: "call_p1", details: called({ amount: 9 }, "refused") },
      ],
      run("8843b5", "payer", "thread-1"),
    ],
    others: {
      "ScriptedModel.chat": GOOD_CALL,
      "execute_task model": "Traceloop's execute_task is a step",
      "execute_task tools": "Traceloop's execute_task is a step",
      ...Object.fromEntries(
        ["support", "failing", "broken", "payer"].map((name) => [
          `${name}.workflow`,
          "the run that the span around it",
        ]),
      ),
    },
  };
}

/** test/capture/openllmetry-python/capture_openai_agents.py. Where a hand-off goes is not yet known when its span is written. */
function openAiAgents(): Capture {
  const SUPPORT = { agent: "support" };
  const provider = "openai";
  const REDACTED = "Tool execution failed. Error details are redacted.";
  return {
    file: "traceloop-python-openai-agents",
    title: "OpenAI's Agents, by OpenLLMetry in Python",
    source: "traceloop",
    rows: [
      [
        "b285c1",
        "tool_call",
        "get_weather",
        { ...SUPPORT, unknown: ["call"], details: called({ city: "Paris" }, { city: "Paris", tempC: 21 }) },
      ],
      [
        "72a9cf",
        "tool_call",
        "charge",
        {
          ...SUPPORT,
          unknown: ["call", "error", "error_message"],
          error: ["Error", REDACTED],
          details: failed(
            { amount: 3 },
            REDACTED,
            "An error occurred while running the tool. Please try again.",
          ),
        },
      ],
      ["45f891", "tool_call", "nothing", { ...SUPPORT, unknown: ["call"], details: called({}) }],
      [
        "a029d3",
        "decision",
        "handoff",
        {
          ...SUPPORT,
          unknown: ["call", "decision_result"],
          details: {
            decision_type: "handoff",
            decision_context: { from_agent: "support" },
            decision_result: null,
          },
        },
      ],
      ["4efd60", "success", "support", { ...SUPPORT, details: { provider } }],
      ["db0d07", "success", "billing", { agent: "billing", details: { provider } }],
      ["33126e", "success", "Agent Workflow", { agent: "Agent Workflow", details: { provider } }],
    ],
    others: {},
  };
}

export const CAPTURES: readonly Capture[] = [langChain(), openAiAgents()];
