import type { Report } from "./measured-agent.js";
import { type Spread, spreadOf } from "./median.js";
import { VARIANTS, type Variant } from "./variants.js";

export interface Measurement extends Report {
  readonly lost: number;
}

export type Results = Readonly<Partial<Record<Variant, readonly Measurement[]>>>;

/** One line a variant: medians of the rounds, with the lowest and highest of the CPU figure. */
export function printResults(results: Results): void {
  const cpu = (variant: Variant) =>
    spreadOf((results[variant] ?? []).map((report) => report.cpuMicrosPerAction));
  const base = results.bare ? cpu("bare").median : 0;
  const ceiling = results.kafkajs ? cpu("kafkajs").median - base : undefined;
  const otlp = results["batch-otlp"] ? cpu("batch-otlp").median - base : undefined;

  console.log(
    "CPU in microseconds an action, event-loop delay in milliseconds; medians of the rounds (lowest..highest)\n",
  );
  console.log(row("", "CPU", "", "added", "main", "x kafkajs", "x otlp", "delay p50", "p99", "lost"));
  for (const [variant, reports] of Object.entries(results) as [Variant, readonly Measurement[]][]) {
    const { median, lowest, highest }: Spread = cpu(variant);
    const added = median - base;
    console.log(
      row(
        VARIANTS[variant],
        median.toFixed(1),
        `(${lowest.toFixed(1)}..${highest.toFixed(1)})`,
        added.toFixed(1),
        mainOf(reports)?.toFixed(1) ?? "",
        ratio(added, ceiling),
        ratio(added, otlp),
        spreadOf(reports.map((report) => report.delayP50Millis)).median.toFixed(2),
        spreadOf(reports.map((report) => report.delayP99Millis)).median.toFixed(2),
        String(reports.reduce((sum, { lost }) => sum + lost, 0)),
      ),
    );
  }
}

/** Of the main thread alone. */
function mainOf(reports: readonly Measurement[]): number | undefined {
  const micros = reports.flatMap(({ mainMicrosPerAction }) => mainMicrosPerAction ?? []);
  return micros.length === 0 ? undefined : spreadOf(micros).median;
}

const WIDTHS = [56, 8, 16, 8, 8, 11, 8, 11, 8, 7] as const;

const row = (...cells: readonly string[]): string =>
  cells
    .map((cell, index) => (index === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[index] ?? 8)))
    .join("");

const ratio = (added: number, other: number | undefined): string =>
  other === undefined || other <= 0 ? "" : (added / other).toFixed(2);
