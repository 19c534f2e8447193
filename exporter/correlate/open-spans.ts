import { type Context, isSpanContextValid, trace } from "@opentelemetry/api";
import type { ReadableSpan } from "../read/sdk-types.js";

/** Deeper nesting than this has not been seen in an agent; a chain in which each span is the child of the last would not end. */
const MAX_ANCESTORS = 32;

/** The most spans that can be found by their id at a time. */
const MAX_OPEN = 10_000;

/** So many of the spans that started last are held firmly while they are open. */
export const MAX_YOUNG = 64;

/** A span that is open, as it is held by those who look for it. */
export interface OpenSpan {
  /** `undefined` when it has ended, or nobody has it any more. */
  deref(): ReadableSpan | undefined;
}

/**
 * Who is whose child among the spans of this process, so that an action can say which agent and run it belongs to.
 *
 * Nothing leaks when a span never ends: but for the youngest it is held weakly here, and firmly only by its descendants, for as long
 * as they themselves are in use. An ancestor that has ended before its descendant is still known to it.
 */
export class OpenSpans {
  readonly #ancestors = new WeakMap<ReadableSpan, readonly ReadableSpan[]>();
  readonly #byId = new Map<string, AgingReference>();
  /** The newest overwrites the oldest. */
  readonly #young: (AgingReference | undefined)[] = [];
  #next = 0;

  /** Returns the reference by which it is held here, for others who hold it so too: one for each span costs enough. */
  started(span: ReadableSpan, parentContext: Context): OpenSpan {
    const parent = this.#parentOf(span, parentContext);
    if (parent) this.#ancestors.set(span, [parent, ...this.ancestorsOf(parent)].slice(0, MAX_ANCESTORS));
    if (this.#byId.size >= MAX_OPEN) this.#forgetOldest();
    const reference = new AgingReference(span);
    this.#byId.set(span.spanContext().spanId, reference);
    this.#young[this.#next]?.age();
    this.#young[this.#next] = reference;
    this.#next = (this.#next + 1) % MAX_YOUNG;
    return reference;
  }

  ended(span: ReadableSpan): void {
    const { spanId } = span.spanContext();
    this.#byId.get(spanId)?.end();
    this.#byId.delete(spanId);
  }

  /** Nearest first; they may have ended or not. */
  ancestorsOf(span: ReadableSpan): readonly ReadableSpan[] {
    return this.#ancestors.get(span) ?? NONE;
  }

  get size(): number {
    return this.#byId.size;
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

  // A Map keeps the order of insertion, so the first key is the one that has been open for longest.
  #forgetOldest(): void {
    for (const [id, reference] of this.#byId) {
      this.#byId.delete(id);
      if (reference.deref() !== undefined) return;
    }
  }
}

// A WeakRef costs as much as the rest of a span's start, and most spans end before many others have started.
class AgingReference implements OpenSpan {
  #held: ReadableSpan | WeakRef<ReadableSpan> | undefined;

  constructor(span: ReadableSpan) {
    this.#held = span;
  }

  deref(): ReadableSpan | undefined {
    return this.#held instanceof WeakRef ? this.#held.deref() : this.#held;
  }

  /** Holds the span weakly from now on. */
  age(): void {
    if (this.#held !== undefined && !(this.#held instanceof WeakRef)) this.#held = new WeakRef(this.#held);
  }

  end(): void {
    this.#held = undefined;
  }
}

const NONE: readonly ReadableSpan[] = Object.freeze([]);

// A span of the SDK, as opposed to one that only carries ids.
const isReadable = (span: unknown): span is ReadableSpan =>
  typeof span === "object" && span !== null && "attributes" in span && "spanContext" in span;
