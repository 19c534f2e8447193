import { type Capture, called, errorDetails, failed, hiddenFailure, type Row, type Told } from "./capture.js";

const MISSING = [
  "Invoking `greet()` failed as the following mandatory input parameters are not present:",
  "who",
  "You could retry calling this tool, but it is IMPORTANT for you to provide all the mandatory parameters.",
].join("\n");
const UNKNOWN =
  "Invoking `no_such_tool()` failed as no tool with that name is available. The tools you can call are: greet. You could retry, but it is IMPORTANT that you only call a tool from that list.";
const ASKED = { error: "This tool call requires confirmation, please approve or reject." };

/** What the program of test/capture/google-adk/agents.py did in every version; the ids are those of the calls of `support`. */
function told(ids: Readonly<Record<string, string>>, answerType: string): Row[] {
  const of = (agent: string): Pick<Told, "agent" | "session"> => ({ agent, session: `session-${agent}` });
  const call = (key: string, name: string, details: Told["details"], more: Partial<Told> = {}): Row => [
    ids[key] ?? "",
    "tool_call",
    name,
    { ...of("support"), call: `call_${key}`, details, ...more },
  ];
  return [
    call("weather", "get_weather", called({ city: "Paris" }, { city: "Paris", tempC: 21 })),
    call("list", "list_orders", called({}, [{ id: 1 }, { id: 2 }])),
    call("count", "count", called({}, 42)),
    call("greet", "greet", called({ who: "Ada" }, "Hello, Ada")),
    call("nothing", "nothing", called({}, null)),
    call("soft", "soft", failed({ order: 9 }, "no such order", { error: "no such order" }), {
      error: [answerType, "no such order"],
    }),
    call("args", "greet", failed({}, MISSING, { error: MISSING }), { error: [answerType, MISSING] }),
    [
      ids.transfer ?? "",
      "decision",
      "transfer_to_agent",
      {
        ...of("router"),
        call: "call_transfer",
        details: {
          decision_type: "handoff",
          decision_context: { agent_name: "billing" },
          decision_result: { to_agent: "billing" },
        },
      },
    ],
  ];
}

const lead = (id: string, more: object = {}): Row => [
  id,
  "tool_call",
  "researcher",
  {
    agent: "lead",
    session: "session-lead",
    call: "call_ask",
    details: called({ request: "otters?" }, "otters swim", more),
  },
];

const pay = (id: string): Row => [
  id,
  "tool_call",
  "pay",
  {
    agent: "payer",
    session: "session-payer",
    call: "call_pay",
    details: called({ amount: 9 }, ASKED, { interrupted: true }),
  },
];

const thrown = (id: string, details: Told["details"], unknown: readonly string[]): Row => [
  id,
  "tool_call",
  "fail",
  {
    agent: "failing",
    session: "session-failing",
    error: ["ValueError", "card declined: 4000"],
    details,
    unknown,
  },
];

const run = (id: string, agent: string, session: string | undefined = `session-${agent}`): Row => [
  id,
  "success",
  agent,
  { agent, ...(session !== "" && { session }), details: {}, ...(session === "" && { unknown: ["session"] }) },
];

// The kit's own session for an agent that is a tool is another than the user's.
const INNER = (number: number) => `00000000-0000-4000-8000-0000000000${number}`;

const broke = (
  id: string,
  agent: string,
  error: readonly [string, string],
  name = agent,
  session = true,
): Row => [
  id,
  "error",
  error[0],
  {
    agent,
    ...(session && { session: `session-${name}` }),
    error,
    details: errorDetails(error[0], error[1], { run: name }),
    ...(!session && { unknown: ["session"] }),
  },
];

const DECLINED = ["ValueError", "card declined: 4000"] as const;
const OVERLOADED = ["RuntimeError", "503 upstream overloaded"] as const;
const workflow = (id: string, name: string, session = `session-${name}`, agent = "shop"): Row => [
  id,
  "success",
  name,
  { agent, session, details: {} },
];

