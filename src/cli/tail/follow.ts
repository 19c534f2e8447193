import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { ShownAction } from "../actions/shown-action.js";
import type { ArrivalFeed } from "./arrival-feed.js";

export interface FollowOptions {
  readonly feed: ArrivalFeed;
  readonly show: (row: ShownAction) => void;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Whether the database is merely away, so that looking again later makes sense. */
  readonly isOutage: (error: unknown) => boolean;
  readonly onOutage: (error: unknown) => void;
  readonly onReturn: () => void;
}

const NEAR_EVERY_MILLIS = 500;
const FAR_EVERY_MILLIS = 5_000;
/** Looking takes at most this share of the time, so that a large table is not read without end. */
const MAX_SHARE = 0.1;
const MAX_OUTAGE_PAUSE_MILLIS = 5_000;

/** Shows rows as they arrive until the signal is aborted. Outages of the database are waited for. */
export async function follow(options: FollowOptions): Promise<void> {
  const { feed, show, signal, isOutage, onOutage, onReturn } = options;
  let failures = 0;
  let farAt = performance.now() + FAR_EVERY_MILLIS;
  let pause = NEAR_EVERY_MILLIS;
  while (await slept(pause, signal)) {
    const began = performance.now();
    const reach = began >= farAt || failures > 0 ? "far" : "near";
    try {
      for await (const row of feed.look(reach)) {
        if (signal.aborted) return;
        show(row);
      }
    } catch (error) {
      if (!isOutage(error)) throw error;
      if (failures === 0) onOutage(error);
      failures += 1;
      pause = Math.min(NEAR_EVERY_MILLIS * 2 ** failures, MAX_OUTAGE_PAUSE_MILLIS);
      continue;
    }
    if (failures > 0) onReturn();
    failures = 0;
    const cost = (performance.now() - began) / MAX_SHARE;
    if (reach === "far") farAt = performance.now() + Math.max(FAR_EVERY_MILLIS, cost);
    pause = reach === "far" ? NEAR_EVERY_MILLIS : Math.max(NEAR_EVERY_MILLIS, cost);
  }
}

/** Whether the time passed without the signal. */
function slept(millis: number, signal: AbortSignal): Promise<boolean> {
  return sleep(millis, true, { signal }).catch((error: unknown) => {
    if (signal.aborted) return false;
    throw error;
  });
}
