/**
 * One call, three layers: an agent of the AI SDK with its telemetry on, whose tools are observed by Langfuse and call an MCP server, whose
 * client Traceloop instruments.
 */
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { observe, setLangfuseTracerProvider } from "@langfuse/tracing";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { McpInstrumentation } from "@traceloop/instrumentation-mcp";
import { generateText, simulateReadableStream, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { z } from "zod";
import { mockModels } from "../ai-sdk-mocks.mjs";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";

const recorder = new SpanRecorder();
const langfuse = new LangfuseSpanProcessor({
  publicKey: "pk",
  secretKey: "sk",
  exporter: { export: (_spans, done) => done({ code: 0 }), shutdown: async () => undefined },
});
const resource = resourceFromAttributes({ "service.name": "layers-app" });
const provider = new NodeTracerProvider({ resource, spanProcessors: [langfuse, recorder] });
provider.register();
setLangfuseTracerProvider(provider);

const instrumentation = new McpInstrumentation();
registerInstrumentations({ tracerProvider: provider, instrumentations: [instrumentation] });
instrumentation.manuallyInstrument({ Client });

const client = await connected();
const remote = (name, argument) =>
  tool({
    description: name,
    inputSchema: z.object({ [argument]: z.string() }),
    execute: observe(async (args) => client.callTool({ name, arguments: args }), { name, asType: "tool" }),
  });

const model = mockModels(MockLanguageModelV3, simulateReadableStream, { nested: true });
const call = (toolCallId, toolName, input) => ({ toolCallId, toolName, input });
await generateText({
  model: model("mock-main", [
    [call("call_1", "get_weather", { city: "Paris" }), call("call_2", "get_weather", { city: "Oslo" })],
    [call("call_3", "get_time", { zone: "nowhere" })],
    "done",
  ]),
  prompt: "weather?",
  tools: { get_weather: remote("get_weather", "city"), get_time: remote("get_time", "zone") },
  stopWhen: stepCountIs(5),
  experimental_telemetry: { isEnabled: true, functionId: "travel-agent" },
});
await client.close();
writeOtlp(`${process.env.CAPTURE_FOLDER}/layers.otlp.json`, recorder, {
  manifest: {
    dialect: "vercel-ai",
    libraries: ["ai", "@langfuse/tracing", "@traceloop/instrumentation-mcp"],
  },
});

async function connected() {
  const server = new McpServer({ name: "weather", version: "1.0.0" });
  server.registerTool("get_weather", { inputSchema: { city: z.string() } }, async ({ city }) => ({
    content: [{ type: "text", text: `21 degrees in ${city}` }],
  }));
  server.registerTool("get_time", { inputSchema: { zone: z.string() } }, async () => ({
    content: [{ type: "text", text: "no such zone" }],
    isError: true,
  }));
  const [here, there] = InMemoryTransport.createLinkedPair();
  await server.connect(there);
  const made = new Client({ name: "layers-app", version: "1.0.0" });
  await made.connect(here);
  return made;
}
