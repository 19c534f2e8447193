import type { Told } from "../capture.js";
import { clerks, cutCall, cutOff, NOT_SO, planTrip } from "./openai-agents-python.js";
import { Clerk, handedOver, LIMA, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/openai-agents-python: OpenLIT makes a run of each task and turn of the SDK, and of its guardrails and hand-offs.
const SESSION = { session: "talk-1" };
const { named, support, billing, trips, payer, slow } = clerks(SESSION);
// The run that goes on after a person's no has no session.
const later = new Clerk("payer", { unknown: ["session"] });
const workflow = named("Agent workflow");
const provider = { provider: "openai" };
const OVERLOADED = "Error code: 503 - {'error': {'message': 'upstream overloaded', 'type': 'server_error'}}";
const untyped: Partial<Told> = { unknown: ["error"] };
const untypedRun: Partial<Told> = { unknown: ["name", "error", "error_type"] };
const verdict = (agent: string, id: string, name: string, triggered: boolean) =>
  // What a guardrail looked at is not written.
  named(agent).decided(id, name, undefined, ["guardrail", undefined, { triggered }], {
    details: { decision_context_hidden: true },
  });

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "OpenAI Agents (Python), OpenLIT",
    file: "pending/openai-agents-openlit",
    source: "gen-ai",
    rows: [
      workflow.ran("1c9136", provider),
      support.ran("125dd8", provider),
      verdict("support", "7bdda7", "polite", false),
      ...shopCalls(
        support,
        { paris: "31bf8a", rome: ["a76dfc", "889aa5"], charge: "f38a20", refund: "0b1fb2", args: "535894" },
        {
          ids: "at the model",
          declined: ["Error", "card declined: 4000"],
          unfit: ["Error", "Invalid JSON input for tool get_weather"],
          chargeMore: untyped,
          unfitMore: untyped,
        },
      ),
      planTrip(support, "be029e", "call_trip"),
      trips.ran("897ef9", provider),
      trips.called("8a6d93", "get_weather", "call_lima", LIMA),
      support.decided("23a02d", "handoff to billing", undefined, handedOver({ from_agent: "support" }), {
        unknown: ["call"],
      }),
      billing.ran("a81b7f", provider),
      billing.called("d07b20", "lookup", "call_lookup", LOOKUP),
      workflow.ran("23e273", provider, { unknown: NOT_SO }),
      named("lost").broke("b055d9", ["Error", "Tool not found"], { run: "lost", ...provider }, untypedRun),
      workflow.ran("31aeb5", provider, { unknown: ["interrupted"] }),
      payer.ran("350aa6", provider, { unknown: ["interrupted"] }),
      payer.called("62d425", "pay", "call_pay", [{ amount: 9 }, null], { unknown: ["interrupted"] }),
      later.ran("3c787d", provider),
      workflow.ran("33e168", provider, cutOff),
      slow.ran("47fd03", provider, cutOff),
      slow.called("d84a01", "wait", "call_wait", [{ minutes: 60 }, null], cutCall),
      workflow.ran("cc61e6", provider, { unknown: NOT_SO }),
      named("broken").broke(
        "c92340",
        ["Error", "Error in agent run"],
        { run: "broken", ...provider },
        untypedRun,
      ),
      named("broken").broke("ce0a5b", ["InternalServerError", OVERLOADED], {
        model_call: "chat broken",
        model: "broken",
        ...provider,
      }),
      workflow.ran("809854", provider, { unknown: NOT_SO }),
      named("guarded").broke(
        "404c6b",
        ["Error", "Guardrail tripwire triggered"],
        { run: "guarded", ...provider },
        untypedRun,
      ),
      verdict("guarded", "4835fd", "no_refunds", true),
    ],
    others: {},
    lost: ["the denied approval: the model is told of it with no word of what it had asked for"],
  },
];
