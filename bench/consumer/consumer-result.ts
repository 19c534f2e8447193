import { spreadOf } from "../agent/median.js";
import type { BenchResult, BenchRow } from "../agent/write-json.js";
import type { Latency } from "./measure-latency.js";
import type { LightLoad, Throughput } from "./print-results.js";

/** What the benchmark found: of every side all figures, and of the consumer what it does and costs at steady rates. */
export function consumerResult(
  results: ReadonlyMap<string, readonly Throughput[]>,
  light: LightLoad | undefined,
  conditions: BenchResult["conditions"],
): BenchResult {
  const sides = [...results].flatMap(([side, rounds]) => sideRows(side, rounds));
  return { name: "consumer", conditions, rows: [...sides, ...(light === undefined ? [] : lightRows(light))] };
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
    ...row("own CPU", "us a record", ({ cpuMicros }) => cpuMicros),
    ...row("Postgres's CPU", "us a row", ({ postgresMicros }) => postgresMicros),
    ...row("peak memory", "MB", ({ peakBytes }) => peakBytes / 1e6),
  ];
}

function lightRows({ atRate, idle, latencies, perSecond }: LightLoad): BenchRow[] {
  return [
    ...latencies.flatMap(latencyRows),
    percent(`consumer at ${perSecond}/s`, atRate.coreShare, "< 10"),
    { name: `writes at ${perSecond}/s`, value: atRate.writesPerSecond, unit: "a second" },
    { name: `one write at ${perSecond}/s, mean`, value: atRate.writeMillis, unit: "ms" },
    percent("consumer, idle", idle.coreShare, "< 1"),
  ];
}

const percent = (name: string, share: number, target: string): BenchRow => ({
  name,
  value: share * 100,
  unit: "% of a core",
  target,
});

function latencyRows({ perSecond, acknowledged, stored, ...whole }: Latency): BenchRow[] {
  const rows = (name: string, { p50Millis, p99Millis }: Latency["stored"]): [BenchRow, BenchRow] => [
    { name: `${name} at ${perSecond}/s, p50`, value: p50Millis, unit: "ms" },
    { name: `${name} at ${perSecond}/s, p99`, value: p99Millis, unit: "ms" },
  ];
  const [half, most] = rows("end to row", whole);
  return [
    perSecond < 5_000 ? { ...half, target: "< 12" } : half,
    { ...most, target: perSecond < 5_000 ? "< 30" : "< 100" },
    ...rows("end to Kafka", acknowledged),
    ...rows("Kafka to row", stored),
  ];
}
