import { type Context, isSpanContextValid, trace } from "@opentelemetry/api";
import type { DeliveryAck } from "../../src/event/delivery-ack.js";
import type { ReadableSpan } from "../read/sdk-types.js";

/** Deeper nesting than this has not been seen in an agent; a chain in which each span is the child of the last would not end. */
const MAX_ANCESTORS = 32;

/** The most spans that can be found by their id at a time. */
const MAX_OPEN = 10_000;

/** So many of the spans that started last are held firmly while they are open. */
export const MAX_YOUNG = 64;

/** What held where a span began. */
export interface SpanStart {
  /** Nearest first; they may have ended or not. */
  readonly ancestors: readonly ReadableSpan[];
  /** Said by the context: for a span that says none itself. */
  correlationId: string | undefined;
  /** For whoever wants to know whether the event is accepted. */
  ack: DeliveryAck | undefined;
  /** The ancestors of all that is directly inside it, once there is something. */
  inside: readonly ReadableSpan[] | undefined;
  /** What another thread knows of the span, where one is told of it. */
  told?: ToldSpan | undefined;
}

/** What was last said of a span to the thread that reads it. */
export interface ToldSpan {
  /** Which span it is, for that thread. */
  readonly number: number;
  /** Absent of one that had ended. */
  readonly open: OpenSpan | undefined;
  /** Scope and kind. */
  readonly layer: string;
  name: string;
  attributes: number;
  /** That thread has forgotten it. */
  isForgotten: boolean;
}

/**
 * Who is whose child among the spans of this process, so that an action can say which agent and run it belongs to, and what else held
 * where they began.
 *
 * Nothing leaks when a span never ends: but for the youngest it is held weakly here, and firmly only by its descendants, for as long
 * as they themselves are in use. An ancestor that has ended before its descendant is still known to it.
 */
export class OpenSpans {
  /** In the order in which they began. */
  readonly #byId = new Map<string, OpenSpan>();
  /** Of spans that are no longer young, and of those around others. An entry costs as much as all the rest of a span's start. */
  readonly #starts = new WeakMap<ReadableSpan, SpanStart>();
  /** The newest overwrites the oldest. */
  readonly #young: (OpenSpan | undefined)[] = [];
  #next = 0;
  #tick = 0;

