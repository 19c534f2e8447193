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
  readonly latency: Latency;
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
  const { p50Millis, p99Millis, maxMillis } = light.latency;
  console.log(
    `\npublish to visible row at ${light.perSecond}/s: p50 ${p50Millis.toFixed(0)} ms, p99 ${p99Millis.toFixed(0)} ms, max ${maxMillis.toFixed(0)} ms`,
  );
  console.log(
    `consumer's CPU: ${percent(light.atRate)} of a core at that rate, ${percent(light.idle)} when idle`,
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const row = (first: string, ...cells: readonly string[]): string =>
  first.padEnd(14) + cells.map((cell) => cell.padStart(13)).join("");

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
