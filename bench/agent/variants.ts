/** What is measured, from nothing to everything, and what it is to be held against. */
export const VARIANTS = {
  bare: "the agent's own work, nothing recorded",
  api: "ActionLogger, no provider registered",
  sdk: "+ tracer provider, no processor",
  "batch-null": "  + BatchSpanProcessor, exporter that drops all",
  "batch-otlp": "  + BatchSpanProcessor, OTLP http/protobuf to a sink",
  "batch-otlp-json": "  + BatchSpanProcessor, OTLP http/json to a sink",
  "batch-otlp-grpc": "  + BatchSpanProcessor, OTLP grpc to a sink",
  "own-null": "  + AgentActionSpanProcessor, transport that drops all",
  "own-kafka": "  + AgentActionSpanProcessor to Kafka",
  "thread-kafka": "  + AgentActionSpanProcessor with spanThread, to Kafka",
  "inline-kafka": "  + AgentActionSpanProcessor without spanThread, to Kafka",
  "batch-kafka": "  + BatchSpanProcessor, KafkaActionExporter to Kafka",
  kafkajs: "ceiling: kafkajs alone, the same bytes, gzip",
  "kafkajs-plain": "ceiling: kafkajs alone, the same bytes, no gzip",
  "kafkajs-awaited": "by hand: a send of kafkajs for each action, awaited",
} as const;

export type Variant = keyof typeof VARIANTS;

/** Those whose records are read back from Kafka. */
export const KAFKA_VARIANTS: ReadonlySet<Variant> = new Set([
  "own-kafka",
  "thread-kafka",
  "inline-kafka",
  "batch-kafka",
  "kafkajs",
  "kafkajs-plain",
  "kafkajs-awaited",
]);

/** Only where it is asked for: what waits for Kafka with each action does not come to rates of thousands, and by default there is one thread more. */
export const NOT_BY_DEFAULT: ReadonlySet<Variant> = new Set(["inline-kafka", "kafkajs-awaited"]);

/** The SDK's batch processor drops what does not fit in its queue, so these may lose some; all others may not. */
export const MAY_DROP: ReadonlySet<Variant> = new Set([
  "batch-null",
  "batch-otlp",
  "batch-otlp-json",
  "batch-otlp-grpc",
  "batch-kafka",
]);

/** Those whose spans the sink reads. */
export const OTLP_VARIANTS: ReadonlySet<Variant> = new Set([
  "batch-otlp",
  "batch-otlp-json",
  "batch-otlp-grpc",
]);
