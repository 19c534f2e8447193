import type { BenchResult, BenchRow } from "../agent/write-json.js";
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
  const rss = of("consumer, files", ({ rssBytes }) => rssBytes / 1e6);
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
      { name: "memory at the end", value: rss, unit: "MB", target: "<= 250" },
      ...light.latencies.flatMap(({ perSecond, p50Millis, p99Millis }): BenchRow[] => [
        {
          name: `end to row at ${perSecond}/s, p50`,
          value: p50Millis,
          unit: "ms",
          target: perSecond < 5_000 ? "< 12" : "",
        },
        {
          name: `end to row at ${perSecond}/s, p99`,
          value: p99Millis,
          unit: "ms",
          target: perSecond < 5_000 ? "< 30" : "< 100",
        },
      ]),
      {
        name: `consumer at ${light.perSecond}/s`,
        value: light.atRate * 100,
        unit: "% of a core",
        target: "< 10",
      },
      { name: "consumer, idle", value: light.idle * 100, unit: "% of a core", target: "< 1" },
    ],
  };
}
