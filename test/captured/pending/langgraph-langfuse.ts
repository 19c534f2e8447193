import type { Told } from "../capture.js";
import { BONN, Clerk, handedOver, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/langgraph-python by the callbacks of Langfuse, which know what went wrong by its message alone.
const UNFIT = `1 validation error for get_weather
city
  Field required [type=missing, input_value={'town': 'Oslo'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing`;
const missing = [
  "unknown_tool",
  "Error: no_such_tool is not a valid tool, try one of [get_weather, charge, refund, plan_trip, to_billing].",
] as const;
const OVERLOADED = "Error code: 503 - upstream overloaded";
const untyped: Partial<Told> = { unknown: ["error"] };
const untypedRun: Partial<Told> = { unknown: ["name", "error", "error_type"] };
const graph = new Clerk("shop", { session: "thread-1" });

const shop: PendingCapture = {
  title: "LangGraph's ToolNode, Langfuse",
  file: "pending/langgraph-shop-langfuse",
  source: "langfuse",
  rows: [
    ...["41dc3f", "e272fd", "1db083", "c45bb5"].map((id) => graph.ran(id)),
    ...shopCalls(
      graph,
      {
        paris: "79b623",
        rome: ["0e9721", "706b97"],
        charge: "875d81",
        refund: "198d48",
        unknown: "call:call_unknown",
        args: "40079d",
        trip: "2432ce",
        lima: "413950",
      },
      {
        ids: "on spans",
        declined: ["Error", "card declined: 4000"],
        unfit: ["Error", UNFIT],
        missing,
        chargeMore: untyped,
        unfitMore: untyped,
      },
    ),
    graph.decided("020700", "to_billing", "call_handoff", handedOver({})),
    graph.called("165ffd", "lookup", "call_lookup", LOOKUP),
  ],
  others: {},
};

const payer = new Clerk("payer_graph", { session: "thread-1" });
const slow = new Clerk("slow_graph");
const broken = new Clerk("broken_graph");
const runs: PendingCapture = {
  title: "LangGraph's graphs, Langfuse",
  file: "pending/langgraph-runs-langfuse",
  source: "langfuse",
  rows: [
    new Clerk("both").ran("b2b682"),
    new Clerk("left_graph").called("8e47bc", "get_weather", "call_left", BONN),
    new Clerk("right_graph").called("c4097c", "get_weather", "call_right", BONN),
    payer.ran("89d98c"),
    payer.called("a69689", "pay", "call_pay", [{ amount: 9 }, null], { details: { interrupted: true } }),
    payer.ran("a51706"),
    payer.called("8071d3", "pay", "call_pay", [{ amount: 9 }, "refused"]),
    slow.cut("c27be0"),
    slow.failed("108b48", "wait", "call_wait", { minutes: 60 }, ["Error", undefined], {
      unknown: ["error", "error_message"],
    }),
    broken.broke("e8997e", ["Error", OVERLOADED], { run: "broken_graph" }, untypedRun),
    broken.broke("d5c4b2", ["Error", OVERLOADED], { model_call: "broken", model: "broken" }, untypedRun),
  ],
  others: {},
};

export const CAPTURES: readonly PendingCapture[] = [shop, runs];
