import { Clerk, denied, LOOKUP, type PendingCapture, shopCalls, WITHOUT_SPAN } from "./shop.js";

// test/capture/agent-framework-python: a workflow of two agents, then three that run alone.
const [support, billing, payer, slow, broken] = ["support", "billing", "payer", "slow", "broken"].map(
  (name) => new Clerk(name),
) as [Clerk, Clerk, Clerk, Clerk, Clerk];
const framework = { provider: "microsoft.agent_framework" };
const used = (model: string, turns: number) => ({
  model,
  ...framework,
  input_tokens: 10 * turns,
  output_tokens: 5 * turns,
});
const OVERLOADED = [
  "ChatClientException",
  `("<class 'agent_framework_openai._chat_completion_client.OpenAIChatCompletionClient'> service failed to complete the prompt: Error code: 503 - upstream overloaded", InternalServerError('Error code: 503 - upstream overloaded'))`,
] as const;

// OpenInference adds its keys to the same spans, and marks those OK that did not fail.
function agentFramework(title: string, file: string): PendingCapture {
  return {
    title,
    file,
    source: "azure-ai",
    rows: [
      // By the conventions a workflow is no agent.
      ["cc847b", "success", "shop", { agent: "shop-app", details: {} }],
      support.ran("975713", used("support", 8)),
      ...shopCalls(
        support,
        {
          paris: "ce2a07",
          rome: ["61053f", "115fd9"],
          charge: "4c6c9f",
          refund: "b3c183",
          unknown: "call:call_unknown",
          args: "call:call_args",
          trip: "3c4161",
          lima: "f56bee",
        },
        {
          ids: "on spans",
          missing: ["unknown_tool", 'Error: Requested function "no_such_tool" not found.'],
          unfit: ["invalid_arguments", "Error: Argument parsing failed."],
        },
      ),
      // What the workflow does between its agents (messages, executors of agents) is its own; billing's run says that it took over.
      billing.ran("1cee0a", used("billing", 2)),
      billing.called("c6b7e7", "lookup", "call_lookup", LOOKUP),
      payer.ran("d9153f", used("payer", 1), { unknown: ["interrupted"] }),
      payer.ran("8843b5", used("payer", 1)),
      payer.decided(
        "call:call_pay",
        "pay",
        "call_pay",
        denied({ amount: 9 }, "Error: Tool call invocation was rejected by user."),
        WITHOUT_SPAN,
      ),
      // Only runs that came to an end have an output.
      slow.cut("6ff31b", { run: "slow", model: "slow", ...framework }),
      slow.called("d3ca36", "wait", "call_wait", [{ minutes: 60 }, null], {
        unknown: ["status", "success", "error"],
      }),
      broken.broke("559d74", OVERLOADED, { run: "broken", model: "broken", ...framework }),
      broken.broke("acd25a", OVERLOADED, { model_call: "chat broken", model: "broken", provider: "openai" }),
    ],
    others: {},
    lost: ["the hand-off, which the model asked for and of which nothing more is told"],
  };
}

export const CAPTURES: readonly PendingCapture[] = [
  agentFramework("Microsoft Agent Framework, its own spans", "pending/agent-framework-own"),
  agentFramework(
    "Microsoft Agent Framework, OpenInference over its own spans",
    "pending/agent-framework-openinference",
  ),
];
