import { type Context, TraceFlags } from "@opentelemetry/api";
import { DELIVERY_ACK_KEY, type DeliveryAck } from "../src/event/delivery-ack.js";
import { LiveSpans } from "./correlate/live-spans.js";
import { OpenSpans } from "./correlate/open-spans.js";
import type { ExporterStats } from "./deliver/delivery-counters.js";
import { RecordSink } from "./deliver/record-sink.js";
import { runDetached } from "./deliver/run-detached.js";
import { type ExporterOptions, resolveExporterOptions } from "./options.js";
import { contextCorrelationId } from "./read/context-correlation-id.js";
import type { ReadableSpan, SpanProcessor } from "./read/sdk-types.js";
import { SpanReader } from "./read/span-reader.js";
import { warnOfApiCopies } from "./registration/warn-of-api-copies.js";

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
  readonly #acks = new WeakMap<object, DeliveryAck>();
  readonly #claimed = new WeakSet<DeliveryAck>();
  readonly #correlations = new WeakMap<ReadableSpan, string>();

  /** @throws ConfigError when a value in `options` cannot be used; it lists all of them */
  constructor(options: ExporterOptions = {}) {
    const resolved = resolveExporterOptions(options);
    this.#sink = new RecordSink(resolved);
    this.#recordUnsampled = resolved.recordUnsampled;
    this.#reader = new SpanReader(options);
    const ancestorsOf = (span: ReadableSpan) => this.#open.ancestorsOf(span);
    this.#live = new LiveSpans(this.#sink, this.#reader, ancestorsOf, runDetached, resolved);
    this.#sink.pipeline.onFlush(() => this.#live.flush());
  }

  onStart(span: ReadableSpan, parentContext: Context): void {
    this.#sink.guard(() => {
      this.#live.started(span, this.#open.started(span, parentContext));
      const [parent] = this.#open.ancestorsOf(span);
      if (parent !== undefined) this.#reader.keep(parent);
      this.#keepAck(span, parentContext);
      const correlation = contextCorrelationId(parentContext);
      if (correlation !== undefined) this.#correlations.set(span, correlation);
    });
  }

  onEnd(span: ReadableSpan): void {
    this.#sink.guard(warnOfApiCopies);
    const ack = this.#acks.get(span);
    const taken = this.#take(span);
    this.#sink.guard(() => this.#open.ended(span));
    // Another processor of this kind may have taken it as well: one that has it is enough.
    if (ack) ack.taken = taken || ack.taken === true;
  }

  /** Sends what is held, too. Resolves when everything that ended before is delivered or dropped, or at the deadline `flushTimeoutMillis`. */
  async forceFlush(): Promise<void> {
    await this.#sink.pipeline.flush();
  }

  /** Delivers what it can within `shutdownTimeoutMillis`, says what it could not, and disconnects. */
  shutdown(): Promise<void> {
    return this.#sink.pipeline.shutdown();
  }

  /** Where everything is that ended so far. */
  stats(): ExporterStats {
    return this.#sink.pipeline.stats(this.#reader.dialectErrors);
  }

  #take(span: ReadableSpan): boolean {
    try {
      if (!isSampled(span) && !this.#recordUnsampled) {
        this.#sink.pipeline.countUnsampled();
        return false;
      }
      const ancestors = this.#open.ancestorsOf(span);
      const read = this.#reader.read(span, ancestors, this.#correlations.get(span));
      return this.#live.ended(span, ancestors, read);
    } catch (error) {
      this.#sink.reportLoss(error);
      return false;
    }
  }

  // The context of a span is inherited by everything inside it; the acknowledgement is for the first span that is started with it.
  #keepAck(span: ReadableSpan, parentContext: Context): void {
    const ack = parentContext.getValue(DELIVERY_ACK_KEY);
    if (!isDeliveryAck(ack) || this.#claimed.has(ack)) return;
    this.#claimed.add(ack);
    this.#acks.set(span, ack);
  }
}

const isSampled = (span: ReadableSpan): boolean => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;

const isDeliveryAck = (value: unknown): value is DeliveryAck => typeof value === "object" && value !== null;
