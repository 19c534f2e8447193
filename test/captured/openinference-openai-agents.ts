import { type Capture, called, errorDetails, failed, HIDDEN_CALL, type Row, type Told } from "./capture.js";

const OPENAI = { provider: "openai" };
const step = "a span of the kind CHAIN is a step of a framework";
const WEATHER = { city: "Paris", tempC: 21, tags: ["sunny"] };
const PARIS = { city: "Paris", opts: { units: "C" } };
const weather = (city: string) => ({ city, tempC: 21 });

// What test/capture/openinference/openai-agents.mjs does: as it is, and with inputs and outputs hidden. No span has the id of a call.
function more(file: string, isHidden: boolean): Capture {
  const told = (agent: string, ...call: Parameters<typeof called>): Told => ({
    agent,
    details: isHidden ? HIDDEN_CALL : called(...call),
    unknown: ["call"],
  });
  const run = (agent: string): Told => ({ agent, details: OPENAI });
  return {
    file,
    source: "openinference",
    rows: [
      // Every run is a trace, whose span has the name of the workflow.
      ["29dd08", "success", "Agent workflow", run("Agent workflow")],
      ["93e0d6", "success", "support", run("support")],
      ["6c58c6", "tool_call", "get_weather", told("support", { city: "Paris" }, weather("Paris"))],
      ["88fb59", "tool_call", "list", told("support", {}, [1, "two"])],
      [
        "1af735",
        "decision",
        "handoff_to_billing",
        {
          agent: "support",
          details: {
            decision_type: "handoff",
            ...(isHidden
              ? { decision_context_hidden: true }
              : { decision_context: { from_agent: "support" } }),
            // The span's name says it too.
            decision_result: { to_agent: "billing" },
          },
          unknown: isHidden ? ["call", "decision_context_hidden"] : ["call"],
        },
      ],
      ["027f01", "success", "billing", run("billing")],
      ["3a5691", "tool_call", "get_weather", told("billing", { city: "Rome" }, weather("Rome"))],
      // Stopped to ask for an approval, and run again when it was given.
      ["6f7372", "success", "Agent workflow", run("Agent workflow")],
      ["3a547c", "success", "payer", run("payer")],
      ["adc043", "success", "payer", run("payer")],
      ["693800", "tool_call", "pay", told("payer", { amount: 100 }, "paid 100")],
      ["3c1d85", "success", "Agent workflow", run("Agent workflow")],
      ["9c9689", "success", "streaming", run("streaming")],
      ["4e9953", "tool_call", "get_weather", told("streaming", { city: "Oslo" }, weather("Oslo"))],
    ],
    others: { "Agent workflow": step, turn: step },
  };
}

