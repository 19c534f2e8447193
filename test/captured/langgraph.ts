import type { Capture, Row, Told } from "./capture.js";
import { BONN, Clerk, handedOver, LIMA, LOOKUP, shopCalls } from "./pending/shop.js";

// test/capture/langgraph-python and test/capture/langgraph: graphs of models and ToolNodes. The agent at work is the graph.
const UNFIT = `1 validation error for get_weather
city
  Field required [type=missing, input_value={'town': 'Oslo'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing`;
const missing = [
  "invalid_tool_call",
  "Error: no_such_tool is not a valid tool, try one of [get_weather, charge, refund, plan_trip, to_billing].",
] as const;
const OVERLOADED = "Error code: 503 - upstream overloaded";
const thread = (name: string, session?: string, more: Partial<Told> = {}) =>
  new Clerk(name, { ...(session !== undefined && { session }), ...more });

interface Spans {
  readonly roots: readonly string[];
  readonly paris: string;
  readonly rome: readonly [string, string];
  readonly charge: string;
  readonly refund: string;
  /** No tool ran: the step that was for the call tells of it. */
  readonly unknown: string;
  readonly args: string;
  readonly trip: string;
  readonly lima: string;
  readonly handoff: string;
  readonly lookup: string;
}

function shop(spans: Spans, unfitType: string, details: object = {}, inner?: Partial<Told>): Row[] {
  const graph = thread("shop", "thread-1");
  return [
    ...spans.roots.map((id) => graph.ran(id, details)),
    ...shopCalls(
      graph,
      { ...spans, lima: inner === undefined ? spans.lima : "" },
      { ids: "on spans", unfit: [unfitType, UNFIT], missing },
    ),
    ...(inner === undefined
      ? []
      : [graph.called(spans.lima, "get_weather", undefined, ["Lima", LIMA[1]], inner)]),
    graph.decided(spans.handoff, "to_billing", "call_handoff", handedOver({})),
    graph.called(spans.lookup, "lookup", "call_lookup", LOOKUP),
  ];
}

// OpenInference writes the only argument without its name, and no model asked for the call inside `plan_trip`.
const WITHOUT_NAME: Partial<Told> = { unknown: ["tool_parameters"] };

/** Steps of a graph and calls of its models, each with a piece of the reason for which it is no action. */
const steps = (reason: string, names: string, prefix = ""): Record<string, string> =>
  Object.fromEntries(names.split(" ").map((name) => [prefix + name, reason]));
const CHAIN = "a span of the kind CHAIN is a step";
const RUN = "a run of the type chain is a step";
const TASK = "Traceloop's execute_task is a step";
const GOOD_CALL = "a call of a model that went well";
const INNER = "left right left_graph right_graph left_node right_node payer slow broken";

// By the names on the way down, which OpenInference and LangSmith both have.
const BY_NAMES: Spans = {
  roots: ["41dc3f", "e272fd", "1db083", "c45bb5"],
  paris: "79b623",
  rome: ["0e9721", "706b97"],
  charge: "875d81",
  refund: "198d48",
  unknown: "9be42a",
  args: "40079d",
  trip: "2432ce",
  lima: "413950",
  handoff: "020700",
  lookup: "165ffd",
};

interface RunSpans {
  readonly both: string;
  readonly left: string;
  readonly right: string;
  readonly payer: readonly [string, string];
  readonly pay: readonly [string, string];
  readonly slow: string;
  readonly wait: string;
  readonly broken: string;
  readonly model: string;
}

interface RunWords {
  readonly cancelled: readonly [run: string, call: string];
  readonly down: readonly [run: string, model: string];
  readonly modelCall: string;
  readonly details?: object;
}

/** Two subgraphs side by side, a person's no, a run that was cancelled, and one whose model was down. */
function runs(spans: RunSpans, { cancelled, down, modelCall, details = {} }: RunWords): Row[] {
  const both = thread("both");
  const payer = thread("payer_graph", "thread-1");
  const slow = thread("slow_graph");
  const broken = thread("broken_graph");
  const cut = { error_type: cancelled[0], error_context: { run: "slow_graph", ...details } };
  return [
    both.ran(spans.both, details),
    thread("left_graph").called(spans.left, "get_weather", "call_left", BONN),
    thread("right_graph").called(spans.right, "get_weather", "call_right", BONN),
    // It waits for a person, and goes on in a run of its own; the no is the tool's to make something of.
    payer.ran(spans.payer[0], details),
    payer.called(spans.pay[0], "pay", "call_pay", [{ amount: 9 }, null], { details: { interrupted: true } }),
    payer.ran(spans.payer[1], details),
    payer.called(spans.pay[1], "pay", "call_pay", [{ amount: 9 }, "refused"]),
    [
      spans.slow,
      "error",
      cancelled[0],
      { agent: "slow_graph", error: [cancelled[0], undefined], details: cut },
    ],
    slow.failed(spans.wait, "wait", "call_wait", { minutes: 60 }, [cancelled[1], undefined]),
    broken.broke(spans.broken, [down[0], OVERLOADED], { run: "broken_graph", ...details }),
    broken.broke(spans.model, [down[1], OVERLOADED], {
      model_call: modelCall,
      model: "broken",
      provider: "openai",
    }),
  ];
}

