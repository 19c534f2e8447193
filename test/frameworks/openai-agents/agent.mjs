// Agents of the OpenAI Agents SDK, as its documentation shows them. Nothing of otel-agent-actions is used.
import { Agent, Runner, setTracingDisabled, tool } from "@openai/agents";
import { z } from "zod";
import { calling, ScriptedModel, saying } from "./scripted-model.mjs";

setTracingDisabled(true);

const runner = new Runner({ workflowName: "Support", groupId: "chat-1" });
const order = tool({
  name: "find_order",
  description: "Finds an order",
  parameters: z.object({ id: z.number() }),
  execute: async ({ id }) => ({ id, status: "sent" }),
});
const broken = tool({
  name: "read_ledger",
  description: "Reads the ledger",
  parameters: z.object({}),
  execute: async () => {
    throw new RangeError("page 7 is missing");
  },
});

// Two calls at once, one of a tool that fails; arguments that do not fit; then over to a colleague.
const refunds = new Agent({
  name: "refunds",
  model: new ScriptedModel([calling(["call-5", "find_order", { id: 8 }]), saying("Refunded.")]),
  tools: [order],
});
const triage = new Agent({
  name: "triage",
  model: new ScriptedModel([
    calling(["call-1", "find_order", { id: 7 }], ["call-2", "read_ledger", {}]),
    calling(["call-3", "find_order", { id: "seven" }]),
    calling(["call-4", "transfer_to_refunds", {}]),
  ]),
  tools: [order, broken],
  handoffs: [refunds],
  inputGuardrails: [
    { name: "no_secrets", execute: async () => ({ tripwireTriggered: false, outputInfo: {} }) },
  ],
});
const first = await runner.run(triage, "Where is my order?");

// A call that a person refuses.
const pay = tool({
  name: "pay_back",
  description: "Pays money back",
  parameters: z.object({ amount: z.number() }),
  needsApproval: true,
  execute: async ({ amount }) => `paid ${amount}`,
});
const cashier = new Agent({
  name: "cashier",
  model: new ScriptedModel([calling(["call-6", "pay_back", { amount: 900 }]), saying("Not paid.")]),
  tools: [pay],
});
const waiting = await runner.run(cashier, "Pay 900 back.");
for (const interruption of waiting.interruptions) waiting.state.reject(interruption);
const second = await runner.run(cashier, waiting.state);

// An agent that another one uses as its tool, streamed.
const translator = new Agent({
  name: "translator",
  model: new ScriptedModel([calling(["call-8", "find_order", { id: 9 }]), saying("Bonjour.")]),
  tools: [order],
});
const host = new Agent({
  name: "host",
  model: new ScriptedModel([
    calling(["call-7", "translate", { input: "Hello." }]),
    saying("He says bonjour."),
  ]),
  tools: [translator.asTool({ toolName: "translate", toolDescription: "Translates" })],
});
const streamed = await runner.run(host, "Say hello in French.", { stream: true });
for await (const _event of streamed);
await streamed.completed;

// A run that fails.
const stuck = new Agent({
  name: "stuck",
  model: new ScriptedModel(Array(9).fill(calling(["call-9", "find_order", { id: 1 }]))),
  tools: [order],
});
const failure = await runner.run(stuck, "Go on.", { maxTurns: 1 }).catch((error) => error.constructor.name);

console.log(JSON.stringify([first.finalOutput, second.finalOutput, streamed.finalOutput, failure]));
