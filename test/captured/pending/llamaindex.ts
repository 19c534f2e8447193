import type { Row, Told } from "../capture.js";
import { Clerk, LOOKUP, type PendingCapture, type ShopSpans, shopCalls } from "./shop.js";

// test/capture/llamaindex-python: who works is in what the workflow hands from step to step (`current_agent_name`).
const UNFIT = "get_weather() got an unexpected keyword argument 'town'";
const missing = [
  "unknown_tool",
  "Tool no_such_tool not found. Please select a tool that is available.",
] as const;
const OVERLOADED = "Error code: 503 - {'error': {'message': 'upstream overloaded', 'type': 'server_error'}}";
const TASK = { to_agent: "billing", reason: "refund order 9" };
const [support, billing, payer, slow, broken, workflow] = [
  "support",
  "billing",
  "payer",
  "slow",
  "broken",
  "AgentWorkflow",
].map((name) => new Clerk(name)) as [Clerk, Clerk, Clerk, Clerk, Clerk, Clerk];

interface Spans extends ShopSpans {
  readonly roots: readonly string[];
  readonly handoff: string;
  readonly lookup: string;
  readonly payer: string;
  readonly pay: readonly [asked: string, answered: string];
}

function shop(spans: Spans, words: Parameters<typeof shopCalls>[2], asked: Partial<Told>): Row[] {
  return [
    ...spans.roots.map((id) => workflow.ran(id)),
    ...shopCalls(support, spans, words),
    support.decided(spans.handoff, "handoff", "call_handoff", ["handoff", TASK, { to_agent: "billing" }]),
    billing.called(spans.lookup, "lookup", "call_lookup", LOOKUP),
    payer.ran(spans.payer),
    // It waits for a person first, and is called once more when the person has answered.
    payer.called(spans.pay[0], "pay", "call_pay", [{ amount: 9 }, null], asked),
    payer.called(spans.pay[1], "pay", "call_pay", [{ amount: 9 }, "refused"]),
  ];
}

const openinference: PendingCapture = {
  title: "LlamaIndex, OpenInference",
  file: "pending/llamaindex-openinference",
  source: "openinference",
  rows: [
    ...shop(
      {
        roots: ["90d274", "8adbb0", "f9da21", "b17ebd"],
        paris: "9c3a00",
        rome: ["cebf75", "58135d"],
        charge: "b191eb",
        refund: "e7d78e",
        unknown: "call:call_unknown",
        args: "c36db5",
        trip: "59c7ca",
        lima: "56d793",
        handoff: "f73e04",
        lookup: "dcb2ac",
        payer: "78aefa",
        pay: ["dc95ec", "c00b29"],
      },
      // The step around a tool has the id of its call.
      { ids: "on spans", unfit: ["TypeError", UNFIT], missing },
      { details: { interrupted: true } },
    ),
    slow.broke("3386e7", ["cancelled", "workflow cancelled by user"]),
    slow.failed("44bb3e", "wait", "call_wait", { minutes: 60 }, [
      "asyncio.exceptions.CancelledError",
      undefined,
    ]),
    broken.broke("400c1f", ["openai.InternalServerError", OVERLOADED]),
    // Recorded twice, one inside the other.
    broken.broke("02bd14", ["openai.InternalServerError", OVERLOADED], {
      model_call: "broken",
      model: "broken",
      provider: "openai",
    }),
  ],
  others: {},
};

const untyped = { unknown: ["error"] };
const openllmetry: PendingCapture = {
  title: "LlamaIndex, OpenLLMetry",
  file: "pending/llamaindex-openllmetry",
  source: "traceloop",
  rows: [
    // The step that calls a tool has its name, its arguments, the id of the call and the outcome; the span inside is the same call.
    ...shop(
      {
        roots: ["064d82", "561faa", "b2af4e", "d5ac28"],
        paris: "410f38",
        rome: ["d34fb8", "45c992"],
        charge: "2fddd4",
        refund: "cff5a8",
        unknown: "3edd3a",
        args: "5e0622",
        trip: "bea9ed",
        lima: "268774",
        handoff: "72e726",
        lookup: "8ebf1d",
        payer: "b134cb",
        pay: ["3ed0aa", "a300d8"],
      },
      {
        ids: "on spans",
        declined: ["tool_error", "card declined: 4000"],
        unfit: ["tool_error", UNFIT],
        missing,
        chargeMore: untyped,
        unfitMore: untyped,
      },
      // That it waits is not written; it only gave nothing.
      { unknown: ["interrupted"] },
    ),
    slow.ran("5586f0", {}, { unknown: ["type", "name", "status", "agent"] }),
    slow.called("4f6e84", "wait", undefined, [{ minutes: 60 }, null], {
      unknown: ["call", "status", "success", "error"],
    }),
  ],
  others: {},
  lost: ["the run of broken, whose root never ended"],
};

export const CAPTURES: readonly PendingCapture[] = [openinference, openllmetry];
