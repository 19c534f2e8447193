import type { Told } from "../capture.js";
import { BONN, Clerk, handedOver, LIMA, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/langgraph-python: OpenLIT makes an agent of each node that asks a model, beside the spans of its tools.
const UNFIT = `1 validation error for get_weather
city
  Field required [type=missing, input_value={'town': 'Oslo'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing`;
const OVERLOADED = "Error code: 503 - {'error': {'message': 'upstream overloaded', 'type': 'server_error'}}";
const provider = { provider: "langgraph" };
const asked = (model: string) => ({ ...provider, model, input_tokens: 10, output_tokens: 5 });
// Where the id of the call is not known, it writes that of the tool's run.
const run = (number: number): Partial<Told> & { readonly call: string } => ({
  call: `00000000-0000-4000-8000-00000000000${number}`,
  unknown: ["call"],
});

const [graph, support, billing] = ["shop", "support", "billing"].map(
  (name) => new Clerk(name, { session: "thread-1" }),
) as [Clerk, Clerk, Clerk];

const shop: PendingCapture = {
  title: "LangGraph's ToolNode, OpenLIT",
  file: "pending/langgraph-shop-openlit",
  source: "gen-ai",
  rows: [
    ...["5a09ee", "3a0ca7", "10c151", "df9b53"].map((id) =>
      graph.ran(id, asked(id === "df9b53" ? "billing" : "support"), {}),
    ),
    ...["1e0ec3", "e9bc99", "e5f57a", "169d1a", "debc87", "652ddd", "a5422b", "f87b6e", "0780a9"].map((id) =>
      support.ran(id, asked("support")),
    ),
    ...["c1f897", "406140"].map((id) => support.ran(id, asked("support"))),
    ...["e7d864", "3513d9"].map((id) => billing.ran(id, asked("billing"))),
    ...shopCalls(
      graph,
      { paris: "2a1f74", rome: ["561746", "6fd5c8"], refund: "b15599", trip: "971646" },
      { ids: "on spans" },
    ),
    graph.failed("5b6ac7", "charge", undefined, { amount: 3 }, ["ValueError", "card declined: 4000"], run(1)),
    graph.failed("3f24fd", "get_weather", undefined, { town: "Oslo" }, ["ValidationError", UNFIT], run(2)),
    graph.called("c27211", "get_weather", undefined, LIMA, run(3)),
    graph.decided("b92d02", "to_billing", "call_handoff", handedOver({})),
    graph.called("b6503b", "lookup", "call_lookup", LOOKUP),
  ],
  others: {},
  lost: ["the unknown tool, of which the next turn has a text without an id"],
};

const both = new Clerk("both");
const payer = new Clerk("payer_graph", { session: "thread-1" });
const purse = new Clerk("payer", { session: "thread-1" });
const slow = new Clerk("slow_graph");
const down = ["OpenAIAPIError", OVERLOADED] as const;
const runs: PendingCapture = {
  title: "LangGraph's graphs, OpenLIT",
  file: "pending/langgraph-runs-openlit",
  source: "gen-ai",
  rows: [
    both.ran("bcc925", asked("right")),
    ...["76c8f2", "0d7a48"].map((id) => new Clerk("left").ran(id, asked("left"))),
    ...["5554a6", "2f9d8f"].map((id) => new Clerk("right").ran(id, asked("right"))),
    both.called("50e990", "get_weather", "call_right", BONN),
    both.called("8cb3cb", "get_weather", "call_left", BONN),
    payer.ran("d772d8", asked("payer")),
    purse.ran("f28836", asked("payer")),
    payer.called("6bbc8c", "pay", undefined, [{ amount: 9 }, null], {
      ...run(2),
      details: { interrupted: true },
    }),
    payer.ran("904fe3", asked("payer")),
    payer.called("d665da", "pay", "call_pay", [{ amount: 9 }, "refused"]),
    purse.ran("ca98c2", asked("payer")),
    slow.cut("b75aa5", { run: "slow_graph" }),
    new Clerk("slow").ran("9bc733", asked("slow")),
    slow.failed("8a94fc", "wait", undefined, { minutes: 60 }, ["CancelledError", undefined], run(3)),
    new Clerk("broken_graph").broke("ba89ee", down),
    new Clerk("broken").broke("0b8359", down, { run: "broken", ...provider }),
  ],
  others: {},
};

export const CAPTURES: readonly PendingCapture[] = [shop, runs];
