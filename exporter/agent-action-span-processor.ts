import type { Context } from "@opentelemetry/api";
import { describeError } from "../src/internal/describe-error.js";
import type { ExporterStats } from "./deliver/delivery-counters.js";
import { DeliveryMetrics } from "./deliver/delivery-metrics.js";
import { log } from "./deliver/say.js";
import type { ExporterOptions } from "./options.js";
import type { ReadableSpan, SpanProcessor } from "./read/sdk-types.js";
import { warnOfApiCopies } from "./registration/warn-of-api-copies.js";
import { type ResolvedExporterOptions, resolveExporterOptions } from "./resolve-exporter-options.js";
import { SpanProcessing } from "./span-processing.js";
import { reasonAgainstThread } from "./thread/thread-for.js";
import { ThreadedProcessing } from "./thread/threaded-processing.js";

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
export class AgentActionSpanProcessor implements SpanProcessor {
  readonly #processing: SpanProcessing | ThreadedProcessing;
  readonly #metrics: DeliveryMetrics;

  /** @throws ConfigError when a value in `options` cannot be used; it lists all of them */
  constructor(options: ExporterOptions = {}) {
    const resolved = resolveExporterOptions(options);
    this.#processing = processingFor(options, resolved);
    this.#metrics = new DeliveryMetrics({
      type: "agent_action_span_processor",
      maxQueueSize: resolved.maxQueueSize,
      stats: () => this.stats(),
    });
  }

  onStart(span: ReadableSpan, parentContext: Context): void {
    this.#processing.onStart(span, parentContext);
  }

  onEnd(span: ReadableSpan): void {
    try {
      warnOfApiCopies();
      this.#metrics.watch();
    } catch (error) {
      log().warn(`A defect of otel-agent-actions: ${describeError(error).message}`);
    }
    this.#processing.onEnd(span);
  }

  /** Sends what is held, too. Resolves when everything that ended before is delivered or dropped, or at the deadline `flushTimeoutMillis`. */
  forceFlush(): Promise<void> {
    return this.#processing.forceFlush();
  }

  /** Delivers what it can within `shutdownTimeoutMillis`, says what it could not, and disconnects. */
  shutdown(): Promise<void> {
    return this.#processing.shutdown();
  }

  /** Where everything is that ended so far. */
  stats(): ExporterStats {
    return this.#processing.stats();
  }
}

function processingFor(
  options: ExporterOptions,
  resolved: ResolvedExporterOptions,
): SpanProcessing | ThreadedProcessing {
  const reason = reasonAgainstThread(options, resolved);
  if (reason === undefined) return new ThreadedProcessing(options, resolved);
  const message = `${reason}. The agent's own thread reads, redacts and sends.`;
  if (resolved.spanThread) log().info(`spanThread has no effect: ${message}`);
  else log().debug(`There is no thread for spans: ${message}`);
  return new SpanProcessing(options, resolved);
}
