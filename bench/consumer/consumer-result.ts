import type { BenchResult, BenchRow } from "../agent/write-json.js";
import type { Latency } from "./measure-latency.js";
import { type LightLoad, median, type Throughput } from "./print-results.js";

/** What the benchmark found, beside its targets. */
export function consumerResult(
  results: ReadonlyMap<string, readonly Throughput[]>,
  light: LightLoad,
  conditions: BenchResult["conditions"],
): BenchResult {
  const of = (side: string, figure: (round: Throughput) => number | undefined) =>
    median((results.get(side) ?? []).flatMap((round) => figure(round) ?? []));
  const rate = (side: string) => of(side, ({ perSecond }) => perSecond);
  const own = (side: string) => of(side, ({ cpuMicros }) => cpuMicros);
  const postgres = (side: string) => of(side, ({ postgresMicros }) => postgresMicros);
  const bare = (name: string, value: number, unit: string, other: number, target: string): BenchRow => ({
    name,
    value,
    unit,
    peer: `loop by hand: ${other.toFixed(1)}`,
    ratio: value / other,
    target,
  });
  const peak = (side: string) => of(side, ({ peakBytes }) => peakBytes / 1e6);
  const { atRate, idle, latencies, perSecond } = light;
  return {
    name: "consumer",
    conditions,
    rows: [
      bare(
        "rows of actions",
        rate("consumer"),
        "rows/s",
        rate("bare loop"),
        ">= 43,000; >= 0.75 of the loop",
      ),
      bare("with file operations", rate("consumer, files"), "rows/s", rate("bare loop"), ""),
      bare("consumer's CPU", own("consumer"), "us a record", own("bare loop"), "<= 16"),
      bare("with file operations", own("consumer, files"), "us a record", own("bare loop"), "<= 22"),
      bare("Postgres's CPU", postgres("consumer"), "us a row", postgres("bare loop"), "<= 20"),
      bare("with file operations", postgres("consumer, files"), "us a row", postgres("bare loop"), "<= 26"),
      bare("peak memory", peak("consumer"), "MB", peak("bare loop"), "<= 250"),
      bare("with file operations", peak("consumer, files"), "MB", peak("bare loop"), "<= 250"),
      ...latencies.flatMap(latencyRows),
      percent(`consumer at ${perSecond}/s`, atRate.coreShare, "< 10"),
      { name: `writes at ${perSecond}/s`, value: atRate.writesPerSecond, unit: "a second" },
      { name: `one write at ${perSecond}/s, mean`, value: atRate.writeMillis, unit: "ms" },
      percent("consumer, idle", idle.coreShare, "< 1"),
    ],
  };
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
