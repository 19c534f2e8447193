import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "../../errors.js";
import { classifyFailure } from "../../store/sqlstate.js";
import { storeFailure } from "../../store/store-failure.js";
import { formatDuration } from "../format/values.js";
import type { Output } from "../framework/output.js";

export const isOutage = (error: unknown): boolean =>
  error instanceof StoreError ? error.retriable : ["outage", "contention"].includes(classifyFailure(error));

/** What is said of the database while it is followed. */
export function announcements(out: Output, target: string) {
  const { dim, warn } = out.progressStyle;
  return {
    onOutage: (error: unknown) =>
      out.progress(warn(`${storeFailure(error).message}. Waiting for ${target} to come back.`)),
    onReturn: () => out.progress(dim("Postgres is back; nothing was missed.")),
    onDelay: (millis: number) =>
      out.progress(
        warn(
          `Rows have waited for ${formatDuration(millis)} behind a transaction of this server that is open: they are shown when it ends.`,
        ),
      ),
  };
}

export interface FollowOptions<Event> {
  readonly feed: {
    /** What has changed since the last look. */
    look(): AsyncIterable<Event>;
  };
  readonly show: (event: Event) => void;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Whether the database is merely away, so that looking again later makes sense. */
  readonly isOutage: (error: unknown) => boolean;
  readonly onOutage: (error: unknown) => void;
  readonly onReturn: () => void;
  /** For how many milliseconds rows have been kept back by a transaction that is open. */
  readonly delay: () => Promise<number>;
  readonly onDelay: (millis: number) => void;
}

const LOOK_EVERY_MILLIS = 300;
const MAX_OUTAGE_PAUSE_MILLIS = 5_000;
const DELAY_EVERY_MILLIS = 5_000;
/** Rows that wait for longer than this are worth a word. */
const LONG_DELAY_MILLIS = 5_000;

/** Shows rows as they arrive and change until the signal is aborted. Outages of the database are waited for. */
export async function follow<Event>(options: FollowOptions<Event>): Promise<void> {
  const { feed, show, signal, isOutage, onOutage, onReturn } = options;
  let failures = 0;
  let pause = LOOK_EVERY_MILLIS;
  let delayAt = performance.now() + DELAY_EVERY_MILLIS;
  let isToldDelay = false;
  while (await slept(pause, signal)) {
    try {
      for await (const event of feed.look()) {
        if (signal.aborted) return;
        show(event);
      }
      if (performance.now() >= delayAt) {
        delayAt = performance.now() + DELAY_EVERY_MILLIS;
        const delay = await options.delay();
        if (delay > LONG_DELAY_MILLIS && !isToldDelay) options.onDelay(delay);
        isToldDelay = delay > LONG_DELAY_MILLIS;
      }
    } catch (error) {
      if (!isOutage(error)) throw error;
      if (failures === 0) onOutage(error);
      failures += 1;
      pause = Math.min(LOOK_EVERY_MILLIS * 2 ** failures, MAX_OUTAGE_PAUSE_MILLIS);
      continue;
    }
    if (failures > 0) onReturn();
    failures = 0;
    pause = LOOK_EVERY_MILLIS;
  }
}

/** Whether the time passed without the signal. */
function slept(millis: number, signal: AbortSignal): Promise<boolean> {
  return sleep(millis, true, { signal }).catch((error: unknown) => {
    if (signal.aborted) return false;
    throw error;
  });
}
