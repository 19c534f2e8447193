import type { ChangedAction, StreamFilter } from "./read-changed.js";
import { placeText, type StreamPlace } from "./stream-place.js";

/** What was read between two places of the feed. */
export interface Portion {
  readonly changed: readonly ChangedAction[];
  /** Of these filters `changed` says whether an action fits, in this order. */
  readonly filters: readonly StreamFilter[];
  readonly next: StreamPlace;
}

interface Kept extends Portion {
  readonly begins: StreamPlace;
  readonly bytes: number;
  readonly at: number;
}

/** Bytes of JSON, about, that are kept together: what comes in a quarter of a minute at 1,000 actions a second. */
const MAX_BYTES = 16_000_000;
const PORTION_BYTES = 500;
/** A connection that broke is back sooner; and rows that are erased do not stay in memory. */
const MAX_AGE_MILLIS = 60_000;

/**
 * The latest portions that were read, by the place at which each begins. A reader whose connection broke resumes within them: it is
 * served from memory, along the same places as all others, instead of by reading the same rows again.
 */
export class RecentChanges {
  readonly #portions = new Map<string, Kept>();
  readonly #maxBytes: number;
  readonly #now: () => number;
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES, now: () => number = () => performance.now()) {
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** `undefined`: what begins there is not kept, or nobody has asked it for one of these filters. */
  get(place: StreamPlace, filters: readonly StreamFilter[]): Portion | undefined {
    this.forgetOld();
    const portion = this.#portions.get(placeText(place));
    const isAsked = (filter: StreamFilter) => portion?.filters.some(({ key }) => key === filter.key);
    return filters.every(isAsked) ? portion : undefined;
  }

  /** Where the portions that are kept begin. */
  *places(): Iterable<StreamPlace> {
    for (const { begins } of this.#portions.values()) yield begins;
  }

  add(place: StreamPlace, portion: Portion): void {
    const key = placeText(place);
    this.#remove(key);
    const bytes = portion.changed.reduce(
      (sum, { json = "" }) => sum + json.length + PORTION_BYTES,
      PORTION_BYTES,
    );
    this.#portions.set(key, { ...portion, begins: place, bytes, at: this.#now() });
    this.#bytes += bytes;
    for (const oldest of this.#portions.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  forgetOld(): void {
    const limit = this.#now() - MAX_AGE_MILLIS;
    for (const [key, { at }] of this.#portions) {
      if (at > limit) break;
      this.#remove(key);
    }
  }

  clear(): void {
    this.#portions.clear();
    this.#bytes = 0;
  }

  #remove(key: string): void {
    this.#bytes -= this.#portions.get(key)?.bytes ?? 0;
    this.#portions.delete(key);
  }
}
