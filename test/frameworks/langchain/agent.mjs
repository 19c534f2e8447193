// Agents of langchain and of LangGraph, as their documentation shows them. Nothing of otel-agent-actions is used.
import { tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver, MessagesAnnotation, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { createAgent, ToolMessage } from "langchain";
import { z } from "zod";
import { calling, ScriptedModel, saying } from "./scripted-model.mjs";

const weather = tool(async ({ city }) => ({ city, sky: "clear" }), {
  name: "get_weather",
  description: "The weather of a city",
  schema: z.object({ city: z.string() }),
});
const broken = tool(
  async () => {
    throw new TypeError("no such station");
  },
  { name: "read_station", description: "Reads a station", schema: z.object({ id: z.number() }) },
);

// One agent: parallel calls, a tool that fails, arguments that do not fit, a tool that does not exist.
const forecaster = createAgent({
  name: "forecaster",
  model: new ScriptedModel([
    calling(["call-1", "get_weather", { city: "Oslo" }], ["call-2", "get_weather", { city: "Rome" }]),
    calling(["call-3", "read_station", { id: "seven" }]),
    calling(["call-4", "get_tides", { port: "Bergen" }]),
    saying("Clear in both."),
  ]),
  tools: [weather, broken],
});
const { messages } = await forecaster.invoke(
  { messages: [{ role: "user", content: "How is the weather?" }] },
  { configurable: { thread_id: "thread-1" } },
);

// A graph of two agents that hand over, streamed.
const handOver = tool(
  async (_input, { toolCall }) =>
    new Command({
      goto: "writer",
      graph: Command.PARENT,
      update: { messages: [new ToolMessage({ content: "Over to you.", tool_call_id: toolCall.id })] },
    }),
  { name: "transfer_to_writer", description: "Hands over", schema: z.object({ reason: z.string() }) },
);
const save = tool(async ({ text }) => `saved ${text.length} characters`, {
  name: "save_text",
  description: "Saves a text",
  schema: z.object({ text: z.string() }),
});
const agentOf = (name, answers, tools) => createAgent({ name, model: new ScriptedModel(answers), tools });
const researcher = agentOf(
  "researcher",
  [calling(["call-5", "transfer_to_writer", { reason: "it is written work" }])],
  [handOver],
);
const writer = agentOf(
  "writer",
  [calling(["call-6", "save_text", { text: "hello" }]), saying("Saved.")],
  [save],
);
const team = new StateGraph(MessagesAnnotation)
  .addNode("researcher", researcher.graph, { ends: ["writer"] })
  .addNode("writer", writer.graph)
  .addEdge("__start__", "researcher")
  .compile({ name: "team" });
const steps = [];
for await (const step of await team.stream({ messages: [{ role: "user", content: "Write." }] }))
  steps.push(...Object.keys(step));

// A tool that waits for a person, in a graph without a name.
const pay = tool(async ({ amount }) => (interrupt({ amount }) ? `paid ${amount}` : "refused"), {
  name: "pay",
  description: "Pays",
  schema: z.object({ amount: z.number() }),
});
const cashier = new StateGraph(MessagesAnnotation)
  .addNode("tools", new ToolNode([pay]))
  .addEdge("__start__", "tools")
  .compile({ checkpointer: new MemorySaver() });
const config = { configurable: { thread_id: "thread-2" } };
await cashier.invoke({ messages: [calling(["call-7", "pay", { amount: 5 }])] }, config);
const paid = await cashier.invoke(new Command({ resume: true }), config);

console.log(JSON.stringify([messages.at(-1).content, steps, paid.messages.at(-1).content]));
