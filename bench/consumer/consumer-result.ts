import { spreadOf } from "../agent/median.js";
import type { BenchResult, BenchRow } from "../agent/write-json.js";
import type { Throughput } from "./print-results.js";

/** What the benchmark found: of every side all figures. */
export function consumerResult(
  results: ReadonlyMap<string, readonly Throughput[]>,
  conditions: BenchResult["conditions"],
): BenchResult {
  return {
    name: "consumer",
    conditions,
    rows: [...results].flatMap(([side, rounds]) => sideRows(side, rounds)),
  };
}

function sideRows(side: string, rounds: readonly Throughput[]): BenchRow[] {
  const row = (name: string, unit: string, of: (round: Throughput) => number | undefined): BenchRow[] => {
    const values = rounds.flatMap((round) => of(round) ?? []);
    if (values.length === 0) return [];
    const { median, lowest, highest } = spreadOf(values);
    return [{ name: `${side}: ${name}`, value: median, unit, lowest, highest }];
  };
  return [
    ...row("rows", "rows/s", ({ perSecond }) => perSecond),
    ...row("values", "MB/s", ({ perSecond, bytes }) => (perSecond * bytes) / 1e6),
    ...row("own CPU", "us a record", ({ cpuMicros }) => cpuMicros),
    ...row("Postgres's CPU", "us a row", ({ postgresMicros }) => postgresMicros),
    ...row("peak memory", "MB", ({ peakBytes }) => peakBytes / 1e6),
  ];
}
