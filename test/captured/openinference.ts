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
const PARIS = { city: "Paris", opts: { units: "C" } };
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

function openAiAgents(): Capture {
  const OPENAI = { provider: "openai" };
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

  const step = "a span of the kind CHAIN is a step of a framework";
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

export const CAPTURES: readonly Capture[] = [core(), coreHidden(), openAiAgents()];
