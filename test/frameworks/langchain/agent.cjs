// An agent of CommonJS, with a tool node of LangGraph.
const { tool } = require("@langchain/core/tools");
const { AIMessage } = require("@langchain/core/messages");
const { ToolNode } = require("@langchain/langgraph/prebuilt");
const { MessagesAnnotation, StateGraph } = require("@langchain/langgraph");
const { z } = require("zod");

const add = tool(({ a, b }) => String(a + b), {
  name: "add",
  description: "Adds",
  schema: z.object({ a: z.number(), b: z.number() }),
});
const call = (id, name, args) => ({ id, name, args, type: "tool_call" });

async function main() {
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("tools", new ToolNode([add]))
    .addEdge("__start__", "tools")
    .compile({ name: "calculator" });
  const asked = new AIMessage({
    content: "",
    tool_calls: [call("call-1", "add", { a: 1, b: 2 }), call("call-2", "subtract", { a: 1, b: 2 })],
  });
  const { messages } = await graph.invoke({ messages: [asked] });
  console.log(messages[1].content);
}

void main();
