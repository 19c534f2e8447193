import type { Told } from "../capture.js";
import { Clerk, handedOver, LIMA, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/openai-agents-python: every run has a trace of its own, and none says to which talk it belongs but Logfire's.
const CANNOT_SAY = "Tool execution failed. Error details are redacted.";
const TRY_AGAIN = "An error occurred while running the tool. Please try again.";
export const OVERLOADED = "Error code: 503 - upstream overloaded";
export const NOT_FOUND = "Tool not found: {'tool_name': 'no_such_tool'}";
export const TRIPPED = "Guardrail tripwire triggered: {'guardrail': 'no_refunds'}";

// What it raised is not written: the SDK redacts it, and gives the model a text instead.
const redacted: Partial<Told> = { details: { tool_result: TRY_AGAIN }, unknown: ["error", "error_message"] };
export const words = {
  declined: ["Error", CANNOT_SAY],
  unfit: ["Error", CANNOT_SAY],
  chargeMore: redacted,
  unfitMore: redacted,
} as const;
export const NOT_SO = ["type", "name", "status"];
// A run that was cut off, and a tool that waits or never ran, look like any other.
export const cutOff = { unknown: NOT_SO };
export const cutCall = { unknown: ["status", "success", "error"] };

export const clerks = (told: Partial<Told>) => {
  const named = (agent: string) => new Clerk(agent, told);
  return {
    named,
    support: named("support"),
    billing: named("billing"),
    trips: named("trips"),
    payer: named("payer"),
    slow: named("slow"),
  };
};
export const planTrip = (clerk: Clerk, id: string, call: string | undefined, more?: Partial<Told>) =>
  clerk.called(id, "plan_trip", call, [{ input: "Lima" }, "sunny"], more);

function openinference(): PendingCapture {
  const { named, support, billing, trips, payer, slow } = clerks({ unknown: ["session"] });
  const workflow = named("Agent workflow");
  return {
    title: "OpenAI Agents (Python), OpenInference",
    file: "pending/openai-agents-python-openinference",
    source: "openinference",
    rows: [
      workflow.ran("29dd08"),
      support.ran("93e0d6"),
      support.decided("5021be", "polite", undefined, ["guardrail", null, null], {
        unknown: ["decision_result"],
      }),
      ...shopCalls(
        support,
        { paris: "6c58c6", rome: ["f8ece1", "bdddd6"], charge: "805429", refund: "77891a", args: "268036" },
        { ids: "at the model", ...words },
      ),
      planTrip(support, "d55ae2", "call_trip"),
      trips.ran("57ee53"),
      trips.called("f55cc9", "get_weather", "call_lima", LIMA),
      support.decided("cc6b61", "handoff to billing", undefined, handedOver({ from_agent: "support" }), {
        unknown: ["call"],
      }),
      billing.ran("027f01"),
      billing.called("299a3e", "lookup", "call_lookup", LOOKUP),
      // The run failed, which the step inside says.
      workflow.ran("6f7372", {}, { unknown: NOT_SO }),
      named("lost").broke(
        "86156b",
        ["Error", NOT_FOUND],
        { run: "lost" },
        { unknown: ["name", "error", "error_type"] },
      ),
      // It waits for a person.
      workflow.ran("d451ca", {}, { unknown: ["interrupted"] }),
      payer.ran("28d279", {}, { unknown: ["interrupted"] }),
      payer.called("9385c4", "pay", "call_pay", [{ amount: 9 }, null], { unknown: ["interrupted"] }),
      workflow.ran("3c1d85", {}, cutOff),
      slow.ran("b301db", {}, cutOff),
      slow.called("a68be9", "wait", "call_wait", [{ minutes: 60 }, null], cutCall),
      workflow.ran("758888", {}, { unknown: NOT_SO }),
      named("broken").broke(
        "eb8a03",
        ["Error", OVERLOADED],
        { run: "broken" },
        { unknown: ["name", "error", "error_type"] },
      ),
      named("broken").broke(
        "05e119",
        ["Error", OVERLOADED],
        { model_call: "broken", model: "broken", provider: "openai" },
        {
          unknown: ["name", "error", "error_type"],
        },
      ),
      workflow.ran("99c25e", {}, { unknown: NOT_SO }),
      named("guarded").broke(
        "5a7788",
        ["Error", TRIPPED],
        { run: "guarded" },
        { unknown: ["name", "error", "error_type"] },
      ),
      named("guarded").decided("907901", "no_refunds", undefined, ["guardrail", null, { triggered: true }]),
    ],
    others: {},
    lost: ["the run of payer that went on, and the denied approval"],
  };
}

function openllmetry(): PendingCapture {
  const { named, support, billing, trips, payer, slow } = clerks({ unknown: ["session"] });
  const provider = { provider: "openai" };
  const workflow = named("Agent Workflow");
  const untyped = { unknown: ["name", "error", "error_type"] };
  return {
    title: "OpenAI Agents (Python), OpenLLMetry",
    file: "pending/openai-agents-python-openllmetry",
    source: "traceloop",
    sources: { "43b72e": "gen-ai" },
    rows: [
      workflow.ran("33126e", provider),
      support.ran("4efd60", provider),
      // Their ids stand in what the model is told in its next turn, not in what it asked for.
      ...shopCalls(
        support,
        { paris: "b285c1", rome: ["c605b0", "fbba86"], charge: "72a9cf", refund: "9eca6b", args: "98df79" },
        { ids: "at the model", ...words },
      ),
      planTrip(support, "5adc93", "call_trip"),
      trips.ran("312ef5", provider),
      trips.called("639f9b", "get_weather", "call_lima", LIMA),
      support.decided("a029d3", "handoff", undefined, ["handoff", { from_agent: "support" }, null], {
        unknown: ["call", "decision_result"],
      }),
      billing.ran("db0d07", provider),
      billing.called("6fac81", "lookup", "call_lookup", LOOKUP),
      workflow.ran("24c377", provider, { unknown: NOT_SO }),
      named("lost").ran("ff87db", provider, { unknown: NOT_SO }),
      workflow.ran("11d521", provider, { unknown: ["interrupted"] }),
      payer.ran("2b776a", provider, { unknown: ["interrupted"] }),
      payer.called("bb6362", "pay", undefined, [{ amount: 9 }, null], { unknown: ["call", "interrupted"] }),
      payer.ran("a98727", provider),
      // What the model was told when the run went on.
      payer.decided(
        "call:call_pay",
        "pay",
        "call_pay",
        ["approval", { amount: 9 }, { approved: false, reason: "Tool execution was not approved." }],
        { details: { without_span: true } },
      ),
      workflow.ran("cb9d19", provider, cutOff),
      slow.ran("0804e5", provider, cutOff),
      slow.called("5236e0", "wait", undefined, [{ minutes: 60 }, null], {
        unknown: ["call", "status", "success", "error"],
      }),
      workflow.ran("52c5d2", provider, { unknown: NOT_SO }),
      named("broken").broke("f99edd", ["Error", OVERLOADED], { run: "broken", ...provider }, untyped),
      named("broken").broke(
        "43b72e",
        ["Error", OVERLOADED],
        { model_call: "chat broken", model: "broken", ...provider },
        untyped,
      ),
      workflow.ran("a9e13c", provider, { unknown: NOT_SO }),
      named("guarded").ran("1f5b85", provider, { unknown: NOT_SO }),
    ],
    others: {},
    lost: ["both guardrails", "the unknown tool"],
  };
}

function logfire(): PendingCapture {
  const { named, support, billing, trips, payer, slow } = clerks({ session: "talk-1" });
  const provider = { provider: "openai" };
  const untyped = { unknown: ["name", "error", "error_type"] };
  const workflow = named("Agent workflow");
  return {
    title: "OpenAI Agents (Python), Logfire",
    file: "pending/openai-agents-python-logfire",
    source: "logfire",
    rows: [
      workflow.ran("4e1847"),
      ...["62c888", "2ffc26", "383f87"].map((id) => workflow.ran(id, {}, { unknown: NOT_SO })),
      workflow.ran("c82920", {}, { unknown: ["interrupted"] }),
      workflow.ran("1f7421", {}, cutOff),
      support.ran("4e8fd6", provider),
      support.decided("3b2b5f", "polite", undefined, ["guardrail", null, { triggered: false }]),
      ...shopCalls(
        support,
        { paris: "0dde02", rome: ["8173a8", "87b9a4"], charge: "daf83a", refund: "d4c5e9", args: "c67a7c" },
        { ids: "at the model", ...words },
      ),
      planTrip(support, "b3e592", "call_trip"),
      trips.ran("0f7dc2", provider),
      trips.called("0169fa", "get_weather", "call_lima", LIMA),
      support.decided("173e62", "handoff to billing", undefined, handedOver({ from_agent: "support" }), {
        unknown: ["call"],
      }),
      billing.ran("5d7be4", provider),
      billing.called("c8b529", "lookup", "call_lookup", LOOKUP),
      named("lost").broke("861e50", ["Error", NOT_FOUND], { run: "lost", ...provider }, untyped),
      payer.ran("5fa46e", provider, { unknown: ["interrupted"] }),
      payer.called("2e99e5", "pay", "call_pay", [{ amount: 9 }, null], { unknown: ["interrupted"] }),
      // It went on outside of any trace of the SDK, which alone names the talk.
      new Clerk("payer", { unknown: ["session"] }).ran("af1f6a", provider),
      new Clerk("payer", { unknown: ["session"] }).decided(
        "call:call_pay",
        "pay",
        "call_pay",
        ["approval", { amount: 9 }, { approved: false, reason: "Tool execution was not approved." }],
        { details: { without_span: true } },
      ),
      slow.ran("118ede", provider, cutOff),
      slow.failed("b7ba62", "wait", "call_wait", { minutes: 60 }, [
        "asyncio.exceptions.CancelledError",
        undefined,
      ]),
      named("broken").broke("ea4355", ["Error", OVERLOADED], { run: "broken", ...provider }, untyped),
      named("broken").broke("610366", ["openai.InternalServerError", OVERLOADED], {
        model_call: "broken",
        model: "broken",
        ...provider,
      }),
      named("guarded").broke("1fbfa0", ["Error", TRIPPED], { run: "guarded", ...provider }, untyped),
      named("guarded").decided("dd51e6", "no_refunds", undefined, ["guardrail", null, { triggered: true }]),
    ],
    others: {},
  };
}

export const CAPTURES: readonly PendingCapture[] = [openinference(), openllmetry(), logfire()];
