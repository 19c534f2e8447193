import type { BenchResult, BenchRow } from "../../agent/write-json.js";
import { plainTable } from "../../summary-table.js";
import type { Course } from "./course.js";
import type { Latency } from "./measure-latency.js";
import type { Spread, Stage } from "./stages.js";

/** What the consumer does and costs. */
export interface Quiet {
  readonly perSecond: number;
  readonly atRate: Course;
  readonly idle: Course;
}

export function latencyResult(
  latencies: readonly Latency[],
  quiet: Quiet,
  conditions: BenchResult["conditions"],
): BenchResult {
  return { name: "latency", conditions, rows: [...latencies.flatMap(latencyRows), ...quietRows(quiet)] };
}

function latencyRows({ perSecond, stages }: Latency): BenchRow[] {
  return (Object.entries(stages) as [Stage, Spread][]).flatMap(([stage, spread]) =>
    [
      ["p50", spread.p50Millis] as const,
      ["p95", spread.p95Millis] as const,
      ["p99", spread.p99Millis] as const,
    ].map(([percentile, value]) => ({
      name: `${stage} at ${perSecond}/s, ${percentile}`,
      value,
      unit: "ms",
    })),
  );
}

function quietRows({ perSecond, atRate, idle }: Quiet): BenchRow[] {
  const percent = (name: string, share: number): BenchRow => ({
    name,
    value: share * 100,
    unit: "% of a core",
  });
  return [
    percent(`consumer at ${perSecond}/s`, atRate.coreShare),
    { name: `writes at ${perSecond}/s`, value: atRate.writesPerSecond, unit: "a second" },
    { name: `one write at ${perSecond}/s, mean`, value: atRate.writeMillis, unit: "ms" },
    percent("consumer, idle", idle.coreShare),
  ];
}

export function printLatencies(latencies: readonly Latency[], quiet: Quiet): void {
  const cells = latencies.flatMap(({ perSecond, rows, stages }) =>
    Object.entries(stages).map(([stage, { p50Millis, p95Millis, p99Millis, maxMillis }], index) => [
      index === 0 ? `${perSecond}/s` : "",
      index === 0 ? String(rows) : "",
      stage,
      ...[p50Millis, p95Millis, p99Millis, maxMillis].map((value) => value.toFixed(1).padStart(7)),
    ]),
  );
  console.log(plainTable(["rate", "rows", "ms", "    p50", "    p95", "    p99", "    max"], cells));
  for (const { name, value, unit } of quietRows(quiet)) console.log(`${name}: ${value.toFixed(2)} ${unit}`);
}
