import { tool as claudeTool, createSdkMcpServer } from "@anthropic-ai/claude-agent-sdk";
import { createTool } from "@mastra/core/tools";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Agent, Runner, tool } from "@openai/agents";
import { z } from "zod";
import { traceTools } from "./recorded.mjs";

/** A model that asks for the given calls, one a turn, and then says that it is done. */
function scripted(calls) {
  let turn = 0;
  return {
    async getResponse() {
      const call = calls[turn++];
      const output = call
        ? [
            {
              type: "function_call",
              callId: `call_${turn}`,
              name: call.name,
              arguments: JSON.stringify(call.args),
              status: "completed",
            },
          ]
        : [
            {
              type: "message",
              role: "assistant",
              status: "completed",
              content: [{ type: "output_text", text: "done" }],
            },
          ];
      return { output, usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2, requests: 1 } };
    },
  };
}

export async function openaiAgents() {
  const refund = tool({
    name: "refund",
    description: "Pays back",
    parameters: z.object({ order: z.number() }),
    execute: async ({ order }) => {
      if (order === 13) throw new TypeError("card declined");
      return { order, paid: true };
    },
  });
  const model = scripted([
    { name: "refund", args: { order: 5 } },
    { name: "refund", args: { order: 13 } },
  ]);
  const agent = new Agent({ name: "cashier", model, tools: traceTools([refund]) });
  const run = await new Runner({ tracingDisabled: true }).run(agent, "pay back 5 and 13");
  return [run.finalOutput];
}

export async function mastra() {
  const weather = createTool({
    id: "weather",
    description: "Weather of a city",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => ({ city, degrees: 21 }),
  });
  const traced = traceTools({ weather });
  const [listed] = traceTools([weather]);
  const one = await traced.weather.execute({ city: "Bonn" }, { agent: { toolCallId: "call_1" } });
  const other = await listed.execute({ city: "Kiel" }, {});
  const invalid = await listed.execute({ city: 5 }, {});
  return [one, other, invalid.error];
}

export async function claudeAgent() {
  const search = claudeTool("search", "Finds", { q: z.string() }, async ({ q }) => ({
    content: [{ type: "text", text: `found ${q}` }],
    isError: q === "",
  }));
  const server = createSdkMcpServer({ name: "web", tools: traceTools([search]) });
  const again = traceTools(createSdkMcpServer({ name: "web", tools: [search] }));
  const texts = [];
  for (const { instance } of [server, again]) {
    const [one, other] = InMemoryTransport.createLinkedPair();
    const client = new Client({ name: "claude", version: "1.0.0" });
    await Promise.all([instance.connect(one), client.connect(other)]);
    texts.push((await client.callTool({ name: "search", arguments: { q: "otel" } })).content[0].text);
    await client.callTool({ name: "search", arguments: { q: "" } });
    await client.close();
  }
  return texts;
}
