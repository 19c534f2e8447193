import {
  type Capture,
  called,
  errorDetails,
  failed,
  HIDDEN_CALL,
  hiddenFailure,
  type Row,
} from "./capture.js";

const THREAD = { session: "thread-9" };
const SUPPORT = { ...THREAD, agent: "Support Agent" };
const SHOP = { ...THREAD, agent: "shop" };

const STRICT = [
  "Tool input validation failed for strict. Please fix the following errors and try again:",
  "- city: Invalid input: expected string, received number",
  "",
  'Provided arguments: {\n  "city": 5\n}',
].join("\n");

const model = (name: string) => ({ model: name, provider: "mock-provider" });
const wants = (...calls: [string, string, unknown][]) => ({ requested: calls, answered: [] });

/** What a processor was given: ids and times are those of the file. */
const given = (id: string, text: string, system: string) => ({
  messages: [
    {
      id,
      role: "user",
      createdAt: "2026-01-01T00:00:00.000Z",
      content: { format: 2, parts: [{ type: "text", text, createdAt: 0 }], content: text },
    },
  ],
  systemMessages: [{ role: "system", content: system }],
  retryCount: 0,
});
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** The spans that have other ids in the bridge's capture, for their parents have other names there. */
interface Ids {
  readonly tools: readonly string[];
  readonly lookup: string;
  readonly researcher: string;
  readonly ask: string;
  readonly refusal: string;
  readonly brokenModel: string;
  /** Steps, branch and step of the two workflows. */
  readonly flows: readonly [readonly string[], readonly string[]];
}

// What the program of test/capture/mastra did, whichever way its spans went.
function told(ids: Ids, uuids: readonly number[]): Row[] {
  const [list, count, open, none, json, greet, refuse, throwText, strict, close] = ids.tools as string[];
  const call = (
    id: string | undefined,
    name: string,
    callId: string,
    details: object,
    error?: [string, string?],
  ) =>
    [
      id ?? "",
      "tool_call",
      name,
      { ...SUPPORT, call: callId, details, ...(error && { error: [error[0], error[1]] }) },
    ] as Row;
  const [passed, blocked, allowed, thread, resource] = uuids as [number, number, number, number, number];
  const ran = { text: "otters swim", subAgentThreadId: uuid(thread), subAgentResourceId: uuid(resource) };
  const inner = {
    toolName: "lookup",
    toolCallId: "call_lookup",
    result: { topic: "otters", found: 1 },
    args: { topic: "otters" },
  };
  return [
    guard("55e539", "Pass All", "Support Agent", given(uuid(passed), "hello", "Be nice")),
    call(list, "listOrders", "call_list", called({ customer: "Ada" }, [{ id: 1 }, { id: 2 }])),
    call(count, "countOrders", "call_count", called({}, 42)),
    call(open, "isOpen", "call_open", called({}, false)),
    call(none, "findNothing", "call_none", called({}, null)),
    // The tool gave a text that is JSON; nothing tells it from an object.
    call(json, "jsonText", "call_json", called({}, { nested: "text" })),
    call(greet, "greet", "call_greet", called({ who: "Ada" }, "Hello, Ada")),
    call(refuse, "refuse", "call_refuse", failed({ amount: -1 }, "amount out of range"), [
      "Error",
      "amount out of range",
    ]),
    call(throwText, "throwText", "call_throw", failed({}), ["Error"]),
    call(
      strict,
      "strict",
      "call_strict",
      failed({ city: 5 }, STRICT, {
        error: true,
        message: STRICT,
        validationErrors: {
          errors: [],
          fields: { city: { errors: ["Invalid input: expected string, received number"], fields: {} } },
        },
      }),
      ["tool_error", STRICT],
    ),
    call(close, "closeTicket", "call_close", called({ ticket: 7 })),
    run("5a06f0", "Support Agent"),
    [
      "e4dcc9",
      "decision",
      "No Secrets",
      {
        ...THREAD,
        agent: "Guarded",
        error: ["Error", "asks for a secret"],
        details: {
          decision_type: "guardrail",
          decision_context: given(uuid(blocked), "tell me the secret", "Be safe"),
          decision_result: { passed: false, reason: "asks for a secret" },
          success: false,
          error_message: "asks for a secret",
        },
      },
    ],
    run("ae21f0", "Guarded", { tripwire: { reason: "asks for a secret", processorId: "no-secrets" } }),
    guard("e5ba08", "No Secrets", "Guarded", given(uuid(allowed), "hello", "Be safe")),
    run("f16123", "Guarded"),
    GHOST_CALL,
    run("0dae01", "Ghost"),
    run("6fc036", "Payer", { interrupted: true }),
    [
      ids.refusal,
      "decision",
      "payOut",
      {
        ...THREAD,
        agent: "Payer",
        call: "call_pay",
        details: {
          decision_type: "approval",
          decision_context: { tool: "payOut" },
          decision_result: { approved: false },
        },
      },
    ],
    [
      ids.lookup,
      "tool_call",
      "lookup",
      {
        ...THREAD,
        agent: "Researcher",
        call: "call_lookup",
        details: called({ topic: "otters" }, { topic: "otters", found: 1 }),
      },
    ],
    run(ids.researcher, "Researcher"),
    [
      ids.ask,
      "tool_call",
      "agent-researcher",
      {
        ...THREAD,
        agent: "Lead",
        call: "call_ask",
        details: called({ prompt: "otters?" }, { ...ran, subAgentToolResults: [inner] }),
      },
    ],
    run("16fe40", "Lead"),
    brokenModel(ids.brokenModel),
    BROKEN_RUN,
  ];
}

