import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { TestRunner } from "vitest";

/** What is left for the failure to be told before the test's own time is up. */
const TELLING_MILLIS = 1_500;
/** Where no test is running: below the time that hooks have. */
const HOOK_MILLIS = 290_000;
const PAUSE_MILLIS = 20;

export interface UntilOptions {
  /** What to say of the state when the time is up. @default the condition itself */
  readonly seen?: () => unknown;
  /** @default what the test has left */
  readonly millis?: number;
}

/**
 * Asks until it is so. Throws shortly before the time of the test is up, with the condition and with what was seen last: a machine may be
 * as slow as it likes, and a failure says more than that time ran out.
 */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  { seen, millis = timeLeft() }: UntilOptions = {},
): Promise<void> {
  const end = performance.now() + millis;
  while (!(await isSo())) {
    if (performance.now() >= end)
      throw new Error(
        `was not so within ${Math.round(millis)} ms: ${isSo}\n${seen === undefined ? "" : `seen last: ${inspect(await seen(), { depth: 6 })}`}`,
      );
    await sleep(PAUSE_MILLIS);
  }
}

function timeLeft(): number {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) return HOOK_MILLIS;
  const spent = Date.now() - (test.result?.startTime ?? Date.now());
  return Math.max(test.timeout - spent - TELLING_MILLIS, 0);
}
