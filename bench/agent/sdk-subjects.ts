import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import {
  AgentActionSpanProcessor,
  type ExporterOptions,
  KafkaActionExporter,
} from "otel-agent-actions/exporter";
import { actRecorded } from "./agent-work.js";
import { CountingExporter } from "./counting-exporter.js";
import type { Subject, Surroundings } from "./subject.js";

export function providerAlone(): Subject {
  return withProcessors([], () => undefined);
}

export function batchNull(): Subject {
  return batch({
    export: (_spans, answer) => answer({ code: 0 }),
    shutdown: () => Promise.resolve(),
  });
}

export function batchOtlp({ otlpUrl }: Surroundings): Subject {
  return batch(new OTLPTraceExporter({ url: otlpUrl }));
}

export function batchKafka(surroundings: Surroundings): Subject {
  return batch(new KafkaActionExporter(kafkaOptions(surroundings)));
}

export function ownKafka(surroundings: Surroundings): Subject {
  return ownProcessor(kafkaOptions(surroundings));
}

export function ownNull(): Subject {
  return ownProcessor({
    transport: { send: async () => ({ status: "sent" }), close: () => Promise.resolve() },
  });
}

function ownProcessor(options: ExporterOptions): Subject {
  const processor = new AgentActionSpanProcessor(options);
  return withProcessors([processor], () => processor.stats().acked);
}

function batch(inner: SpanExporter): Subject {
  const exporter = new CountingExporter(inner);
  return withProcessors([new BatchSpanProcessor(exporter)], () => exporter.delivered);
}

function withProcessors(spanProcessors: SpanProcessor[], arrived: Subject["arrived"]): Subject {
  const provider = new NodeTracerProvider({ spanProcessors });
  provider.register();
  return {
    act: actRecorded,
    settle: () => provider.forceFlush(),
    arrived,
    close: () => provider.shutdown(),
  };
}

const kafkaOptions = ({ bootstrapServers, topic }: Surroundings): ExporterOptions => ({
  brokers: bootstrapServers,
  topics: { action: topic },
});
