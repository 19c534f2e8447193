import type { SpanNames } from "../../read/span-reader.js";

/** What is known of a span that ended, and of those around it as far as they are known. */
export interface KnownSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Each value is that of the nearest span that says it, beginning with this one. */
  readonly names: SpanNames;
  /** Ids of the nearest actions, beginning with the one that this span is. */
  readonly actionIds: readonly string[];
  /** The nearest span around it that is not known; `undefined`: there is none, the trace begins here. */
  readonly awaits: string | undefined;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
}

/** A few hundred bytes each: some megabytes at the most. */
const MAX_KNOWN = 10_000;

/**
 * The spans that ended last, so that one that ends after the span around it still finds it. Bounded: the oldest goes, and what
 * ends later waits for the consumer to find it.
 */
export class KnownSpans {
  readonly #byKey = new Map<string, KnownSpan>();

  get(key: string): KnownSpan | undefined {
    return this.#byKey.get(key);
  }

  add(key: string, span: KnownSpan): void {
    // Moved to the end, should it be there already.
    this.#byKey.delete(key);
    this.#byKey.set(key, span);
    if (this.#byKey.size > MAX_KNOWN) this.#byKey.delete(this.#byKey.keys().next().value ?? "");
  }
}
