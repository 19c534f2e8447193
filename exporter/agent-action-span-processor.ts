import { type Context, TraceFlags } from "@opentelemetry/api";
import { DELIVERY_ACK_KEY, type DeliveryAck } from "../src/event/delivery-ack.js";
import { InFlight } from "./correlate/in-flight.js";
import { LiveSpans } from "./correlate/live-spans.js";
import { OpenSpans, type SpanStart } from "./correlate/open-spans.js";
import { PublishedActions } from "./correlate/published-actions.js";
import type { ExporterStats } from "./deliver/delivery-counters.js";
import { DeliveryMetrics } from "./deliver/delivery-metrics.js";
import { RecordSink } from "./deliver/record-sink.js";
import { runDetached } from "./deliver/run-detached.js";
import type { ExporterOptions } from "./options.js";
import { contextCorrelationId } from "./read/context-correlation-id.js";
import type { ReadableSpan, SpanProcessor } from "./read/sdk-types.js";
import { SpanReader } from "./read/span-reader.js";
import { warnOfApiCopies } from "./registration/warn-of-api-copies.js";
import { largeAbove, resolveExporterOptions } from "./resolve-exporter-options.js";

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
 */
export class AgentActionSpanProcessor implements SpanProcessor {
  readonly #sink: RecordSink;
  readonly #recordUnsampled: boolean;
  readonly #reader: SpanReader;
  readonly #open = new OpenSpans();
  readonly #live: LiveSpans;
  readonly #metrics: DeliveryMetrics;
  /** Absent where it is switched off. */
  readonly #inFlight: InFlight | undefined;

  /** @throws ConfigError when a value in `options` cannot be used; it lists all of them */
  constructor(options: ExporterOptions = {}) {
    const resolved = resolveExporterOptions(options);
    this.#sink = new RecordSink(resolved, options.redaction);
    this.#metrics = new DeliveryMetrics({
      type: "agent_action_span_processor",
      maxQueueSize: resolved.maxQueueSize,
      stats: () => this.stats(),
    });
    this.#recordUnsampled = resolved.recordUnsampled;
    this.#reader = new SpanReader(options, largeAbove(resolved));
    const ancestorsOf = (span: ReadableSpan) => this.#open.ancestorsOf(span);
    const published = new PublishedActions(this.#sink);
    this.#live = new LiveSpans(this.#sink, this.#reader, ancestorsOf, runDetached, resolved, published);
    if (resolved.inFlightAfterMillis > 0)
      this.#inFlight = new InFlight(this.#open, this.#live, published, {
        afterMillis: resolved.inFlightAfterMillis,
        takes: (span) => this.#takes(span),
        detached: runDetached,
        onDefect: (error) => this.#sink.reportDefect(error),
      });
    this.#sink.sendOnFlush(() => this.#live.flush());
  }

  onStart(span: ReadableSpan, parentContext: Context): void {
    try {
      const open = this.#open.started(span, parentContext);
      this.#live.started(span, open);
      this.#inFlight?.started();
      const start = this.#open.startOf(span);
      const [parent] = start.ancestors;
      if (parent !== undefined) this.#reader.keep(parent);
      start.ack = claimedAck(span, parentContext);
      start.correlationId = contextCorrelationId(parentContext);
    } catch (error) {
      this.#sink.reportDefect(error);
    }
  }

  onEnd(span: ReadableSpan): void {
    this.#sink.guard(warnOfApiCopies);
    this.#sink.guard(() => this.#metrics.watch());
    this.#take(span);
    try {
      this.#open.ended(span);
    } catch (error) {
      this.#sink.reportDefect(error);
    }
  }

  /** Sends what is held, too. Resolves when everything that ended before is delivered or dropped, or at the deadline `flushTimeoutMillis`. */
  async forceFlush(): Promise<void> {
    await this.#sink.pipeline.flushAndKeep();
  }

  /** Delivers what it can within `shutdownTimeoutMillis`, says what it could not, and disconnects. */
  shutdown(): Promise<void> {
    this.#inFlight?.close();
    return this.#sink.pipeline.shutdown();
  }

  /** Where everything is that ended so far. */
  stats(): ExporterStats {
    return this.#sink.stats(this.#reader.dialectErrors);
  }

  #take(span: ReadableSpan): void {
    let ack: DeliveryAck | undefined;
    let taken = false;
    const { pipeline } = this.#sink;
    const { memoryOnly } = pipeline;
    try {
      const start = this.#open.startOf(span);
      ack = start.ack;
      if (this.#takes(span)) taken = this.#send(span, start);
      else pipeline.count("unsampled");
    } catch (error) {
      this.#sink.reportLoss(error);
    }
    if (ack === undefined) return;
    // Where every event has to be on the disk before it counts as accepted, one that is only in memory does not. Another processor
    // of this kind may have taken it as well: one that has it is enough.
    ack.taken = (taken && pipeline.memoryOnly === memoryOnly) || ack.taken === true;
  }

  #takes(span: ReadableSpan): boolean {
    return isSampled(span) || this.#recordUnsampled;
  }

  #send(span: ReadableSpan, { ancestors, correlationId }: SpanStart): boolean {
    return this.#live.ended(span, ancestors, this.#reader.read(span, ancestors, correlationId));
  }
}

// The context of a span is inherited by everything inside it; the acknowledgement is for the first span that is started with it.
function claimedAck(span: ReadableSpan, parentContext: Context): DeliveryAck | undefined {
  const ack = parentContext.getValue(DELIVERY_ACK_KEY);
  if (!isDeliveryAck(ack)) return undefined;
  const { spanId } = span.spanContext();
  ack.spanId ??= spanId;
  return ack.spanId === spanId ? ack : undefined;
}

const isSampled = (span: ReadableSpan): boolean => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;

const isDeliveryAck = (value: unknown): value is DeliveryAck => typeof value === "object" && value !== null;
