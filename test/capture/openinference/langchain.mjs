import { LangChainInstrumentation } from "@arizeai/openinference-instrumentation-langchain";
import * as callbackManager from "@langchain/core/callbacks/manager";
import { ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import {
  Command,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { createAgent } from "langchain";
import { z } from "zod";
import { recorded } from "./recorded.mjs";
import { ScriptedModel } from "./scripted-model.mjs";

const LIBRARIES = [
  "@arizeai/openinference-instrumentation-langchain",
  "langchain",
  "@langchain/core",
  "@langchain/langgraph",
];

const getWeather = tool(async ({ city }) => ({ city, tempC: 21 }), {
  name: "get_weather",
  description: "weather",
  schema: z.object({ city: z.string() }),
});
const book = tool(async ({ city, nights }) => `booked ${nights} nights in ${city}`, {
  name: "book",
  description: "books",
  schema: z.object({ city: z.string(), nights: z.number() }),
});
const charge = tool(
  async () => {
    throw new TypeError("card declined: 4000");
  },
  { name: "charge", description: "charges", schema: z.object({ amount: z.number() }) },
);

// Parallel calls, an unknown tool and arguments that do not fit. The agent goes on after errors.
async function runCalls() {
  const agent = createAgent({
    name: "support_agent",
    model: new ScriptedModel("mock-main", [
      [
        ["call_1", "get_weather", { city: "Paris" }],
        ["call_2", "book", { city: "Paris", nights: 2 }],
      ],
      [["call_3", "no_such_tool", { x: 1 }]],
      [["call_4", "book", { city: "Paris", nights: "two" }]],
      "done",
    ]),
    tools: [getWeather, book],
  });
  await agent.invoke(
    { messages: [{ role: "user", content: "hello" }] },
    { configurable: { thread_id: "thread-42" } },
  );

  const failing = createAgent({
    name: "cashier",
    model: new ScriptedModel("mock-cash", [[["call_5", "charge", { amount: 3 }]], "done"]),
    tools: [charge],
  });
  await failing.invoke({ messages: [{ role: "user", content: "hello" }] }).catch(() => {});
}

// A tool that asks a person, and goes on when the person has answered.
async function runInterrupt() {
  const pay = tool(
    async ({ amount }) => {
      const answer = interrupt({ question: `pay ${amount}?` });
      return answer === "yes" ? "paid" : "refused";
    },
    { name: "pay", description: "pays", schema: z.object({ amount: z.number() }) },
  );
  const agent = createAgent({
    name: "payer",
    model: new ScriptedModel("mock-pay", [[["call_6", "pay", { amount: 100 }]], "done"]),
    tools: [pay],
    checkpointer: new MemorySaver(),
  });
  const config = { configurable: { thread_id: "thread-7" } };
  await agent.invoke({ messages: [{ role: "user", content: "pay" }] }, config);
  await agent.invoke(new Command({ resume: "yes" }), config);
}

// Two agents in one graph: the first hands over to the second.
async function runHandOff() {
  const transfer = tool(
    async (_input, config) =>
      new Command({
        goto: "billing",
        graph: Command.PARENT,
        update: {
          messages: [
            new ToolMessage({ content: "transferred", tool_call_id: config.toolCall?.id ?? "call_7" }),
          ],
        },
      }),
    { name: "transfer_to_billing", description: "hands over", schema: z.object({ why: z.string() }) },
  );
  const support = createAgent({
    name: "front_desk",
    model: new ScriptedModel("mock-front", [[["call_7", "transfer_to_billing", { why: "invoice" }]]]),
    tools: [transfer],
  });
  const billing = createAgent({
    name: "billing",
    model: new ScriptedModel("mock-bill", [[["call_8", "get_weather", { city: "Rome" }]], "paid"]),
    tools: [getWeather],
  });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("front_desk", support.graph, { ends: ["billing", END] })
    .addNode("billing", billing.graph)
    .addEdge(START, "front_desk")
    .addEdge("billing", END)
    .compile({ name: "desk" });
  await graph.invoke({ messages: [{ role: "user", content: "hello" }] });
}

// As it is, or with inputs and outputs hidden; the patch of the callbacks stays for the whole process.
const isHidden = process.argv[2] === "hidden";
await recorded(
  isHidden ? "openinference-langchain-hidden" : "openinference-langchain-more",
  LIBRARIES,
  async (provider) => {
    const instrumentation = new LangChainInstrumentation({
      tracerProvider: provider,
      ...(isHidden && { traceConfig: { hideInputs: true, hideOutputs: true } }),
    });
    instrumentation.manuallyInstrument(callbackManager);
    await runCalls();
    await runInterrupt();
    await runHandOff();
  },
);
