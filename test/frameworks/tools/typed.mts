// Compiled and never run: what traceTools gives stands wherever the original stood.
import { tool as claudeTool, createSdkMcpServer } from "@anthropic-ai/claude-agent-sdk";
import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import {
  DynamicStructuredTool,
  tool as langchainTool,
  type StructuredToolInterface,
} from "@langchain/core/tools";
import { createTool } from "@mastra/core/tools";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { Agent, tool as agentsTool } from "@openai/agents";
import OpenAI from "openai";
import { zodFunction } from "openai/helpers/zod";
import { traceTool, traceTools } from "otel-agent-actions";
import { z } from "zod";

const schema = z.object({ city: z.string() });

const weather = langchainTool(async ({ city }: { city: string }) => city, {
  name: "weather",
  description: "",
  schema,
});
const [traced] = traceTools([weather] as const);
const sameTool: typeof weather = traced;
const asInterface: StructuredToolInterface = traced;
const asClass: DynamicStructuredTool = traceTools({
  weather: new DynamicStructuredTool({ name: "w", description: "", schema, func: async () => "" }),
}).weather as DynamicStructuredTool;

const client: Client = traceTools(new Client({ name: "c", version: "1" }));
const server: McpServer = traceTools(new McpServer({ name: "s", version: "1" }));
server.registerTool("typed", { inputSchema: { n: z.number() } }, ({ n }) => ({
  content: [{ type: "text", text: n.toFixed() }],
}));

new Agent({
  name: "a",
  tools: traceTools([
    agentsTool({ name: "t", description: "", parameters: schema, execute: async ({ city }) => city }),
  ]),
});

const mastra = createTool({
  id: "m",
  description: "",
  inputSchema: schema,
  execute: async ({ city }) => ({ city }),
});
const sameMastra: typeof mastra = traceTools({ mastra }).mastra;

createSdkMcpServer({
  name: "s",
  tools: traceTools([
    claudeTool("t", "", { q: z.string() }, async ({ q }) => ({ content: [{ type: "text", text: q }] })),
  ]),
});

new Anthropic().beta.messages.toolRunner({
  model: "m",
  max_tokens: 1,
  messages: [],
  tools: traceTools([
    betaZodTool({ name: "t", description: "", inputSchema: schema, run: ({ city }) => city }),
  ]),
});

new OpenAI().chat.completions.runTools({
  model: "m",
  messages: [],
  tools: traceTools([zodFunction({ name: "t", parameters: schema, function: ({ city }) => city })]),
});

const stream: (city: string) => AsyncGenerator<number, string> = traceTool(
  "stream",
  async function* (city: string) {
    yield city.length;
    return city;
  },
);
// @ts-expect-error what stands there is no string
const wrong: string = traceTools({ stream }).stream;

export { asClass, asInterface, client, sameMastra, sameTool, stream, wrong };