const RUNS_BY_NAMES: RunSpans = {
  both: "b2b682",
  left: "8e47bc",
  right: "c4097c",
  payer: ["89d98c", "a51706"],
  pay: ["a69689", "8071d3"],
  slow: "c27be0",
  wait: "108b48",
  broken: "e8997e",
  model: "d5c4b2",
};
const LONG = "langchain_openai.chat_models.base.OpenAIAPIError";

const openinference: readonly Capture[] = [
  {
    title: "LangGraph's ToolNode (Python), OpenInference",
    file: "langgraph-shop-openinference",
    source: "openinference",
    rows: shop(BY_NAMES, "pydantic_core._pydantic_core.ValidationError", {}, WITHOUT_NAME),
    others: {
      ChatOpenAI: GOOD_CALL,
      ...steps(CHAIN, "tools_condition support Unnamed tools billing billing_tools"),
    },
  },
  {
    title: "LangGraph's graphs (Python), OpenInference",
    file: "langgraph-runs-openinference",
    source: "openinference",
    rows: runs(RUNS_BY_NAMES, {
      cancelled: ["CancelledError", "CancelledError"],
      down: [LONG, LONG],
      modelCall: "broken",
    }),
    others: { ChatOpenAI: GOOD_CALL, ...steps(CHAIN, `tools_condition tools ${INNER}`) },
  },
];

const langsmith: readonly Capture[] = [
  {
    title: "LangGraph's ToolNode (Python), LangSmith",
    file: "langgraph-shop-langsmith",
    source: "langsmith",
    rows: shop(BY_NAMES, "ValidationError"),
    others: {
      ChatOpenAI: GOOD_CALL,
      ...steps(RUN, "tools_condition support Unnamed tools billing billing_tools"),
    },
  },
  {
    title: "LangGraph's graphs (Python), LangSmith",
    file: "langgraph-runs-langsmith",
    source: "langsmith",
    rows: runs(RUNS_BY_NAMES, {
      cancelled: ["CancelledError", "CancelledError"],
      down: ["OpenAIAPIError", "OpenAIAPIError"],
      modelCall: "chat broken",
    }),
    others: { ChatOpenAI: GOOD_CALL, ...steps(RUN, `tools_condition tools ${INNER}`) },
  },
];

// Its runs and models follow the conventions of OpenTelemetry to the letter.
const byConventions = (...ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, "gen-ai"]));
const langgraph = { provider: "langgraph" };
const openllmetry: readonly Capture[] = [
  {
    title: "LangGraph's ToolNode (Python), OpenLLMetry",
    file: "langgraph-shop-openllmetry",
    source: "traceloop",
    sources: byConventions("e5aa1e", "099f1b", "6c588d", "ed5d8e"),
    rows: shop(
      {
        roots: ["e5aa1e", "099f1b", "6c588d", "ed5d8e"],
        paris: "274f9e",
        rome: ["571b65", "aa22f7"],
        charge: "2fcbf1",
        refund: "1f9876",
        unknown: "8f075c",
        args: "043dc0",
        trip: "fc1c05",
        lima: "a15acd",
        handoff: "a1d4b8",
        lookup: "7a1bee",
      },
      "ValidationError",
      langgraph,
    ),
    others: {
      "ChatOpenAI.chat": GOOD_CALL,
      "shop.workflow": "the run that the span around it records",
      "goto billing": "the tool around it says where it goes",
      ...steps(TASK, "tools_condition support unknown tools billing billing_tools", "execute_task "),
    },
  },
  {
    title: "LangGraph's graphs (Python), OpenLLMetry",
    file: "langgraph-runs-openllmetry",
    source: "traceloop",
    sources: byConventions("82d024", "f0e630", "e702ed", "d00788", "203f64", "dc3299", "2f961d", "d22fb8"),
    rows: [
      ...runs(
        {
          both: "82d024",
          left: "587491",
          right: "2bc47f",
          payer: ["f0e630", "e702ed"],
          pay: ["076e78", "3a296d"],
          slow: "d00788",
          wait: "2ac7fe",
          broken: "203f64",
          model: "dc3299",
        },
        {
          cancelled: ["asyncio.exceptions.CancelledError", "CancelledError"],
          down: [LONG, "OpenAIAPIError"],
          modelCall: "chat broken",
          details: langgraph,
        },
      ),
      // Here subgraphs are runs as well.
      thread("left_graph").ran("2f961d", langgraph),
      thread("right_graph").ran("d22fb8", langgraph),
    ],
    others: {
      "ChatOpenAI.chat": GOOD_CALL,
      ...steps(
        "the run that the span around it records",
        "both.workflow payer_graph.workflow slow_graph.workflow broken_graph.workflow",
      ),
      ...steps(TASK, `tools_condition tools ${INNER}`, "execute_task "),
    },
  },
];

export const CAPTURES: readonly Capture[] = [...openinference, ...langsmith, ...openllmetry];
