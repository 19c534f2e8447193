import { setTimeout as sleep } from "node:timers/promises";
import type { MeasuredChild, Reading } from "./measured-child.js";

const LOOK_MILLIS = 10;
/** Of the records: with fewer, it is the start that is measured. */
const LEAST_SHARE = 0.3;

/** From when all are at work until all is done. */
export interface Together {
  readonly perSecond: number;
  /** Of all processes. */
  readonly cpuMicros: number;
  /** Of the one that takes most. */
  readonly peakBytes: number;
}

/**
 * Some consumers of one group on one topic. What one of them does before the others have their partitions is not measured, and no more is what
 * comes again because of that: it waits until each says that nothing is left for it.
 *
 * @throws when they had nearly done before all were at work
 */
export async function measureTogether(
  children: readonly MeasuredChild[],
  records: number,
): Promise<Together> {
  const readAll = (): Promise<Reading[]> => Promise.all(children.map((child) => child.read()));
  const sum = (readings: readonly Reading[], of: (reading: Reading) => number): number =>
    readings.reduce((total, reading) => total + of(reading), 0);
  let first = await readAll();
  while (!first.every((reading) => reading.records > 0)) {
    await sleep(LOOK_MILLIS);
    first = await readAll();
  }
  const began = performance.now();
  const left = records - sum(first, (reading) => reading.records);
  if (left < records * LEAST_SHARE)
    throw new Error(
      `Only ${left} of ${records} records were left when all consumers were at work. Give more with --records.`,
    );
  let last = first;
  while (
    !last.every(({ isThrough }) => isThrough === true) ||
    sum(last, (reading) => reading.records) < records
  ) {
    await sleep(LOOK_MILLIS);
    last = await readAll();
  }
  const seconds = (performance.now() - began) / 1_000;
  const done = sum(last, (reading) => reading.records) - sum(first, (reading) => reading.records);
  return {
    perSecond: done / seconds,
    cpuMicros:
      ((sum(last, (reading) => reading.cpuSeconds) - sum(first, (reading) => reading.cpuSeconds)) / done) *
      1e6,
    peakBytes: Math.max(...last.map(({ peakBytes }) => peakBytes)),
  };
}