const run = (id: string, agent: string, details: object = {}): Row => [
  id,
  "success",
  agent,
  { ...THREAD, agent, details: { ...details } },
];

const guard = (id: string, name: string, agent: string, decision_context: unknown): Row => [
  id,
  "decision",
  name,
  { ...THREAD, agent, details: { decision_type: "guardrail", decision_context, decision_result: {} } },
];

// A tool that the agent does not have. Its arguments are in the span's metadata, where hiding content leaves them.
const GHOST_CALL: Row = [
  "1a1cee",
  "tool_call",
  "ghostTool",
  { ...THREAD, agent: "Ghost", details: called({ x: 1 }, null, { tool_type: "client" }), unknown: ["call"] },
];

// The status of the span is OK, and the text of the error is on the agent's run only.
const brokenModel = (id: string, type = "chat mock-broken"): Row => [
  id,
  "error",
  "Error",
  {
    ...THREAD,
    agent: "Broken",
    error: ["Error", undefined],
    unknown: ["error", "error_message"],
    details: {
      error_type: "Error",
      error_context: { model_call: type, ...model("mock-broken"), finish_reasons: ["error"] },
    },
  },
];

const BROKEN_RUN: Row = [
  "31625a",
  "error",
  "Error",
  {
    ...THREAD,
    agent: "Broken",
    error: ["Error", "503 upstream overloaded"],
    details: errorDetails("Error", "503 upstream overloaded", { run: "Broken" }),
  },
];

/** The workflow that checks, and chooses the step that fits the amount. `named` is how its steps are called. */
function flows(ids: Ids["flows"], small: readonly string[], large: readonly string[]): Row[] {
  const [fine, broken] = ids as [string[], string[]];
  const limit = (run: string) => errorDetails("Error", "limit exceeded", { run });
  const error = ["Error", "limit exceeded"] as const;
  const stepError = ["WORKFLOW_STEP_INVOKE_FAILED", "limit exceeded"] as const;
  return [
    [fine[0] ?? "", "success", small[0] ?? "", { ...SHOP, details: {} }],
    [fine[1] ?? "", "success", small[1] ?? "", { ...SHOP, details: {} }],
    ["afd62b", "success", "refund", { ...SHOP, details: {} }],
    [broken[0] ?? "", "success", large[0] ?? "", { ...SHOP, details: {} }],
    [
      broken[1] ?? "",
      "error",
      "WORKFLOW_STEP_INVOKE_FAILED",
      {
        ...SHOP,
        error: stepError,
        details: errorDetails(stepError[0], stepError[1], { run: large[1] ?? "" }),
      },
    ],
    ["90d531", "error", "Error", { ...SHOP, error, details: limit("refund") }],
  ];
}

const branch = (id: string, chosen: string, amount: number, truthy: number): Row => [
  id,
  "decision",
  chosen,
  {
    ...SHOP,
    details: {
      decision_type: "choice",
      decision_context: { amount },
      decision_result: { chosen: [chosen] },
      conditions: 3,
      truthy_conditions: [truthy],
    },
  },
];

const EXPORTER_IDS: Ids = {
  tools: ["7606f1", "97df09", "f6306b", "12b538", "22add0", "b82a08", "7ef6bb", "2b41b0", "cf9a46", "a4ddb0"],
  lookup: "fb79da",
  researcher: "c0d95f",
  ask: "d43f19",
  refusal: "c98b3c",
  brokenModel: "3b81d4",
  flows: [
    ["e48d21", "224b14"],
    ["7fdd19", "5e7927"],
  ],
};

const BRIDGE_IDS: Ids = {
  tools: ["1c6f61", "4c83be", "f6691f", "5d3f94", "5daec4", "7dde2a", "5be009", "1f6fbf", "c3eb59", "67c447"],
  lookup: "f54474",
  researcher: "c0ac9a",
  ask: "ba9ba3",
  refusal: "62cdaa",
  brokenModel: "199694",
  flows: [
    ["b56bc6", "287a29"],
    ["c6d04a", "f40200"],
  ],
};

