import { OTLPTraceExporter as OtlpGrpc } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as OtlpJson } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as OtlpProtobuf } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import {
  AgentActionSpanProcessor,
  type ExporterOptions,
  KafkaActionExporter,
} from "otel-agent-actions/exporter";
import { agentWork } from "./agent-work.js";
import { CountingExporter } from "./counting-exporter.js";
import type { Subject, Surroundings } from "./subject.js";

export function providerAlone(surroundings: Surroundings): Subject {
  return withProcessors(surroundings, [], () => undefined);
}

export function batchNull(surroundings: Surroundings): Subject {
  return batch(surroundings, {
    export: (_spans, answer) => answer({ code: 0 }),
    shutdown: () => Promise.resolve(),
  });
}

export function batchOtlp(surroundings: Surroundings): Subject {
  return batch(surroundings, new OtlpProtobuf({ url: surroundings.otlpUrl }));
}

export function batchOtlpJson(surroundings: Surroundings): Subject {
  return batch(surroundings, new OtlpJson({ url: surroundings.otlpUrl }));
}

export function batchOtlpGrpc(surroundings: Surroundings): Subject {
  return batch(surroundings, new OtlpGrpc({ url: surroundings.otlpGrpcUrl }));
}

export function batchKafka(surroundings: Surroundings): Subject {
  return batch(surroundings, new KafkaActionExporter(kafkaOptions(surroundings)));
}

export function ownKafka(surroundings: Surroundings): Subject {
  return ownProcessor(surroundings, kafkaOptions(surroundings));
}

export function ownThread(surroundings: Surroundings): Subject {
  return ownProcessor(surroundings, { ...kafkaOptions(surroundings), spanThread: true });
}

export function ownInline(surroundings: Surroundings): Subject {
  return ownProcessor(surroundings, { ...kafkaOptions(surroundings), spanThread: false });
}

export function ownNull(surroundings: Surroundings): Subject {
  return ownProcessor(surroundings, {
    transport: { send: async () => ({ status: "sent" }), close: () => Promise.resolve() },
  });
}

function ownProcessor(surroundings: Surroundings, options: ExporterOptions): Subject {
  const processor = new AgentActionSpanProcessor(options);
  return withProcessors(surroundings, [processor], () => processor.stats().acked);
}

function batch(surroundings: Surroundings, inner: SpanExporter): Subject {
  const exporter = new CountingExporter(inner);
  return withProcessors(surroundings, [new BatchSpanProcessor(exporter)], () => exporter.delivered);
}

function withProcessors(
  { payloadBytes }: Surroundings,
  spanProcessors: SpanProcessor[],
  arrived: Subject["arrived"],
): Subject {
  const provider = new NodeTracerProvider({ spanProcessors });
  provider.register();
  return {
    act: agentWork(payloadBytes).actRecorded,
    settle: () => provider.forceFlush(),
    arrived,
    close: () => provider.shutdown(),
  };
}

const kafkaOptions = ({ bootstrapServers, topic }: Surroundings): ExporterOptions => ({
  brokers: bootstrapServers,
  topics: { action: topic },
});
