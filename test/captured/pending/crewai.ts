import type { Row, Told } from "../capture.js";
import {
  Clerk,
  DECLINED,
  denied,
  LOOKUP,
  PARIS,
  type PendingCapture,
  REFUSED,
  ROME,
  shopCalls,
  TRIP,
  WITHOUT_SPAN,
} from "./shop.js";

// test/capture/crewai-python: crews named after their first agent, and a flow of which no span has the name.
const [support, billing, payer, slow, broken] = ["support", "billing", "payer", "slow", "broken"].map(
  (name) => new Clerk(name),
) as [Clerk, Clerk, Clerk, Clerk, Clerk];
const crew = (name: string) => new Clerk(`${name}_crew`);
const OVERLOADED = [
  "openai.InternalServerError",
  "Error code: 503 - {'error': {'message': 'upstream overloaded', 'type': 'server_error'}}",
] as const;
const GAVE_UP = ["TimeoutError", "gave up after 60 minutes"] as const;
const UNFIT = `Tool 'get_weather' arguments validation failed: 1 validation error for Get_Weather
city
  Field required [type=missing, input_value={'town': 'Oslo'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.12/v/missing
Expected arguments: {"city": {"title": "City", "type": "string"}}
Required: ["city"]`;
const BLOCKED = "Tool execution blocked by hook. Tool: pay";
const DELEGATED = [
  { task: "refund order 9", context: "it never came", coworker: "billing" },
  "refunded",
] as const;
const missing = ["unknown_tool", "Tool not found"] as const;

const openinference: PendingCapture = {
  title: "CrewAI, OpenInference",
  file: "pending/crewai-openinference",
  source: "openinference",
  rows: [
    crew("support").ran("09c5c3"),
    support.ran("412a8a"),
    ...shopCalls(
      support,
      {
        paris: "5f3fb0",
        rome: ["837689", "7a4217"],
        charge: "218e28",
        refund: "2cff83",
        unknown: "call:call_unknown",
        args: "0267a3",
        trip: "f402c4",
        lima: "ae288b",
      },
      { ids: "at the model", unfit: ["ValueError", UNFIT], missing },
    ),
    // The model knows the tool by a name without spaces.
    support.called("8812e7", "Delegate work to coworker", "call_handoff", DELEGATED),
    // The coworker has no span; who it is stands in the arguments of the tool around.
    billing.called("57c004", "lookup", "call_lookup", LOOKUP),
    crew("payer").ran("518e79"),
    payer.ran("9de091"),
    payer.decided("call:call_pay", "pay", "call_pay", denied({ amount: 9 }, BLOCKED), WITHOUT_SPAN),
    crew("slow").ran("c817d5"),
    slow.ran("a17402"),
    slow.failed("c81e7c", "wait", "call_wait", { minutes: 60 }, GAVE_UP),
    crew("broken").broke("967549", OVERLOADED),
    broken.broke("d26987", OVERLOADED),
    broken.broke("aabb4c", OVERLOADED, { model_call: "ChatCompletion", model: "broken", provider: "openai" }),
    new Clerk("Flow").broke(
      "5fca84",
      ["ValueError", "nobody may decide"],
      { run: "Flow" },
      { unknown: ["agent"] },
    ),
  ],
  others: {},
};

// No tool has a span: what the model asked for and was told is all there is.
const told = WITHOUT_SPAN as Partial<Told>;
const crewai = { provider: "crewai" };
const task = (id: string, agent: string) => [id, "success", "help Ada", { agent, details: crewai }] as const;

const CALLS = [
  ...["paris", "rome_1", "rome_2", "charge", "refund", "unknown"],
  ...["args", "trip", "handoff", "lookup", "pay", "wait"],
];

// What the model asked for and was told.
function shopRows(): readonly Row[] {
  return [
    support.called("call:call_paris", "get_weather", "call_paris", PARIS, told),
    support.called("call:call_rome_1", "get_weather", "call_rome_1", ROME, told),
    support.called("call:call_rome_2", "get_weather", "call_rome_2", ROME, told),
    // The message that the model was given does not say of which type the error was.
    support.failed(
      "call:call_charge",
      "charge",
      "call_charge",
      { amount: 3 },
      ["tool_error", `Error executing tool: ${DECLINED[1]}`],
      {
        ...told,
        unknown: ["error", "error_message"],
      },
    ),
    support.failed(
      "call:call_refund",
      "refund",
      "call_refund",
      { order: 9 },
      ["tool_error", "no such order"],
      {
        details: { without_span: true, tool_result: REFUSED },
      },
    ),
    support.failed("call:call_unknown", "no_such_tool", "call_unknown", { x: 1 }, missing, told),
    support.failed(
      "call:call_args",
      "get_weather",
      "call_args",
      { town: "Oslo" },
      ["invalid_arguments", `Error executing tool: ${UNFIT}`],
      told,
    ),
    support.called("call:call_trip", "plan_trip", "call_trip", TRIP, told),
  ];
}