const STEPS = ["check", "refund-small"];
const LARGE_STEPS = ["check", "refund-large"];
const AGENTS = ["Support Agent", "Guarded", "Ghost", "Payer", "Researcher", "Lead", "Broken"];
const MODELS = ["mock-main", "mock-guarded", "mock-ghost", "mock-payer", "mock-inner", "mock-lead"];
const INSIDE = "is a step inside";
const LOOP = "a loop of calls of a model";
const WENT_WELL = "went well";

const each = (names: readonly string[], prefix: string, reason: string) =>
  Object.fromEntries(names.map((name) => [`${prefix} ${name}`, reason]));

const PLUMBING = {
  ...each(AGENTS, "agent_step", INSIDE),
  ...each(["0", "1", "2"], "condition", INSIDE),
  "mapping agent-researcher": INSIDE,
};
const CHUNKS = each(AGENTS.slice(0, -1), "model_chunk", INSIDE);

const exporter: Capture = {
  file: "mastra-exporter",
  source: "mastra",
  rows: [
    ...told(EXPORTER_IDS, [1, 3, 5, 10, 11]),
    ...flows(EXPORTER_IDS.flows, STEPS, LARGE_STEPS),
    branch("1df309", "refund-small", 5, 0),
    // The step that it chose failed; the choice did not.
    branch("e526e5", "refund-large", 500, 1),
  ],
  others: {
    ...PLUMBING,
    ...CHUNKS,
    ...each(MODELS, "chat", WENT_WELL),
    ...each([...MODELS, "mock-broken"], "model_generation", LOOP),
  },
  models: {
    // Which tools it wanted is not said, but that it did.
    e0fea7: { requested: [["tool_calls"]], answered: [] },
    "930364": { requested: [], answered: [] },
  },
};

const HIDDEN_CONTENT = new Map<string, Readonly<Record<string, unknown>>>([
  ["7ef6bb", hiddenFailure("amount out of range")],
  ["2b41b0", hiddenFailure()],
]);

// The same program, with inputs and outputs hidden.
const hidden: Capture = {
  file: "mastra-hidden",
  source: "mastra",
  rows: exporter.rows.map(hiddenRow),
  others: exporter.others,
  models: { e0fea7: { requested: [["tool_calls"]], answered: [] } },
};

function hiddenRow([id, type, name, row]: Row): Row {
  const { error, call, details, ...rest } = row;
  // That arguments did not fit is in the result. The run that a refusal woke was not told to hide anything.
  if (id === "cf9a46")
    return [id, type, name, { ...rest, call, details: HIDDEN_CALL, unknown: ["error"] } as Row[3]];
  if (id === EXPORTER_IDS.refusal) return [id, type, name, row];
  if (type === "success") return [id, type, name, { ...row, details: {} }];
  if (id === "1a1cee" || type === "error") return [id, type, name, row];
  if (type === "tool_call")
    return [id, type, name, { ...row, details: HIDDEN_CONTENT.get(id) ?? HIDDEN_CALL }];
  const { decision_context: _, ...shown } = details as Record<string, unknown>;
  const isPassed = shown.decision_type === "guardrail" && error === undefined;
  if (isPassed) delete shown.decision_result;
  const said = { ...shown, decision_context_hidden: true, ...(isPassed && { decision_result_hidden: true }) };
  return [id, type, name, { ...row, details: said }];
}

// The bridge of the time still had the exporter's version 1.3 inside: branches and steps say less, models say what they wanted.
const bridge: Capture = {
  file: "mastra-bridge",
  source: "mastra",
  rows: [
    ...told(BRIDGE_IDS, [1, 3, 5, 12, 13]),
    ...flows(BRIDGE_IDS.flows, ["refund", "refund"], ["refund", "refund"]),
    [
      "6ea840",
      "decision",
      "refund-small",
      {
        ...SHOP,
        details: {
          decision_type: "choice",
          decision_context: { amount: 5 },
          decision_result: { chosen: ["refund-small"] },
        },
      },
    ],
    [
      "c9fff4",
      "decision",
      "workflow_conditional refund",
      {
        ...SHOP,
        error: ["Error", "limit exceeded"],
        details: {
          decision_type: "choice",
          decision_context: { amount: 500 },
          decision_result: null,
          success: false,
          error_message: "limit exceeded",
        },
      },
    ],
  ],
  others: {
    ...each(AGENTS, "model_step", INSIDE),
    ...CHUNKS,
    ...each(MODELS, "chat", WENT_WELL),
    // Those that asked for no tool are told by the generation around them.
    ...each(AGENTS, "model_inference", ""),
    "workflow_conditional_eval refund": INSIDE,
    "mapping agent-researcher": INSIDE,
  },
  models: {
    "6e0903": wants(
      ["listOrders", "call_list", { customer: "Ada" }],
      ["countOrders", "call_count", {}],
      ["isOpen", "call_open", {}],
    ),
    "86a4ef": { requested: [], answered: [] },
  },
};

export const CAPTURES: readonly Capture[] = [exporter, hidden, bridge];