const two: Capture = {
  file: "google-adk-python-2",
  title: "Google ADK for Python, 2.13",
  source: "google-adk",
  rows: [
    ...told(
      {
        weather: "8ba013",
        list: "3e0351",
        count: "e5b2e5",
        greet: "944072",
        nothing: "941ac8",
        soft: "fad218",
        args: "188598",
        transfer: "fc7547",
      },
      "TOOL_ERROR",
    ),
    thrown("00a6e5", failed({ amount: 3 }, "card declined: 4000"), ["call"]),
    [
      "9fac00",
      "tool_call",
      "no_such_tool",
      {
        agent: "ghost",
        session: "session-ghost",
        call: "call_ghost",
        error: ["ValueError", UNKNOWN],
        details: { ...failed({ x: 1 }, UNKNOWN, { error: UNKNOWN }), tool_type: "BaseTool" },
      },
    ],
    pay("5b4aa5"),
    lead("cdb516", { tool_type: "AgentTool" }),
    run("8bc8a3", "support"),
    run("430f42", "ghost"),
    run("261e2c", "payer"),
    run("1f7dde", "router"),
    run("5e3e80", "billing", "session-router"),
    run("5c4795", "researcher", INNER(30)),
    run("d18c5f", "lead"),
    workflow("12523e", "support"),
    workflow("a17b07", "ghost"),
    workflow("648c1d", "payer"),
    workflow("abce6d", "router"),
    workflow("976e1d", "researcher", INNER(30), "lead"),
    workflow("1af474", "lead"),
    broke("9f6656", "failing", DECLINED),
    broke("c35882", "shop", DECLINED, "failing"),
    [
      "ec8879",
      "error",
      "RuntimeError",
      {
        agent: "broken",
        session: "session-broken",
        error: OVERLOADED,
        details: errorDetails(...OVERLOADED, {
          model_call: "generate_content mock-broken",
          model: "mock-broken",
          provider: "gcp.gemini",
        }),
      },
    ],
    broke("74c902", "broken", OVERLOADED),
    broke("58c06e", "shop", OVERLOADED, "broken"),
  ],
  others: {
    "execute_tool (merged)": "several calls",
    ...Object.fromEntries(
      ["support", "failing", "ghost", "payer", "router", "billing", "researcher", "lead"].map((name) => [
        `generate_content mock-${name}`,
        "went well",
      ]),
    ),
  },
};

const one: Capture = {
  file: "google-adk-python-1",
  title: "Google ADK for Python, 1.39",
  source: "google-adk",
  rows: [
    ...told(
      {
        weather: "0a6bbe",
        list: "06901d",
        count: "a7b3e2",
        greet: "7eadb4",
        nothing: "d41e04",
        soft: "8e5623",
        args: "924ab4",
        transfer: "a92a83",
      },
      "tool_error",
    ),
    thrown("f412f7", failed({ amount: 3 }, "card declined: 4000"), ["call"]),
    pay("3500e3"),
    lead("7071bb", { tool_type: "AgentTool" }),
    run("392118", "support"),
    run("385b55", "payer"),
    run("7b13a8", "router"),
    run("f94fd3", "billing", "session-router"),
    run("4d8dd0", "researcher", INNER(28)),
    run("ac013f", "lead"),
    broke("4b256f", "failing", DECLINED),
    broke("42e34c", "ghost", ["ValueError", notFound()]),
    [
      "d49ee8",
      "error",
      "RuntimeError",
      {
        agent: "broken",
        session: "session-broken",
        error: OVERLOADED,
        details: errorDetails(...OVERLOADED, { model_call: "call_llm" }),
        unknown: ["model"],
      },
    ],
    broke("9c7840", "broken", OVERLOADED),
  ],
  others: {
    invocation: "is a step inside",
    call_llm: "went well",
    "execute_tool (merged)": "several calls",
    ...Object.fromEntries(
      ["support", "failing", "ghost", "payer", "router", "billing", "researcher", "lead", "broken"].map(
        (name) => [`generate_content mock-${name}`, "the same call of the model"],
      ),
    ),
  },
};

function notFound(): string {
  return [
    "Tool 'no_such_tool' not found.",
    "Available tools: greet",
    "",
    "Possible causes:",
    "  1. LLM hallucinated the function name - review agent instruction clarity",
    "  2. Tool not registered - verify agent.tools list",
    "  3. Name mismatch - check for typos",
    "",
    "Suggested fixes:",
    "  - Review agent instruction to ensure tool usage is clear",
    "  - Verify tool is included in agent.tools list",
    "  - Check for typos in function name",
  ].join("\n");
}

// The first versions gave agents a name and nothing else; only the model's spans say the session.
const early: Capture = {
  file: "google-adk-python-1.2",
  title: "Google ADK for Python, 1.2",
  source: "google-adk",
  rows: [
    ...told(
      {
        weather: "29f012",
        list: "79594d",
        count: "b17c4d",
        greet: "6a3c05",
        nothing: "90553f",
        soft: "7c0228",
        args: "ed3809",
        transfer: "07330c",
      },
      "tool_error",
    ),
    thrown("750ac4", hiddenFailure("card declined: 4000"), ["call", "tool_parameters"]),
    lead("010dc9"),
    run("ccafeb", "support", ""),
    run("a126dd", "router", ""),
    // Inside the span of the model that handed over.
    run("ea866d", "billing", "session-router"),
    run("46b398", "researcher", "session-lead"),
    run("4d016e", "lead", ""),
    broke("a5b0f3", "failing", DECLINED, "failing", false),
    broke(
      "9e3a87",
      "ghost",
      ["ValueError", "Function no_such_tool is not found in the tools_dict."],
      "ghost",
      false,
    ),
    [
      "d4fb30",
      "error",
      "RuntimeError",
      {
        agent: "broken",
        error: OVERLOADED,
        details: errorDetails(...OVERLOADED, { model_call: "call_llm" }),
        unknown: ["session", "model"],
      },
    ],
    broke("21c3f0", "broken", OVERLOADED, "broken", false),
  ],
  others: { invocation: "is a step inside", call_llm: "went well", "execute_tool (merged)": "several calls" },
};

export const CAPTURES: readonly Capture[] = [two, one, early];
