import { ActionSpanProcessor } from "./action-span-processor.js";
import type { ExporterOptions } from "./options.js";
import { resolveExporterOptions } from "./resolve-exporter-options.js";
import { SpanProcessing } from "./span-processing.js";

/**
 * Sends every action of an agent to Kafka: a span processor for a tracer provider of the OpenTelemetry SDK 2 or 3.
 *
 *     new NodeTracerProvider({ spanProcessors: [new AgentActionSpanProcessor({ brokers: "kafka:9092" })] })
 *
 * - A span becomes bytes when it ends; what others change in it afterwards does not show.
 * - No method throws or rejects, and none waits for the network in the agent's turn.
 * - The connection is made with the first event. Kafka may be away: events wait in a bounded queue.
 * - Spans that the sampler drops are never seen here. Those that it records without sampling them are counted, and taken by the option
 *   `recordUnsampled`.
 * - A span is copied when it ends, and a thread of its own does the rest, where one is of use (option `spanThread`).
 */
export class AgentActionSpanProcessor extends ActionSpanProcessor {
  /** @throws ConfigError when a value in `options` cannot be used; it lists all of them */
  constructor(options: ExporterOptions = {}) {
    super(options, resolveExporterOptions(options), (given, resolved) => new SpanProcessing(given, resolved));
  }
}
