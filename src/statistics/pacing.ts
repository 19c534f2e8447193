import type { Bucket, Resolution } from "./statistics-statements.js";

/**
 * A bucket that goes on changes with every row, and is computed anew each time. So that a row is not read again and again, one is computed
 * less often the more it holds: views show it as it was until it is due, at the latest when it is over. Of what holds thousands of actions,
 * nearly all are read once.
 */
interface Pace {
  /** Share of the time of one core, in percent, that computing one takes at most while it goes on. */
  readonly sharePercent: (actions: number) => number;
  readonly maxWaitMillis: number;
  readonly widthMillis: number;
}

const MINUTE_MILLIS = 60_000;
/** What comes late by so much is in what is computed when a bucket is over. */
const GRACE_MILLIS = 3_000;

/** A bucket that would be due after this share of what is left of it is computed when it is over. */
const WORTH_WAITING = 1 / 3;

/** Of an hour, a day or a week with fewer actions, the cost does not matter. */
const FEW_ACTIONS = 20_000;
const ofSums = (actions: number): number => (actions < FEW_ACTIONS ? 1 : 0.005);

const PACES: Readonly<Record<Resolution, Pace>> = {
  minute: { sharePercent: () => 0.01, maxWaitMillis: MINUTE_MILLIS, widthMillis: MINUTE_MILLIS },
  hour: { sharePercent: ofSums, maxWaitMillis: 5 * MINUTE_MILLIS, widthMillis: 60 * MINUTE_MILLIS },
  day: { sharePercent: ofSums, maxWaitMillis: 10 * MINUTE_MILLIS, widthMillis: 1_440 * MINUTE_MILLIS },
  // Until it is over, its days are asked.
  week: { sharePercent: ofSums, maxWaitMillis: 60 * MINUTE_MILLIS, widthMillis: 10_080 * MINUTE_MILLIS },
};

/** What computing a minute takes on an idle core, in milliseconds, so that a busy machine does not show them later than an idle one. */
const MINUTE_COST = { each: 0.4, perAction: 0.002 };

const FIRST_RETRY_MILLIS = 1_000;
const MAX_RETRY_MILLIS = 300_000;

/** A bucket is remembered as long as that can make a difference. */
const REMEMBERED_MILLIS = 900_000;

/** A moment by two clocks, in milliseconds. */
export interface Now {
  /** One that only goes forward. */
  readonly steady: number;
  /** Since 1970, as rows are dated. */
  readonly wall: number;
}

export const nowOf = (): Now => ({ steady: performance.now(), wall: Date.now() });

interface Memory {
  readonly at: Now;
  readonly notBefore: number;
  readonly failures: number;
}

/** Says which buckets may be computed now. */
export class Pacing {
  readonly #memory = new Map<string, Memory>();
  #consolidated = Number.NEGATIVE_INFINITY;

  isDue(bucket: Bucket, now: Now): boolean {
    const memory = this.#memory.get(keyOf(bucket));
    if (memory === undefined || memory.notBefore <= now.steady) return true;
    const end = endOf(bucket) + GRACE_MILLIS;
    return memory.failures === 0 && memory.at.wall < end && now.wall >= end;
  }

  /** @param actions how many the bucket holds */
  computed(bucket: Bucket, tookMillis: number, actions: number, now: Now): void {
    const { sharePercent, maxWaitMillis } = PACES[bucket.resolution];
    const cost =
      bucket.resolution === "minute" ? MINUTE_COST.each + MINUTE_COST.perAction * actions : tookMillis;
    const wait = Math.min((cost * 100) / sharePercent(actions) - cost, maxWaitMillis);
    const left = endOf(bucket) + GRACE_MILLIS - now.wall;
    // Shortly before the end, most of it would be read twice.
    const isNearEnd = left > 0 && left <= maxWaitMillis + GRACE_MILLIS && wait > left * WORTH_WAITING;
    this.#memory.set(keyOf(bucket), {
      at: now,
      notBefore: now.steady + (isNearEnd ? left : wait),
      failures: 0,
    });
  }

  /** One that fails again and again stands in no other's way. */
  failed(bucket: Bucket, now: Now): void {
    const key = keyOf(bucket);
    const failures = (this.#memory.get(key)?.failures ?? 0) + 1;
    const wait = Math.min(FIRST_RETRY_MILLIS * 2 ** Math.min(failures - 1, 20), MAX_RETRY_MILLIS);
    this.#memory.set(key, { at: now, notBefore: now.steady + wait, failures });
  }

  /** Whether to look now for minutes that have become an hour: so many hours need no look every second. */
  consolidates({ steady }: Now): boolean {
    if (steady - this.#consolidated < MINUTE_MILLIS) return false;
    this.#consolidated = steady;
    return true;
  }

  /** Drops what makes no difference any more. */
  forgetOld({ steady }: Now): void {
    for (const [key, { at }] of this.#memory)
      if (at.steady + REMEMBERED_MILLIS < steady) this.#memory.delete(key);
  }
}

const keyOf = ({ resolution, start }: Bucket): string => `${resolution} ${start}`;

/** When it is over; one at a time that JavaScript does not know was over long ago. */
function endOf({ resolution, start }: Bucket): number {
  const began = Date.parse(start);
  return Number.isNaN(began) ? 0 : began + PACES[resolution].widthMillis;
}

/** Of the time of one of Postgres's cores, statistics take a twentieth beside a consumer that writes, and a quarter otherwise. */
const PAUSES_PER_WORK = { writing: 19, idle: 3 } as const;
const MAX_PAUSE_MILLIS = 60_000;

/** How long to pause after so much work. */
export function pauseMillis(spentMillis: number, intervalMillis: number, isWriting: boolean): number {
  const share = spentMillis * PAUSES_PER_WORK[isWriting ? "writing" : "idle"];
  return Math.max(intervalMillis, Math.min(share, MAX_PAUSE_MILLIS));
}
