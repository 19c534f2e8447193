/** The process that is measured: warms up, does its actions at a rate, waits until they have arrived, and reports. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createSubject } from "./create-subject.js";
import { mainThreadMicros } from "./main-thread-micros.js";
import type { Load } from "./paced-load.js";
import { pacedLoad } from "./paced-load.js";
import type { Surroundings } from "./subject.js";
import type { Variant } from "./variants.js";

export interface Order {
  readonly variant: Variant;
  readonly surroundings: Surroundings;
  /** Done before measuring, after one action that makes the connections, so that code is compiled. */
  readonly warmUp: Load;
  readonly load: Load;
}

export interface Report {
  /** Processor time of all threads from the first action until the last one has arrived. */
  readonly cpuMicrosPerAction: number;
  /** That of the main thread alone; `undefined` where the system does not tell it. */
  readonly mainMicrosPerAction: number | undefined;
  /** How late the event loop was, beyond the interval of looking. */
  readonly delayP50Millis: number;
  readonly delayP99Millis: number;
  /** The first one and the warm-up included. */
  readonly arrived: number | undefined;
}

const LOOK_EVERY_MILLIS = 1;

process.once("message", async (order: Order) => {
  process.send?.(await measure(order));
  process.disconnect();
});

async function measure({ variant, surroundings, warmUp, load }: Order): Promise<Report> {
  const subject = await createSubject(variant, surroundings);
  await subject.act();
  await subject.settle();
  await pacedLoad(subject.act, warmUp);
  await subject.settle();

  const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MILLIS });
  delay.enable();
  const before = process.cpuUsage();
  const mainBefore = mainThreadMicros();
  await pacedLoad(subject.act, load);
  await subject.settle();
  const used = process.cpuUsage(before);
  const mainUsed = mainThreadMicros();
  delay.disable();

  const arrived = subject.arrived();
  await subject.close();
  const late = (percentile: number) => Math.max(0, delay.percentile(percentile) / 1e6 - LOOK_EVERY_MILLIS);
  return {
    cpuMicrosPerAction: (used.user + used.system) / load.actions,
    mainMicrosPerAction:
      mainUsed === undefined || mainBefore === undefined ? undefined : (mainUsed - mainBefore) / load.actions,
    delayP50Millis: late(50),
    delayP99Millis: late(99),
    arrived,
  };
}
