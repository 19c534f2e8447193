import type { Caller } from "./authorize.js";

const MINUTE_MILLIS = 60_000;
/** Names of tokens are few; what has not been used for a minute is full again and can be forgotten. */
const MAX_NAMES = 10_000;

/** How many events or spans each token may still send: a bucket that refills by the minute's number every minute. */
export class EventQuota {
  readonly #standard: number | undefined;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  /** @param standard for tokens without a number of their own, and for who needs none; `undefined` for no limit */
  constructor(standard: number | undefined, now: () => number = () => performance.now()) {
    this.#standard = standard;
    this.#now = now;
  }

  /**
   * Takes so many. A request that is larger than what is left passes, and those after it wait for longer: otherwise one larger than the
   * whole bucket never could.
   *
   * @returns `undefined` where it passes, else after how many seconds the next one may
   */
  take({ name = "", eventsPerMinute = this.#standard }: Caller, count: number): number | undefined {
    if (eventsPerMinute === undefined || count === 0) return undefined;
    const now = this.#now();
    const before = this.#buckets.get(name);
    const refilled = before
      ? before.left + ((now - before.at) / MINUTE_MILLIS) * eventsPerMinute
      : eventsPerMinute;
    const left = Math.min(refilled, eventsPerMinute);
    const passes = left >= 1;
    if (before === undefined && this.#buckets.size >= MAX_NAMES) this.#forgetOldest();
    this.#buckets.set(name, { left: passes ? left - count : left, at: now });
    return passes ? undefined : Math.ceil(((1 - left) / eventsPerMinute) * 60);
  }

  /** Gives back what was taken for events that were refused, or did not get to where they should. */
  giveBack({ name = "", eventsPerMinute = this.#standard }: Caller, count: number): void {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined || eventsPerMinute === undefined) return;
    bucket.left = Math.min(bucket.left + count, eventsPerMinute);
  }

  #forgetOldest(): void {
    for (const name of this.#buckets.keys()) {
      this.#buckets.delete(name);
      return;
    }
  }
}
