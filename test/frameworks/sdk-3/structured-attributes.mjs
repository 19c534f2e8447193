import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { KafkaActionExporter } from "otel-agent-actions/exporter";

// Since SDK 3 an attribute may be an object, a mixed list or null.
const exporter = new KafkaActionExporter();
const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
const span = provider.getTracer("structured").startSpan("execute_tool book");
span.setAttributes({
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": "book",
  "gen_ai.agent.name": "traveller",
  "gen_ai.tool.call.arguments": { from: "Paris", seats: [1, "window", null], meal: { kind: "none" } },
  "gen_ai.tool.call.result": { ok: true, price: 12.5 },
});
span.end();
await provider.forceFlush();
await provider.shutdown();
