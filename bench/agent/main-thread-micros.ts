import { readFileSync } from "node:fs";

const NEVER_SET = new Int32Array(new SharedArrayBuffer(4));
const SHORT_SLEEP_MILLIS = 0.01;

/**
 * Processor time of the thread that asks, in microseconds, as Linux counts it; `undefined` on another system. Node 20 has no call for it:
 * `process.cpuUsage()` is of all threads. Linux counts when a thread stops running, so this one sleeps for a moment first.
 */
export function mainThreadMicros(): number | undefined {
  Atomics.wait(NEVER_SET, 0, 0, SHORT_SLEEP_MILLIS);
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1_000;
  } catch {
    return undefined;
  }
}
