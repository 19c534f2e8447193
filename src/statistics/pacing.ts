import type { Bucket, Resolution } from "./statistics-statements.js";

/**
 * An hour is the sum of its minutes, and each of these changes it; so with a day. Computing one takes this share of the time at most, in
 * percent of one core; before it is due again, views show it as it was.
 */
const MAX_SHARE_PERCENT: Readonly<Record<Resolution, number>> = { minute: 100, hour: 1, day: 1 };

const FIRST_RETRY_MILLIS = 1_000;
const MAX_RETRY_MILLIS = 300_000;

/** A bucket is remembered as long as that can make a difference. */
const REMEMBERED_MILLIS = 600_000;

interface Memory {
  readonly at: number;
  readonly notBefore: number;
  readonly failures: number;
}

/** Says which buckets may be computed now, and how long to pause. Times are those of a clock that only goes forward, in milliseconds. */
export class Pacing {
  readonly #memory = new Map<string, Memory>();

  isDue(bucket: Bucket, now: number): boolean {
    return (this.#memory.get(keyOf(bucket))?.notBefore ?? 0) <= now;
  }

  computed(bucket: Bucket, tookMillis: number, now: number): void {
    const notBefore = now + (tookMillis * 100) / MAX_SHARE_PERCENT[bucket.resolution] - tookMillis;
    if (notBefore <= now) this.#memory.delete(keyOf(bucket));
    else this.#memory.set(keyOf(bucket), { at: now, notBefore, failures: 0 });
  }

  /** One that fails again and again stands in no other's way. */
  failed(bucket: Bucket, now: number): void {
    const key = keyOf(bucket);
    const failures = (this.#memory.get(key)?.failures ?? 0) + 1;
    const wait = Math.min(FIRST_RETRY_MILLIS * 2 ** Math.min(failures - 1, 20), MAX_RETRY_MILLIS);
    this.#memory.set(key, { at: now, notBefore: now + wait, failures });
  }

  /** Drops what makes no difference any more. */
  forgetOld(now: number): void {
    for (const [key, { at }] of this.#memory) if (at + REMEMBERED_MILLIS < now) this.#memory.delete(key);
  }
}

const keyOf = ({ resolution, start }: Bucket): string => `${resolution} ${start}`;

/** Of the time of one of Postgres's cores, statistics take a twentieth beside a consumer that writes, and a quarter otherwise. */
const PAUSES_PER_WORK = { writing: 19, idle: 3 } as const;
const MAX_PAUSE_MILLIS = 60_000;

/** How long to pause after so much work. */
export function pauseMillis(spentMillis: number, intervalMillis: number, isWriting: boolean): number {
  const share = spentMillis * PAUSES_PER_WORK[isWriting ? "writing" : "idle"];
  return Math.max(intervalMillis, Math.min(share, MAX_PAUSE_MILLIS));
}
