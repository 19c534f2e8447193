import { spreadOf } from "../agent/median.js";
import type { Latency } from "./measure-latency.js";

export interface Throughput {
  readonly perSecond: number;
  /** CPU of the measured process, microseconds a record. */
  readonly cpuMicros: number;
  readonly postgresMicros: number | undefined;
  readonly peakBytes: number;
}

export interface LightLoad {
  readonly perSecond: number;
  readonly latencies: readonly Latency[];
  /** At `perSecond`. */
  readonly atRate: Course;
  readonly idle: Course;
}

/** The consumer over some seconds. */
export interface Course {
  /** Of one core. */
  readonly coreShare: number;
  /** Transactions with rows. */
  readonly writesPerSecond: number;
  /** What one of them takes on average, from the first statement to the commit; 0 where there was none. */
  readonly writeMillis: number;
}

/** Medians of the rounds, and each rate as a share of the ceilings. */
export function printResults(
  results: ReadonlyMap<string, readonly Throughput[]>,
  light: LightLoad | undefined,
): void {
  const rate = (side: string) => median((results.get(side) ?? []).map(({ perSecond }) => perSecond));
  const consumer = rate("consumer");
  console.log("records/s, and CPU in microseconds a record; medians of the rounds\n");
  console.log(row("", "records/s", "own CPU", "Postgres", "peak MB", "consumer is"));
  for (const [side, rounds] of results) {
    const own = median(rounds.map(({ cpuMicros }) => cpuMicros));
    const postgres = rounds
      .map(({ postgresMicros }) => postgresMicros)
      .filter((value) => value !== undefined);
    const rss = median(rounds.map(({ peakBytes }) => peakBytes)) / 1e6;
    const share =
      side === "consumer" || !results.has("consumer")
        ? ""
        : `${((consumer / rate(side)) * 100).toFixed(0)} %`;
    console.log(
      row(
        side,
        rate(side).toFixed(0),
        own.toFixed(1),
        postgres.length > 0 && side !== "read only" ? median(postgres).toFixed(1) : "",
        rss.toFixed(0),
        share,
      ),
    );
  }
  console.log("");
  if (light === undefined) return;
  for (const { perSecond, acknowledged, stored, ...whole } of light.latencies)
    console.log(
      `end of an action to visible row at ${perSecond}/s: ${spread(whole)}; of it until Kafka has it ${spread(acknowledged)}, from there ${spread(stored)}`,
    );
  const { coreShare, writesPerSecond, writeMillis } = light.atRate;
  console.log(
    `consumer at ${light.perSecond}/s: ${percent(coreShare)} of a core, ${writesPerSecond.toFixed(0)} writes a second of ${writeMillis.toFixed(1)} ms each; ${percent(light.idle.coreShare)} when idle`,
  );
}

const spread = ({ p50Millis, p99Millis, maxMillis }: Latency["stored"]): string =>
  `p50 ${p50Millis.toFixed(1)} ms, p99 ${p99Millis.toFixed(1)}, max ${maxMillis.toFixed(0)}`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const row = (first: string, ...cells: readonly string[]): string =>
  first.padEnd(18) + cells.map((cell) => cell.padStart(13)).join("");

export function median(values: readonly number[]): number {
  return spreadOf(values).median;
}
