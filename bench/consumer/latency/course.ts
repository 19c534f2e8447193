import { setTimeout as sleep } from "node:timers/promises";
import type { MeasuredChild } from "../measured-child.js";

/** The consumer over some seconds. */
export interface Course {
  /** Of one core. */
  readonly coreShare: number;
  /** Transactions with rows. */
  readonly writesPerSecond: number;
  /** What one of them takes on average, from the first statement to the commit; 0 where there was none. */
  readonly writeMillis: number;
}

export async function courseOf(child: MeasuredChild, seconds: number): Promise<Course> {
  const before = await child.read();
  await sleep(seconds * 1_000);
  const after = await child.read();
  const writes = (after.writes?.count ?? 0) - (before.writes?.count ?? 0);
  return {
    coreShare: (after.cpuSeconds - before.cpuSeconds) / seconds,
    writesPerSecond: writes / seconds,
    writeMillis: writes === 0 ? 0 : ((after.writes?.millis ?? 0) - (before.writes?.millis ?? 0)) / writes,
  };
}
