import { Clerk, DECLINED, denied, LOOKUP, type PendingCapture, shopCalls, WITHOUT_SPAN } from "./shop.js";

// test/capture/agentscope-python: what a tool gave is in an envelope, which says how it ended; the span does not.
const session = "sess-8";
const [support, billing, payer, slow, broken] = ["support", "billing", "payer", "slow", "broken"].map(
  (name) => new Clerk(name, { session }),
) as [Clerk, Clerk, Clerk, Clerk, Clerk];
const OVERLOADED = ["openai.InternalServerError", "Error code: 503 - upstream overloaded"] as const;

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "AgentScope, its own spans",
    file: "pending/agentscope-own",
    source: "gen-ai",
    rows: [
      support.ran("b19f8f"),
      ...shopCalls(
        support,
        {
          paris: "14ff10",
          rome: ["c1ca96", "641196"],
          charge: "c2b3ab",
          refund: "310eb3",
          unknown: "call:call_unknown",
          args: "call:call_args",
          trip: "1e5d9e",
        },
        {
          ids: "on spans",
          declined: ["tool_error", DECLINED[1]],
          chargeMore: { unknown: ["error"] },
          missing: ["unknown_tool", "The tool named 'no_such_tool' doesn't exist."],
          unfit: [
            "invalid_arguments",
            "Input validation failed for tool 'get_weather': 'city' is a required property (at $)",
          ],
          more: { session },
        },
      ),
      support.called("ee6d41", "ask_billing", "call_handoff", [{ task: "refund order 9" }, "refunded"]),
      billing.ran("854aa9"),
      billing.called("eaad7b", "lookup", "call_lookup", LOOKUP),
      payer.ran("d9153f", { interrupted: true }),
      payer.ran("8843b5"),
      payer.decided(
        "call:call_pay",
        "pay",
        "call_pay",
        denied({ amount: 9 }, 'The execution of tool "pay" is denied by user!'),
        WITHOUT_SPAN,
      ),
      // The run noticed that it was interrupted, said so, and ended like any other.
      slow.ran("6ff31b", {}, { unknown: ["type", "name", "status"] }),
      slow.failed(
        "d3ca36",
        "wait",
        "call_wait",
        { minutes: 60 },
        ["tool_error", "The tool call has been interrupted by the user."],
        { unknown: ["error"] },
      ),
      broken.broke("559d74", OVERLOADED),
      broken.broke("acd25a", OVERLOADED, { model_call: "chat broken", model: "broken", provider: "openai" }),
    ],
    others: {},
  },
];