  /** Returns the reference by which it is held here, for others who hold it so too: one for each span costs enough. */
  started(span: ReadableSpan, parentContext: Context): OpenSpan {
    const parent = this.#parentOf(span, parentContext);
    const ancestors = parent === undefined ? NONE : this.#inside(parent);
    const start: SpanStart = { ancestors, correlationId: undefined, ack: undefined, inside: undefined };
    const open = new OpenSpan(span, start, this.#tick);
    const { spanId } = span.spanContext();
    const sameId = this.#byId.get(spanId);
    if (sameId !== undefined) this.#age(sameId);
    else if (this.#byId.size >= MAX_OPEN) this.#forgetOldest();
    this.#byId.set(spanId, open);
    const aged = this.#young[this.#next];
    if (aged !== undefined) this.#age(aged);
    this.#young[this.#next] = open;
    this.#next = (this.#next + 1) % MAX_YOUNG;
    return open;
  }

  ended(span: ReadableSpan): void {
    const { spanId } = span.spanContext();
    const open = this.#byId.get(spanId);
    if (open?.deref() !== span) return;
    open.end();
    this.#byId.delete(spanId);
  }

  /** What held where a span began; empty for one whose start was not seen. */
  startOf(span: ReadableSpan): SpanStart {
    return this.#byId.get(span.spanContext().spanId)?.startOf(span) ?? this.#starts.get(span) ?? UNSEEN;
  }

  /** Nearest first; they may have ended or not. */
  ancestorsOf(span: ReadableSpan): readonly ReadableSpan[] {
    return this.startOf(span).ancestors;
  }

  /** Lets time go on by one step: the age of spans is counted in these, which costs a span nothing. Returns how many there were. */
  tick(): number {
    return ++this.#tick;
  }

  /** Spans that have been open for at least so many steps and are not looked at later, the oldest first. */
  *openFor(steps: number): Generator<OpenSpan> {
    for (const open of this.#byId.values()) {
      if (this.#tick - open.begunAt < steps) return;
      if (open.lookAt <= this.#tick) yield open;
    }
  }

  /** By which a span that is open is held here. */
  referenceTo(span: ReadableSpan): OpenSpan | undefined {
    const open = this.#byId.get(span.spanContext().spanId);
    return open?.deref() === span ? open : undefined;
  }

  /** Whether it is still known where a span began that has ended: there was something inside it, or it was open for long. */
  remembers(span: ReadableSpan): boolean {
    return this.#starts.has(span);
  }

  get size(): number {
    return this.#byId.size;
  }

  // The same list for all that is directly inside a span.
  #inside(parent: ReadableSpan): readonly ReadableSpan[] {
    const start = this.startOf(parent);
    if (start.inside !== undefined) return start.inside;
    const inside = [parent, ...start.ancestors].slice(0, MAX_ANCESTORS);
    if (start === UNSEEN) this.#starts.set(parent, { ...UNSEEN, inside });
    else {
      start.inside = inside;
      this.#starts.set(parent, start);
    }
    return inside;
  }

  // Usually the parent is in the context. Where a framework passes ids only, or a call comes back into the process over the
  // network, it is found by its id.
  #parentOf(span: ReadableSpan, parentContext: Context): ReadableSpan | undefined {
    const parentId = span.parentSpanContext;
    if (parentId === undefined || !isSpanContextValid(parentId)) return undefined;
    const active = trace.getSpan(parentContext);
    if (isReadable(active) && active.spanContext().spanId === parentId.spanId) return active;
    const found = this.#byId.get(parentId.spanId)?.deref();
    return found?.spanContext().traceId === parentId.traceId ? found : undefined;
  }

  #forgetOldest(): void {
    for (const [id, open] of this.#byId) {
      this.#byId.delete(id);
      const span = open.deref();
      this.#age(open);
      if (span !== undefined) return;
    }
  }

  #age(open: OpenSpan): void {
    const span = open.deref();
    const start = open.age();
    if (span !== undefined && start !== undefined) this.#starts.set(span, start);
  }
}

/** A span that is open, as it is held by those who look for it. A WeakRef costs much, too, and most spans end while they are young. */
export class OpenSpan {
  #held: ReadableSpan | WeakRef<ReadableSpan> | undefined;
  #start: SpanStart | undefined;
  /** The step of time in which it began. */
  readonly begunAt: number;
  /** The step in which it is looked at next, for being open so long. */
  lookAt = 0;

  constructor(span: ReadableSpan, start: SpanStart, begunAt: number) {
    this.#held = span;
    this.#start = start;
    this.begunAt = begunAt;
  }

  /** `undefined` when it has ended, or nobody has it any more. */
  deref(): ReadableSpan | undefined {
    return this.#held instanceof WeakRef ? this.#held.deref() : this.#held;
  }

  /** What held where the span began, for as long as it is young. */
  startOf(span: ReadableSpan): SpanStart | undefined {
    return this.#held === span ? this.#start : undefined;
  }

  /** Holds the span weakly from now on, and returns what is to be kept elsewhere. */
  age(): SpanStart | undefined {
    const start = this.#start;
    this.#start = undefined;
    if (this.#held !== undefined && !(this.#held instanceof WeakRef)) this.#held = new WeakRef(this.#held);
    return start;
  }

  end(): void {
    this.#held = undefined;
    this.#start = undefined;
  }
}

const NONE: readonly ReadableSpan[] = Object.freeze([]);

const UNSEEN: SpanStart = Object.freeze({
  ancestors: NONE,
  correlationId: undefined,
  ack: undefined,
  inside: undefined,
});

// A span of the SDK, as opposed to one that only carries ids.
const isReadable = (span: unknown): span is ReadableSpan =>
  typeof span === "object" && span !== null && "attributes" in span && "spanContext" in span;