function waited(): Row {
  return slow.failed(
    "call:call_wait",
    "wait",
    "call_wait",
    { minutes: 60 },
    ["tool_error", `Error executing tool: ${GAVE_UP[1]}`],
    {
      ...told,
      unknown: ["error", "error_message"],
    },
  );
}

const openllmetry: PendingCapture = {
  title: "CrewAI, OpenLLMetry",
  file: "pending/crewai-openllmetry",
  source: "traceloop",
  // The conventions of OpenTelemetry, which these spans follow to the letter, those of models too: what they tell of calls is theirs.
  sources: Object.fromEntries(
    ["392ce3", "969e28", "567711", "d7d0ed", "316968", ...CALLS.map((call) => `call:call_${call}`)].map(
      (id) => [id, "gen-ai"],
    ),
  ),
  rows: [
    crew("support").ran("392ce3", crewai),
    task("5d6c4e", "support"),
    support.ran("a2e4fe", { model: "support", ...crewai }),
    ...shopRows(),
    support.called("call:call_handoff", "delegate_work_to_coworker", "call_handoff", DELEGATED, told),
    billing.ran("4749a4", { model: "billing", ...crewai }),
    billing.called("call:call_lookup", "lookup", "call_lookup", LOOKUP, told),
    crew("payer").ran("969e28", crewai),
    task("64dd9a", "payer"),
    payer.ran("ba4ee2", { model: "payer", ...crewai }),
    payer.decided("call:call_pay", "pay", "call_pay", denied({ amount: 9 }, BLOCKED), told),
    crew("slow").ran("567711", crewai),
    task("c75863", "slow"),
    slow.ran("3a8f2f", { model: "slow", ...crewai }),
    waited(),
    crew("broken").broke("d7d0ed", OVERLOADED, { run: "broken_crew", ...crewai }),
    broken.broke("469484", OVERLOADED, { run: "help Ada", ...crewai }),
    broken.broke("d17253", OVERLOADED, { run: "broken", ...crewai }),
    broken.broke("316968", ["InternalServerError", OVERLOADED[1]], {
      model_call: "chat broken",
      model: "broken",
      provider: "openai",
    }),
  ],
  others: {},
  lost: ["the weather of Lima, which a tool asked for", "the flow"],
};

// OpenLIT makes a run of every method of the flow that an agent is inside, and a span of one tool only: that of delegation.
const openlit: PendingCapture = {
  title: "CrewAI, OpenLIT",
  file: "pending/crewai-openlit",
  source: "gen-ai",
  rows: [
    crew("support").ran("ba33f0", { model: "support", ...crewai, input_tokens: 110, output_tokens: 55 }),
    support.ran("2b6fa2", { model: "support", ...crewai }),
    ...shopRows(),
    support.called("942dd2", "Delegate work to coworker", "call_handoff", DELEGATED),
    billing.called("call:call_lookup", "lookup", "call_lookup", LOOKUP, told),
    crew("payer").ran("3d3c88", { model: "payer", ...crewai, input_tokens: 20, output_tokens: 10 }),
    payer.ran("fae4da", { model: "payer", ...crewai }),
    payer.decided("call:call_pay", "pay", "call_pay", denied({ amount: 9 }, BLOCKED), told),
    crew("slow").ran("06f3a8", { model: "slow", ...crewai, input_tokens: 20, output_tokens: 10 }),
    slow.ran("ae088d", { model: "slow", ...crewai }),
    waited(),
    crew("broken").broke("4eea54", ["InternalServerError", OVERLOADED[1]], { run: "broken_crew" }),
    broken.broke("ef2938", ["InternalServerError", OVERLOADED[1]], { run: "broken" }),
    broken.broke("60d60a", ["InternalServerError", OVERLOADED[1]], {
      model_call: "chat broken",
      model: "broken",
      provider: "openai",
    }),
    new Clerk("Refunds").broke("1a726d", ["ValueError", "nobody may decide"], { run: "Refunds" }),
  ],
  others: {},
  lost: ["the weather of Lima, which a tool asked for", "the run of billing"],
};

export const CAPTURES: readonly PendingCapture[] = [openinference, openllmetry, openlit];
