import { Clerk, DECLINED, denied, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/ag2-python: AG2's own telemetry. Agents have no session.
const UNFIT = `1 validation error for get_weather
city
  Field required [type=missing, input_value={'town': 'Oslo', '__ctx__...body=None)}, prompt=[])}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing`;
const OVERLOADED = ["openai.InternalServerError", "Error code: 503 - upstream overloaded"] as const;
const [support, billing, payer, slow, broken] = ["support", "billing", "payer", "slow", "broken"].map(
  (name) => new Clerk(name),
) as [Clerk, Clerk, Clerk, Clerk, Clerk];
const of = (model: string) => ({ model, provider: "openai" });

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "AG2, its own spans",
    file: "pending/ag2-own",
    source: "gen-ai",
    rows: [
      support.ran("b19f8f", of("support")),
      ...shopCalls(
        support,
        {
          paris: "14ff10",
          rome: ["c1ca96", "641196"],
          charge: "c2b3ab",
          refund: "310eb3",
          unknown: "call:call_unknown",
          args: "98fab1",
          trip: "1e5d9e",
        },
        {
          ids: "on spans",
          declined: DECLINED,
          unfit: ["pydantic_core._pydantic_core.ValidationError", UNFIT],
          missing: ["unknown_tool", "Tool `no_such_tool` not found"],
        },
      ),
      support.called("ef8e71", "task_billing", "call_handoff", [{ objective: "refund order 9" }, "refunded"]),
      billing.ran("072122", of("billing")),
      billing.called("53dcbb", "lookup", "call_lookup", LOOKUP),
      payer.ran("d9153f", of("payer")),
      // The person was asked about the call, and said no: the call did not happen, which is the decision.
      payer.decided("71c158", "pay", "call_pay", denied({ amount: 9 }, "User denied the tool call request")),
      payer.decided("22696e", "await_human_input", undefined, [
        "elicitation",
        'Agent wants to call the tool:\n`pay`, {"amount": 9}\nPlease approve or deny this request.\nY/N/Always?\n',
        "n",
      ]),
      // Cancelled; nothing but an absent result says so of the call.
      slow.ran("6ff31b", of("slow"), { unknown: ["type", "name", "status"] }),
      slow.called("d3ca36", "wait", "call_wait", [{ minutes: 60 }, null], {
        unknown: ["status", "success", "error"],
      }),
      broken.broke("559d74", OVERLOADED, { run: "broken", ...of("broken") }),
      broken.broke("acd25a", OVERLOADED, { model_call: "chat broken", ...of("broken") }),
    ],
    others: {},
  },
];
