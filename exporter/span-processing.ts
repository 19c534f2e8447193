import type { Context } from "@opentelemetry/api";
import type { DeliveryAck } from "../src/event/delivery-ack.js";
import { claimedAck } from "./correlate/claimed-ack.js";
import { InFlight } from "./correlate/in-flight.js";
import { LiveSpans } from "./correlate/live-spans.js";
import { OpenSpans, type SpanStart } from "./correlate/open-spans.js";
import { PublishedActions } from "./correlate/published-actions.js";
import type { DropReason, ExporterStats } from "./deliver/delivery-counters.js";
import type { FlushAtExit } from "./deliver/exit-flush.js";
import { RecordSink } from "./deliver/record-sink.js";
import { runDetached } from "./deliver/run-detached.js";
import type { ExporterOptions } from "./options.js";
import { contextCorrelationId } from "./read/context-correlation-id.js";
import { isSampled } from "./read/is-sampled.js";
import type { ReadableSpan } from "./read/sdk-types.js";
import { SpanReader } from "./read/span-reader.js";
import { largeAbove, type ResolvedExporterOptions } from "./resolve-exporter-options.js";

/**
 * Turns spans that start and end into events on their way to Kafka, all in the thread that calls it: in the agent's own, or in the one
 * that `spanThread` asks for. No method throws or rejects.
 */
export class SpanProcessing {
  readonly #sink: RecordSink;
  readonly #recordUnsampled: boolean;
  readonly #reader: SpanReader;
  readonly #open = new OpenSpans();
  readonly #live: LiveSpans;
  /** Absent where it is switched off. */
  readonly #inFlight: InFlight | undefined;

  /** @param options as they were given, for what is no option of delivery: dialects, redaction, content */
  constructor(options: ExporterOptions, resolved: ResolvedExporterOptions) {
    this.#sink = new RecordSink(resolved, options.redaction);
    this.#recordUnsampled = resolved.recordUnsampled;
    this.#reader = new SpanReader(options, largeAbove(resolved));
    const ancestorsOf = (span: ReadableSpan) => this.#open.ancestorsOf(span);
    const published = new PublishedActions(this.#sink);
    const live = { ...resolved, detached: runDetached };
    this.#live = new LiveSpans(this.#sink, this.#reader, ancestorsOf, live, published);
    if (resolved.inFlightAfterMillis > 0)
      this.#inFlight = new InFlight(this.#open, this.#live, published, {
        afterMillis: resolved.inFlightAfterMillis,
        takes: (span) => this.#takes(span),
        detached: runDetached,
        onDefect: (error) => this.#sink.reportDefect(error),
      });
    this.#sink.sendOnFlush(() => this.#live.flush());
  }

  /** @param isWhole it is going to end in this turn */
  onStart(span: ReadableSpan, parentContext: Context, isWhole = false): void {
    try {
      const open = this.#open.started(span, parentContext);
      this.#live.started(span, open);
      if (!isWhole) this.#inFlight?.started();
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

  /** Counts a span that ended, and of which nothing can become. */
  lost(span: ReadableSpan | undefined, reason: DropReason, why: string): void {
    this.#sink.pipeline.drop(reason, why);
    if (span === undefined) return;
    this.#sink.guard(() => this.#live.lost(span));
    this.#sink.guard(() => this.#open.ended(span));
  }

  /** Runs what must not throw into the agent. */
  guard(work: () => void): void {
    this.#sink.guard(work);
  }

  warn(message: string): void {
    this.#sink.pipeline.warn(message);
  }

  /** What is done at the end of the process, for whoever hears of it. */
  get processEnd(): FlushAtExit {
    return this.#sink.pipeline.processEnd;
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
