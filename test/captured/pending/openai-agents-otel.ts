import type { Row } from "../capture.js";
import {
  clerks,
  cutCall,
  cutOff,
  NOT_FOUND,
  NOT_SO,
  OVERLOADED,
  planTrip,
  TRIPPED,
  words,
} from "./openai-agents-python.js";
import {
  type Clerk,
  denied,
  handedOver,
  LIMA,
  LOOKUP,
  type PendingCapture,
  shopCalls,
  WITHOUT_SPAN,
} from "./shop.js";

// The same program (test/capture/openai-agents-python) behind OpenTelemetry's own instrumentation. It calls every agent "OpenAI Agent" but on
// the spans of runs, and writes the model's message as Python prints it.
const { named, support, billing, trips, payer, slow } = clerks({ unknown: ["session"] });
const workflow = named("Agent workflow");
const provider = { provider: "openai" };
const of = (model: string) => ({ model, ...provider });
const untyped = { unknown: ["name", "error", "error_type"] };
// What a guardrail looked at is not written.
const verdict = (clerk: Clerk, id: string, name: string, triggered: boolean): Row => [
  id,
  "decision",
  name,
  {
    ...clerk.told,
    details: { decision_type: "guardrail", decision_context_hidden: true, decision_result: { triggered } },
  },
];

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "OpenAI Agents (Python), OpenTelemetry's instrumentation",
    file: "pending/openai-agents-python-otel",
    source: "gen-ai",
    rows: [
      workflow.ran("29dd08", provider),
      support.ran("08cd82", of("support")),
      verdict(support, "fa032b", "polite", false),
      ...shopCalls(
        support,
        { paris: "efcac8", rome: ["2c5821", "da0aec"], charge: "ccecba", refund: "d223fb", args: "6e5562" },
        { ids: "at the model", ...words },
      ),
      planTrip(support, "7f9cec", "call_trip"),
      trips.ran("9e858f", of("trips")),
      trips.called("e0c747", "get_weather", "call_lima", LIMA),
      support.decided("1078e4", "handoff to billing", undefined, handedOver({ from_agent: "support" }), {
        unknown: ["call"],
      }),
      billing.ran("672039", of("billing")),
      billing.called("666664", "lookup", "call_lookup", LOOKUP),
      workflow.ran("6f7372", provider, { unknown: NOT_SO }),
      // The run failed, which the step inside says.
      named("lost").broke("a653b7", ["Error", NOT_FOUND], { run: "lost", ...of("lost") }, untyped),
      workflow.ran("d451ca", provider, { unknown: ["interrupted"] }),
      payer.ran("210e37", of("payer"), { unknown: ["interrupted"] }),
      payer.called("70d885", "pay", "call_pay", [{ amount: 9 }, null], { unknown: ["interrupted"] }),
      payer.ran("0b7819", of("payer")),
      payer.decided(
        "call:call_pay",
        "pay",
        "call_pay",
        denied({ amount: 9 }, "Tool execution was not approved."),
        WITHOUT_SPAN,
      ),
      workflow.ran("3c1d85", provider, cutOff),
      slow.ran("2cc439", of("slow"), cutOff),
      slow.called("76a684", "wait", "call_wait", [{ minutes: 60 }, null], cutCall),
      workflow.ran("758888", provider, { unknown: NOT_SO }),
      named("broken").broke("479a19", ["Error", OVERLOADED], { run: "broken", ...of("broken") }, untyped),
      named("broken").broke(
        "42ba81",
        ["Error", OVERLOADED],
        { model_call: "chat broken", ...of("broken") },
        untyped,
      ),
      workflow.ran("99c25e", provider, { unknown: NOT_SO }),
      named("guarded").broke("ce62cc", ["Error", TRIPPED], { run: "guarded", ...provider }, untyped),
      verdict(named("guarded"), "2fdce6", "no_refunds", true),
    ],
    others: {},
  },
];