function openAiAgents(): Capture {
  const CANNOT_SAY = "Tool execution failed. Error details are redacted.";
  const TRY_AGAIN = "An error occurred while running the tool. Please try again.";
  const OVERLOADED = "503 503 upstream overloaded";
  const TRIPPED = 'Input guardrail triggered: {"reason":"pii"}';
  const decided = (decision_type: string, decision_context: unknown, decision_result: unknown) => ({
    decision_type,
    decision_context,
    decision_result,
  });
  const failedRun = (agent: string, type: string, message: string) =>
    ({
      agent,
      error: [type, message],
      details: errorDetails(type, message, { run: agent, ...OPENAI }),
    }) as const;

  const rows: readonly Row[] = [
    // The trace itself is a span too, with the workflow's name.
    ["3d7f03", "success", "Support flow", { agent: "Support flow", details: OPENAI }],
    ["d50565", "success", "support_agent", { agent: "support_agent", details: OPENAI }],
    [
      "1c0572",
      "decision",
      "pii_guard",
      { agent: "support_agent", details: decided("guardrail", null, { triggered: false }) },
    ],
    ["95d922", "tool_call", "get_weather", { agent: "support_agent", details: called(PARIS, WEATHER) }],
    [
      "594c6d",
      "tool_call",
      "fail_tool",
      {
        agent: "support_agent",
        error: ["Error", CANNOT_SAY],
        details: failed({ amount: 3 }, CANNOT_SAY, TRY_AGAIN),
      },
    ],
    [
      "c93d99",
      "tool_call",
      "ask_researcher",
      { agent: "support_agent", details: called({ input: "who?" }, "sub done") },
    ],
    ["8f7f81", "tool_call", "string_tool", { agent: "support_agent", details: called({}, "plain string") }],
    ["e8b4aa", "success", "researcher", { agent: "researcher", details: OPENAI }],
    [
      "2107cb",
      "tool_call",
      "lookup",
      { agent: "researcher", details: called({ key: "k1" }, { key: "k1", value: 1 }) },
    ],
    // Its arguments did not fit the schema.
    [
      "6cc988",
      "tool_call",
      "get_weather",
      { agent: "support_agent", error: ["Error", CANNOT_SAY], details: failed(null, CANNOT_SAY, TRY_AGAIN) },
    ],
    [
      "515ee1",
      "decision",
      "handoff_to_billing",
      {
        agent: "support_agent",
        details: decided("handoff", { from_agent: "support_agent" }, { to_agent: "billing" }),
      },
    ],
    ["aad0e2", "success", "billing", { agent: "billing", details: OPENAI }],
    [
      "43273a",
      "error",
      "ToolCallError",
      failedRun("hard", "ToolCallError", "Failed to run function tools: TypeError: hard fail"),
    ],
    [
      "cd6c6c",
      "tool_call",
      "fail_hard",
      { agent: "hard", error: ["TypeError", "hard fail"], details: failed({}, "hard fail", "") },
    ],
    [
      "1a17f7",
      "error",
      "ModelBehaviorError",
      failedRun(
        "unknown_tool_agent",
        "ModelBehaviorError",
        "Tool no_such_tool not found in agent unknown_tool_agent.",
      ),
    ],
    ["7daf8e", "error", "Error", failedRun("llm_err", "Error", OVERLOADED)],
    [
      "cfe554",
      "error",
      "Error",
      {
        agent: "llm_err",
        error: ["Error", OVERLOADED],
        details: errorDetails("Error", OVERLOADED, { model_call: "gpt-mock", model: "gpt-mock", ...OPENAI }),
      },
    ],
    [
      "e3d406",
      "decision",
      "block_all",
      { agent: "guarded", details: decided("guardrail", null, { triggered: true }) },
    ],
    [
      "cfa8df",
      "error",
      "InputGuardrailTripwireTriggered",
      failedRun("guarded", "InputGuardrailTripwireTriggered", TRIPPED),
    ],
    ["8aa6c1", "success", "plain", { agent: "plain", details: OPENAI }],
    ["d147bb", "success", "Agent workflow", { agent: "Agent workflow", details: OPENAI }],
    ["962353", "success", "payer", { agent: "payer", details: OPENAI }],
    ["7600c3", "success", "Agent workflow", { agent: "Agent workflow", details: OPENAI }],
    ["b3d02d", "success", "payer", { agent: "payer", details: OPENAI }],
    [
      "b286c1",
      "decision",
      "pay",
      {
        agent: "payer",
        details: decided("approval", null, {
          approved: false,
          reason: "Tool execution for call_a1 was manually rejected by user.",
        }),
      },
    ],
  ];

  return {
    title: "OpenInference of the OpenAI Agents SDK",
    file: "openai-agents-openinference",
    source: "openinference",
    // No span has the id of a call.
    rows: rows.map(([id, type, name, told]) => [
      id,
      type,
      name,
      type === "tool_call" ? { ...told, unknown: ["call"] } : told,
    ]),
    others: {
      "http POST /chat": "no dialect knows this span",
      "Agent workflow": step,
      turn: step,
      generation: "a call of a model that went well",
    },
  };
}

export const CAPTURES: readonly Capture[] = [
  openAiAgents(),
  more("openinference-openai-agents-more", false),
  more("openinference-openai-agents-hidden", true),
];
