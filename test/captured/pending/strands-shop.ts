import type { Row } from "../capture.js";
import {
  BONN,
  Clerk,
  DECLINED,
  handedOver,
  LOOKUP,
  PARIS,
  type PendingCapture,
  REFUSED,
  ROME,
  TRIP,
} from "./shop.js";

// test/capture/strands-python: a swarm, a graph, and three agents alone; in the older format (messages in events) and in the one of today.
const session = "sess-7";
const named = (name: string) => new Clerk(name, { session });
const [support, billing, payer, slow, broken] = ["support", "billing", "payer", "slow", "broken"].map(
  named,
) as [Clerk, Clerk, Clerk, Clerk, Clerk];
const provider = { provider: "strands-agents" };
const used = (model: string, turns: number) => ({
  model,
  ...provider,
  input_tokens: 10 * turns,
  output_tokens: 5 * turns,
});
const OVERLOADED = [
  "openai.InternalServerError",
  "Error code: 503 - {'error': {'message': 'upstream overloaded', 'type': 'server_error'}}",
] as const;
const UNFIT = `Validation failed for input parameters: 1 validation error for Get_weatherTool
city
  Field required [type=missing, input_value={'town': 'Oslo'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing`;
const UNKNOWN = "Unknown tool: no_such_tool";

type Form = "own" | "latest" | "openinference";

const NO = "a person said no";

function strands(title: string, file: string, form: Form): PendingCapture {
  const isLatest = form === "latest";
  const isOwn = form !== "openinference";
  // Today's format has no result of a call that failed.
  const bad = (
    id: string,
    name: string,
    call: string,
    given: unknown,
    type: string,
    message: string,
    told: string,
  ): Row =>
    support.failed(id, name, call, given, [type, message], {
      details: { tool_result: form === "own" ? told : null },
    });
  const many = (id: string, operation: string): Row => [
    id,
    "success",
    operation,
    { agent: "shop-app", details: provider, unknown: ["agent", "session"] },
  ];
  const more = [
    many("71feef", "graph"),
    named("left").ran("525ec5", used("left", 2)),
    named("left").called("e0a66b", "get_weather", "call_left", BONN),
    named("right").ran("e836d8", used("right", 2)),
    named("right").called("3d843d", "get_weather", "call_right", [
      { city: "Oslo" },
      { city: "Oslo", tempC: 21 },
    ]),
    slow.broke("6ff31b", ["CancelledError", undefined], { run: "slow", model: "slow", ...provider }),
    // Its span is in a trace of its own, ended by the clean-up: every tool that came to an end has a status.
    new Clerk("shop-app", { session, unknown: ["agent"] }).failed(
      "19c6ab",
      "wait",
      "call_wait",
      { minutes: 60 },
      ["Error", undefined],
      { unknown: ["error"] },
    ),
  ];
  return {
    title,
    file,
    source: isOwn ? "gen-ai" : "openinference",
    rows: [
      many("34dd03", isOwn ? "swarm" : "invoke_swarm"),
      support.ran("d1317a", used("support", 9)),
      support.called("3b7bd1", "get_weather", "call_paris", PARIS),
      support.called("81d173", "get_weather", "call_rome_1", ROME),
      support.called("8c4b7e", "get_weather", "call_rome_2", ROME),
      bad("05ca3d", "charge", "call_charge", { amount: 3 }, ...DECLINED, `Error: ${DECLINED[1]}`),
      bad("c0282e", "refund", "call_refund", { order: 9 }, "Error", REFUSED.error, REFUSED.error),
      bad("dcd3fb", "no_such_tool", "call_unknown", { x: 1 }, "Exception", UNKNOWN, UNKNOWN),
      bad("a29b64", "get_weather", "call_args", { town: "Oslo" }, "ValueError", UNFIT, `Error: ${UNFIT}`),
      support.called("72f28d", "plan_trip", "call_trip", TRIP),
      support.decided(
        "a9c84b",
        "handoff_to_agent",
        "call_handoff",
        handedOver({ agent_name: "billing", message: "refund order 9" }),
      ),
      billing.ran("b03380", used("billing", 2)),
      billing.called("783c5b", "lookup", "call_lookup", LOOKUP),
      payer.ran("d9153f", used("payer", 2)),
      // A person said no; the file has the person's words, and not that they were a person's. Today's format leaves out how a call ended.
      form !== "own"
        ? payer.called("call:call_pay", "pay", "call_pay", [{ amount: 9 }, isLatest ? [{ text: NO }] : NO], {
            details: { without_span: true },
            unknown: ["type", "status", "success", "error", "error_message"],
          })
        : payer.failed("call:call_pay", "pay", "call_pay", { amount: 9 }, ["tool_error", NO], {
            details: { without_span: true },
            unknown: ["type", "status", "error"],
          }),
      ...(isOwn ? more : []),
      broken.broke("559d74", OVERLOADED, { run: "broken", model: "broken", ...provider }),
      broken.broke("7ab96d", OVERLOADED, {
        model_call: isOwn ? "chat broken" : "broken",
        model: "broken",
        ...provider,
      }),
    ],
    others: {},
  };
}

export const CAPTURES: readonly PendingCapture[] = [
  strands("Strands, its own spans", "pending/strands-shop", "own"),
  strands("Strands, its own spans by the newest conventions", "pending/strands-shop-latest", "latest"),
  strands("Strands, OpenInference over its own spans", "pending/strands-shop-openinference", "openinference"),
];
