import { Clerk, LOOKUP, PARIS, type PendingCapture, REFUSED, ROME, TRIP } from "./shop.js";

// test/capture/voltagent: agents with a memory, whose reads and writes are the framework's own.
const of = (name: string, session?: string) => new Clerk(name, session === undefined ? {} : { session });
const support = of("support", "talk-1");
const billing = of("billing", "talk-1");
const payer = of("payer", "talk-2");
const slow = of("slow", "talk-3");
const usage = (model: string, steps: number) => ({
  model,
  input_tokens: 10 * steps,
  output_tokens: 5 * steps,
});
// The framework wraps what a tool raised, and writes its own class.
const wrapped = { unknown: ["error"] };
const DELEGATED = [
  { task: "refund order 9", targetAgents: ["billing"] },
  [
    {
      agentName: "billing",
      response: "refunded",
      usage: {
        inputTokens: 10,
        inputTokenDetails: { noCacheTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 },
        outputTokens: 5,
        outputTokenDetails: { textTokens: 5, reasoningTokens: 0 },
        totalTokens: 15,
        reasoningTokens: 0,
        cachedInputTokens: 0,
      },
    },
  ],
] as const;
const DOWN = ["Error", "503 upstream overloaded"] as const;
const UNDECIDED = ["TypeError", "nobody may decide"] as const;

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "VoltAgent, its own spans",
    file: "pending/voltagent-own",
    source: "voltagent",
    rows: [
      support.ran("052118", usage("support", 9)),
      support.called("a7ee41", "get_weather", "call_paris", PARIS),
      support.called("3c68e0", "get_weather", "call_rome_1", ROME),
      support.called("3916c2", "get_weather", "call_rome_2", ROME),
      support.failed(
        "5c10bf",
        "charge",
        "call_charge",
        { amount: 3 },
        ["VoltAgentError", "card declined: 4000"],
        wrapped,
      ),
      support.failed("529967", "refund", "call_refund", { order: 9 }, ["tool_error", "no such order"], {
        details: { tool_result: REFUSED },
      }),
      support.called("538f67", "plan_trip", "call_trip", TRIP),
      support.called("e80fbf", "delegate_task", "call_handoff", DELEGATED),
      billing.ran("5569ae", usage("billing", 2)),
      billing.called("f924b1", "lookup", "call_lookup", LOOKUP),
      // It waits for an approval, for which it has no word.
      payer.ran("20f659", usage("payer", 1), { unknown: ["interrupted"] }),
      // Its tool was aborted; the run went on.
      slow.ran("cb2f34", usage("slow", 2)),
      slow.failed(
        "560aca",
        "wait",
        "call_wait",
        { minutes: 60 },
        ["VoltAgentError", "This operation was aborted"],
        wrapped,
      ),
      of("broken").broke("c04bce", DOWN, { run: "broken", model: "broken" }),
      of("broken").broke("a281ca", DOWN, { model_call: "llm:generateText", model: "broken" }),
      of("refunds").broke("4eeda3", UNDECIDED),
      ["8a8d16", "success", "find", { agent: "refunds", details: {} }],
      of("refunds").broke("6c3c84", UNDECIDED, { run: "decide" }),
    ],
    others: {},
    lost: ["the unknown tool, and the call whose arguments did not fit", "the approval that was asked for"],
  },
];
