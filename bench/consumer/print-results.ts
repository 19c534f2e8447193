import { spreadOf } from "../agent/median.js";

export interface Throughput {
  readonly perSecond: number;
  /** CPU of the measured process, microseconds a record. */
  readonly cpuMicros: number;
  readonly postgresMicros: number | undefined;
  readonly peakBytes: number;
  /** Of a record's value, on average. */
  readonly bytes: number;
}

/** Medians of the rounds, and each rate as a share of the ceilings. */
export function printResults(results: ReadonlyMap<string, readonly Throughput[]>): void {
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
}

const row = (first: string, ...cells: readonly string[]): string =>
  first.padEnd(30) + cells.map((cell) => cell.padStart(13)).join("");

export function median(values: readonly number[]): number {
  return spreadOf(values).median;
}
