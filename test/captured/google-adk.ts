import { type Capture, called, failed, HIDDEN_CALL, hiddenFailure, type Row, type Told } from "./capture.js";

const of = (agent: string, session = agent) => ({ agent, session: `session-${session}` });
const SUPPORT = of("support");

const tool = (
  id: string,
  name: string,
  call: string,
  details: Told["details"],
  more: Partial<Told> = {},
): Row => [id, "tool_call", name, { ...SUPPORT, call, details, ...more }];

const run = (id: string, agent: string, session = agent, more: Partial<Told> = {}): Row => [
  id,
  "success",
  agent,
  { ...of(agent, session), details: {}, ...more },
];

const RUNS: readonly Row[] = [
  run("392118", "support"),
  run("4b256f", "failing"),
  run("07d7d5", "payer"),
  run("5e14fe", "billing", "router"),
  run("8942db", "router"),
  run("2199e1", "researcher", "lead"),
  run("d1b09f", "lead"),
  run("e71791", "ghost"),
  // The model threw. The kit for JavaScript says so on no span.
  run("9c7840", "broken", "broken", { unknown: ["error"] }),
];

// A tool that throws leaves a span that has nothing but its name.
const THROWN: Row = [
  "06de14",
  "tool_call",
  "fail",
  {
    ...of("failing"),
    error: ["Error", undefined],
    details: hiddenFailure(),
    unknown: ["call", "error", "tool_parameters", "error_message"],
  },
];

const OTHERS = {
  invocation: "is a step inside",
  call_llm: "went well",
  "execute_tool (merged)": "several calls",
};

const shown: Capture = {
  file: "google-adk-js",
  title: "Google ADK for JavaScript",
  source: "google-adk",
  rows: [
    ...RUNS,
    THROWN,
    tool("71771c", "get_weather", "call_weather", called({ city: "Paris" }, { city: "Paris", tempC: 21 })),
    tool("fe5ed8", "list_orders", "call_list", called({}, [{ id: 1 }, { id: 2 }])),
    tool("209cfd", "count", "call_count", called({}, 42)),
    tool("444501", "greet", "call_greet", called({ who: "Ada" }, "Hello, Ada")),
    tool("1c8c2a", "nothing", "call_nothing", called({})),
    tool("2c4302", "soft", "call_soft", failed({ order: 9 }, "no such order", { error: "no such order" }), {
      error: ["tool_error", "no such order"],
    }),
    tool("3fad9d", "mcp_like", "call_mcp", called({}, { pods: 3 })),
    [
      "7fa2de",
      "tool_call",
      "pay",
      {
        ...of("payer"),
        call: "call_pay",
        details: called(
          { amount: 9 },
          { error: "This tool call requires confirmation, please approve or reject." },
          { interrupted: true },
        ),
      },
    ],
    [
      "c3ac4d",
      "decision",
      "transfer_to_agent",
      {
        ...of("router"),
        call: "call_transfer",
        details: {
          decision_type: "handoff",
          decision_context: { agentName: "billing" },
          decision_result: { to_agent: "billing" },
        },
      },
    ],
    [
      "1374db",
      "tool_call",
      "researcher",
      {
        ...of("lead"),
        call: "call_ask",
        details: called({ request: "otters?" }, "otters swim", { tool_type: "AgentTool" }),
      },
    ],
  ],
  others: OTHERS,
  models: {
    "5c2d42": {
      requested: [
        ["get_weather", "call_weather", { city: "Paris" }],
        ["list_orders", "call_list", {}],
      ],
      answered: [],
    },
    "532493": { requested: [["no_such_tool", "call_ghost", { x: 1 }]], answered: [] },
  },
};

const hidden: Capture = {
  file: "google-adk-js-hidden",
  title: "Google ADK for JavaScript, content hidden",
  source: "google-adk",
  rows: [
    ...RUNS,
    THROWN,
    tool("71771c", "get_weather", "call_weather", HIDDEN_CALL),
    tool("fe5ed8", "list_orders", "call_list", HIDDEN_CALL),
    tool("209cfd", "count", "call_count", HIDDEN_CALL),
    tool("444501", "greet", "call_greet", HIDDEN_CALL),
    tool("1c8c2a", "nothing", "call_nothing", HIDDEN_CALL),
    // That it failed is in what is hidden; so is that a person is asked, and to whom it is handed over.
    tool("2c4302", "soft", "call_soft", HIDDEN_CALL, { unknown: ["error"] }),
    tool("3fad9d", "mcp_like", "call_mcp", HIDDEN_CALL),
    ["7fa2de", "tool_call", "pay", { ...of("payer"), call: "call_pay", details: HIDDEN_CALL }],
    [
      "c3ac4d",
      "decision",
      "transfer_to_agent",
      {
        ...of("router"),
        call: "call_transfer",
        details: { decision_type: "handoff", decision_context_hidden: true, decision_result_hidden: true },
      },
    ],
    [
      "1374db",
      "tool_call",
      "researcher",
      { ...of("lead"), call: "call_ask", details: { ...HIDDEN_CALL, tool_type: "AgentTool" } },
    ],
  ],
  others: OTHERS,
  models: { "5c2d42": { requested: [], answered: [] } },
};

export const CAPTURES: readonly Capture[] = [shown, hidden];
