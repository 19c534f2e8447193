import type { Row } from "../capture.js";
import { Clerk, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/semantic-kernel-python: functions of a plugin, whose name is before theirs. Its models' messages are log records.
const [support, billing, payer, slow, broken] = ["support", "billing", "payer", "slow", "broken"].map(
  (name) => new Clerk(name),
) as [Clerk, Clerk, Clerk, Clerk, Clerk];
const ofPlugin = ([id, type, name, told]: Row): Row => [id, type, `shop-${name}`, told];
const WORDS = `("<class 'semantic_kernel.connectors.ai.open_ai.services.open_ai_chat_completion.OpenAIChatCompletion'> service failed to complete the prompt", InternalServerError('Error code: 503 - upstream overloaded'))`;

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "Semantic Kernel, its own spans",
    file: "pending/semantic-kernel-own",
    source: "azure-ai",
    rows: [
      support.ran("b19f8f"),
      ...shopCalls(
        support,
        {
          paris: "34180a",
          rome: ["b6ceb8", "e50282"],
          charge: "aae0e2",
          refund: "1dac86",
          trip: "26ee81",
          lima: "58ad9f",
        },
        { ids: "on spans" },
      ).map(ofPlugin),
      support.called("4725fb", "shop-ask_billing", "call_handoff", [{ task: "refund order 9" }, "refunded"]),
      billing.ran("802919"),
      billing.called("d52b23", "shop-lookup", "call_lookup", LOOKUP),
      payer.ran("d9153f"),
      // Only runs that came to an end have an output.
      slow.cut("6ff31b"),
      slow.called("21ece8", "shop-wait", "call_wait", [{ minutes: 60 }, null], {
        unknown: ["status", "success", "error"],
      }),
      broken.broke("559d74", ["ServiceResponseException", WORDS]),
      broken.broke(
        "e84f82",
        ["semantic_kernel.exceptions.service_exceptions.ServiceResponseException", WORDS],
        { model_call: "chat broken", model: "broken", provider: "openai" },
      ),
    ],
    others: {},
    lost: ["the unknown function, the arguments that do not fit, and the denial"],
  },
];
