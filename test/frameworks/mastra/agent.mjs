import { Mastra } from "@mastra/core";
import { Agent } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import { Observability } from "@mastra/observability";
import { OtelExporter } from "@mastra/otel-exporter";
import { KafkaActionExporter } from "otel-agent-actions/exporter";
import { z } from "zod";

// The endpoint has to be there, though the exporter of our own is used instead of it.
const exporter = new OtelExporter({
  provider: { custom: { endpoint: "http://127.0.0.1:9" } },
  signals: { logs: false },
  exporter: new KafkaActionExporter(),
});
const observability = new Observability({
  configs: { default: { serviceName: "mastra-host", exporters: [exporter] } },
});
const mastra = new Mastra({ agents: { support: supportAgent() }, observability, logger: false });
await mastra.getAgent("support").generate("Which orders are open?", { memory: undefined });
await mastra.shutdown();

function supportAgent() {
  return new Agent({
    id: "support",
    name: "Support Agent",
    instructions: "Be nice",
    tools: { countOrders: countOrders(), refuse: refuse() },
    model: scriptedModel([
      [
        { toolCallId: "call_count", toolName: "countOrders", input: '{"customer":"Ada"}' },
        { toolCallId: "call_refuse", toolName: "refuse", input: '{"amount":-1}' },
      ],
      "There are 42.",
    ]),
  });
}

function countOrders() {
  const inputSchema = z.object({ customer: z.string() });
  return createTool({ id: "countOrders", description: "count", inputSchema, execute: async () => 42 });
}

function refuse() {
  const inputSchema = z.object({ amount: z.number() });
  const execute = async () => {
    throw new RangeError("amount out of range");
  };
  return createTool({ id: "refuse", description: "refuse", inputSchema, execute });
}

/** A model that answers from a script: calls of tools, or a text. */
function scriptedModel(answers) {
  const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };
  const next = () => {
    const answer = answers.shift();
    const isText = typeof answer === "string";
    const content = isText
      ? [{ type: "text", text: answer }]
      : answer.map((call) => ({ type: "tool-call", ...call }));
    return { content, finishReason: isText ? "stop" : "tool-calls" };
  };
  return {
    specificationVersion: "v2",
    provider: "script",
    modelId: "script-1",
    supportedUrls: {},
    doGenerate: async () => ({ ...next(), usage, warnings: [] }),
    doStream: async () => {
      const { content, finishReason } = next();
      const parts = content.flatMap((part) =>
        part.type === "text"
          ? [
              { type: "text-start", id: "0" },
              { type: "text-delta", id: "0", delta: part.text },
              { type: "text-end", id: "0" },
            ]
          : [part],
      );
      return {
        stream: ReadableStream.from([
          { type: "stream-start", warnings: [] },
          ...parts,
          { type: "finish", finishReason, usage },
        ]),
      };
    },
  };
}
