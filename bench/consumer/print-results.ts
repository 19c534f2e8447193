import { spreadOf } from "../agent/median.js";
import type { Latency } from "./measure-latency.js";

export interface Throughput {
  readonly perSecond: number;
  /** CPU of the measured process, microseconds a record. */
  readonly cpuMicros: number;
  readonly postgresMicros: number | undefined;
  readonly rssBytes: number;
}

export interface LightLoad {
  readonly perSecond: number;
  readonly latencies: readonly Latency[];
  /** Shares of one core. */
  readonly atRate: number;
  readonly idle: number;
}

/** Medians of the rounds, and each rate as a share of the ceilings. */
export function printResults(results: ReadonlyMap<string, readonly Throughput[]>, light: LightLoad): void {
  const rate = (side: string) => median(results.get(side)!.map(({ perSecond }) => perSecond));
  const consumer = rate("consumer");
  console.log("records/s, and CPU in microseconds a record; medians of the rounds\n");
  console.log(row("", "records/s", "own CPU", "Postgres", "RSS MB", "consumer is"));
  for (const [side, rounds] of results) {
    const own = median(rounds.map(({ cpuMicros }) => cpuMicros));
    const postgres = rounds
      .map(({ postgresMicros }) => postgresMicros)
      .filter((value) => value !== undefined);
    const rss = median(rounds.map(({ rssBytes }) => rssBytes)) / 1e6;
    const share = side === "consumer" ? "" : `${((consumer / rate(side)) * 100).toFixed(0)} %`;
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
  for (const { perSecond, p50Millis, p99Millis, maxMillis } of light.latencies)
    console.log(
      `end of an action to visible row at ${perSecond}/s: p50 ${p50Millis.toFixed(0)} ms, p99 ${p99Millis.toFixed(0)} ms, max ${maxMillis.toFixed(0)} ms`,
    );
  console.log(
    `consumer's CPU: ${percent(light.atRate)} of a core at ${light.perSecond}/s, ${percent(light.idle)} when idle`,
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const row = (first: string, ...cells: readonly string[]): string =>
  first.padEnd(18) + cells.map((cell) => cell.padStart(13)).join("");

export function median(values: readonly number[]): number {
  return spreadOf(values).median;
}
