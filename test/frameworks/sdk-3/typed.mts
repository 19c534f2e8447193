// Compiled by a test with the types of SDK 3, and without those of SDK 2.
import {
  BatchSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { AgentActionSpanProcessor, type Dialect, KafkaActionExporter } from "otel-agent-actions/exporter";

const processor: SpanProcessor = new AgentActionSpanProcessor();
const exporter: SpanExporter = new KafkaActionExporter();
export const provider = new TracerProvider({
  spanProcessors: [processor, new BatchSpanProcessor({ exporter })],
});

export const dialect: Dialect = {
  name: "own",
  read: (span) => ({ is: "ignored", reason: `${span.name} is no action` }),
  agentName: (span) => String(span.attributes["acme.agent"]),
  sessionId: () => undefined,
};
