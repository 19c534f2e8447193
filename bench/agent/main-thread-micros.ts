import { readFileSync } from "node:fs";

/**
 * Processor time of the thread that asks, in microseconds, as Linux counts it; `undefined` on another system. Node 20 has no call for it:
 * `process.cpuUsage()` is of all threads.
 */
export function mainThreadMicros(): number | undefined {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1_000;
  } catch {
    return undefined;
  }
}
