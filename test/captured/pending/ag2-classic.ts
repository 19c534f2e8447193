import { Clerk, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/ag2-classic-python: a group chat. Every turn of an agent is a run of it; the manager's is the chat. The user's stand-in and
// the executor of tools are the framework's own: nobody's runs, and the calls are those of the agent that asked for them.
const UNFIT = `1 validation error for get_weather
city
  Field required [type=missing, input_value={'town': 'Oslo'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing`;
const OVERLOADED = [
  "openai.InternalServerError",
  "Error code: 503 - {'error': {'message': 'upstream overloaded', 'type': 'server_error'}}",
] as const;
const untyped = { unknown: ["error"] };

function openinference(): PendingCapture {
  const [manager, support, billing, broken] = ["chat_manager", "support", "billing", "broken"].map(
    (name) => new Clerk(name),
  ) as [Clerk, Clerk, Clerk, Clerk];
  return {
    title: "AG2 before 1, OpenInference",
    file: "pending/ag2-classic-openinference",
    source: "openinference",
    rows: [
      manager.ran("db95a9"),
      ...["4a5a5d", "df5a0b", "f47d58", "ace232", "092f8f", "655599", "c788d6"].map((id) => support.ran(id)),
      ...shopCalls(
        support,
        {
          paris: "0f62e7",
          rome: ["dfe60a", "64da2c"],
          charge: "08045b",
          refund: "d59183",
          unknown: "b965d1",
          args: "e73543",
        },
        {
          ids: "on spans",
          declined: ["Error", "card declined: 4000"],
          unfit: ["Error", UNFIT],
          missing: ["unknown_tool", "Function no_such_tool not found."],
          chargeMore: untyped,
          unfitMore: untyped,
        },
      ),
      // Its result has a target, whose name is not written.
      support.decided("75a22a", "to_billing", "call_handoff", ["handoff", {}, null], {
        unknown: ["decision_result"],
      }),
      ...["39426f", "f5a5f9"].map((id) => billing.ran(id)),
      billing.called("954985", "lookup", "call_lookup", LOOKUP),
      manager.broke("f67803", OVERLOADED),
      broken.broke("d9a770", OVERLOADED),
    ],
    others: {},
  };
}

function own(): PendingCapture {
  const talk = { session: "conversation-1" };
  const [manager, support, billing] = ["chat_manager", "support", "billing"].map(
    (name) => new Clerk(name, talk),
  ) as [Clerk, Clerk, Clerk];
  const broken = new Clerk("broken");
  const of = (model: string) => ({ model, provider: "openai" });
  // Why is in what the model is told next.
  const silent = { unknown: ["error", "error_message"] };
  return {
    title: "AG2 before 1, its own spans",
    file: "pending/ag2-classic-own",
    source: "gen-ai",
    rows: [
      manager.ran("32d205"),
      ...["ed4eb4", "ee971e", "9f31af", "6ab416", "afdd19", "affa33", "066b42"].map((id) =>
        support.ran(id, of("support")),
      ),
      ...shopCalls(
        support,
        { paris: "1a8961", rome: ["74e6c7", "4d9f49"], refund: "629c1c" },
        { ids: "on spans" },
      ),
      support.failed("7f00dc", "charge", "call_charge", { amount: 3 }, ["ExecutionError", undefined], silent),
      support.failed(
        "a9f313",
        "no_such_tool",
        "call_unknown",
        { x: 1 },
        ["ExecutionError", undefined],
        silent,
      ),
      support.failed(
        "0fae1c",
        "get_weather",
        "call_args",
        { town: "Oslo" },
        ["ExecutionError", undefined],
        silent,
      ),
      // That it hands over is nowhere: another agent speaks next.
      support.called("24af5d", "to_billing", "call_handoff", [{}, "over to billing"], {
        unknown: ["type", "decision_type", "decision_result"],
      }),
      ...["92da7d", "dfa1b9"].map((id) => billing.ran(id, of("billing"))),
      billing.called("a5aeae", "lookup", "call_lookup", LOOKUP),
      new Clerk("chat_manager").broke("8a7998", OVERLOADED),
      broken.broke("7135c5", OVERLOADED, { run: "broken", ...of("broken") }),
      broken.broke("c93d57", ["InternalServerError", OVERLOADED[1]], {
        model_call: "chat broken",
        ...of("broken"),
      }),
    ],
    others: {},
  };
}

export const CAPTURES: readonly PendingCapture[] = [openinference(), own()];
