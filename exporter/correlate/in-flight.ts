/**
 * Publishes what an agent is doing: tool calls and decisions that are open for longer than a time. One timer looks at the spans that are open
 * longest; a span that ends before costs nothing. Of a call that several layers record, one is published: that whose id the call's
 * row will have, as far as it is known.
 *
 * What a span says when it starts may not tell that it is an action: it is looked at again, less and less often.
 */
import type { Reading } from "../read/dialects/dialect.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { LiveSpans } from "./live-spans.js";
import type { OpenSpan, OpenSpans } from "./open-spans.js";
import type { PublishedActions } from "./published-actions.js";

export interface InFlightOptions {
  readonly afterMillis: number;
  /** Whether a span that has ended is taken at all. */
  readonly takes: (span: ReadableSpan) => boolean;
  /** Starts a timer so that it holds on to nothing of the agent. */
  readonly detached: <Result>(work: () => Result) => Result;
  readonly onDefect: (error: unknown) => void;
}

/** At most so many spans are looked at in one go; the others are at the next. */
const MAX_LOOKS = 100;
/** A span that is no action is looked at again at twice its age, and after so many steps at the latest. */
const MAX_STEPS_BETWEEN = 20;
const MIN_STEP_MILLIS = 10;
const MAX_STEP_MILLIS = 250;
const STEPS = 4;

export class InFlight {
  readonly #spans: OpenSpans;
  readonly #live: LiveSpans;
  readonly #published: PublishedActions;
  readonly #options: InFlightOptions;
  readonly #stepMillis: number;
  /** One more than fit into the time: a span may have begun right before a step. */
  readonly #steps: number;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(spans: OpenSpans, live: LiveSpans, published: PublishedActions, options: InFlightOptions) {
    this.#spans = spans;
    this.#live = live;
    this.#published = published;
    this.#options = options;
    const step = Math.ceil(options.afterMillis / STEPS);
    this.#stepMillis = Math.min(Math.max(step, MIN_STEP_MILLIS), MAX_STEP_MILLIS);
    this.#steps = Math.ceil(options.afterMillis / this.#stepMillis) + 1;
  }

  /** A span is open. Starts the timer where none runs. */
  started(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = this.#options.detached(() => setInterval(() => this.look(), this.#stepMillis).unref());
  }

  /** Called by the timer. */
  look(): void {
    try {
      const now = this.#spans.tick();
      if (this.#spans.size === 0) this.#stop();
      else this.#lookAll(now);
    } catch (error) {
      this.#options.onDefect(error);
    }
  }

  /** Publishes nothing from now on. */
  close(): void {
    this.#isClosed = true;
    this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #lookAll(now: number): void {
    let looks = 0;
    for (const open of this.#spans.openFor(this.#steps)) {
      const span = open.deref();
      if (span === undefined || span.ended || !this.#options.takes(span)) open.lookAt = NEVER;
      else if (++looks > MAX_LOOKS || this.#published.isFull) return;
      else open.lookAt = this.#lookAt(span, open, now);
    }
  }

  /** Returns when to look again. */
  #lookAt(span: ReadableSpan, open: OpenSpan, now: number): number {
    const later = now + Math.min(now - open.begunAt, MAX_STEPS_BETWEEN);
    const { spanId } = span.spanContext();
    if (this.#published.has(spanId)) return NEVER;
    const start = this.#spans.startOf(span);
    const reading = this.#live.readNow(span, start.ancestors)?.reading;
    if (reading === undefined) return later;
    if (isOpenRun(reading)) {
      const started = this.#live.eventNow(span, start);
      return started !== undefined && !this.#published.addRun(spanId, started) ? now : NEVER;
    }
    if (!isCall(reading)) return later;
    const { primary, outermost, layers } = this.#live.layersNow(span);
    if (layers.some((layer) => this.#published.isRow(layer.spanContext().spanId))) return later;
    const around = this.#spans.ancestorsOf(outermost);
    const running = this.#live.runningEvent(primary, this.#spans.startOf(primary), around);
    if (running === undefined) return later;
    return this.#published.publish(primary.spanContext().spanId, running) ? NEVER : now;
  }
}

const NEVER = Number.POSITIVE_INFINITY;

const isCall = (reading: Reading): boolean =>
  reading.is === "tool_call" ||
  reading.is === "decision" ||
  (reading.is === "explicit" && (reading.type === "tool_call" || reading.type === "decision"));

/** The span of a run whose start has been reported: with what that said. */
const isOpenRun = (reading: Reading): boolean =>
  reading.is === "event" && reading.kind === "execution" && reading.fields.status === "in_progress";
