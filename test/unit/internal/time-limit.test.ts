import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { withinMillis } from "../../../src/internal/time-limit.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Nobody but the listener knows the signal, as in a race with a promise that takes longer. */
const abortOf = (millis: number, signal?: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    withinMillis(millis, signal).addEventListener("abort", () => resolve("aborted"));
  });

test.each([
  ["alone", undefined],
  ["with another signal", new AbortController().signal],
])("the time comes, %s, also when garbage is collected meanwhile", async (_, signal) => {
  const aborted = abortOf(100, signal);
  for (let times = 0; times < 5; times++) {
    await sleep(5);
    collectGarbage();
  }
  expect(await aborted).toBe("aborted");
});

test("the other signal ends it at once", () => {
  const other = new AbortController();
  const signal = withinMillis(60_000, other.signal);
  expect(signal.aborted).toBe(false);
  other.abort();
  expect(signal.aborted).toBe(true);
});
