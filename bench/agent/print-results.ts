import type { Report } from "./measured-agent.js";
import { type Spread, spreadOf } from "./median.js";
import { VARIANTS, type Variant } from "./variants.js";
import type { BenchRow } from "./write-json.js";

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

/** What the targets are held against. @param mark behind the name of a variant: `200 B` */
export function benchRows(results: Results, mark: string): BenchRow[] {
  const median = (variant: Variant, of: (one: Measurement) => number | undefined): number | undefined => {
    const values = (results[variant] ?? []).flatMap((one) => of(one) ?? []);
    return values.length === 0 ? undefined : spreadOf(values).median;
  };
  const added = (variant: Variant, of: (one: Measurement) => number | undefined) => {
    const [value, base] = [median(variant, of), median("bare", of) ?? 0];
    return value === undefined ? undefined : value - base;
  };
  const cpu = (one: Measurement) => one.cpuMicrosPerAction;
  const main = (one: Measurement) => one.mainMicrosPerAction;
  const peer = added("batch-otlp", main);
  const rows: BenchRow[] = [];
  for (const [variant, reports] of Object.entries(results) as [Variant, readonly Measurement[]][]) {
    const add = (what: string, unit: string, value: number | undefined, more: Partial<BenchRow> = {}) => {
      if (value !== undefined) rows.push({ name: `${variant} ${mark}: ${what}`, value, unit, ...more });
    };
    const isOurs = variant === "own-kafka" || variant === "thread-kafka";
    const mainAdded = added(variant, main);
    const spread = (of: (one: Measurement) => number | undefined, base = 0): Partial<BenchRow> => {
      const values = reports.flatMap((one) => of(one) ?? []);
      if (values.length === 0) return {};
      const { lowest, highest } = spreadOf(values);
      return { lowest: lowest - base, highest: highest - base };
    };
    const ratio = peer === undefined || mainAdded === undefined ? undefined : mainAdded / peer;
    add("CPU of all threads, added", "µs an action", added(variant, cpu), {
      ...spread(cpu, median("bare", cpu)),
      ...(isOurs && { target: "<= 100" }),
    });
    add("CPU of the main thread, added", "µs an action", mainAdded, {
      ...spread(main, median("bare", main)),
      ...(ratio !== undefined && { peer: "batch-otlp", ratio }),
      ...(isOurs && { target: "ratio <= 1.0" }),
    });
    add(
      "delay of the loop, p99",
      "ms",
      median(variant, ({ delayP99Millis }) => delayP99Millis),
      spread(({ delayP99Millis }) => delayP99Millis),
    );
    add(
      "lost",
      "actions",
      reports.reduce((sum, { lost }) => sum + lost, 0),
      isOurs ? { target: "0" } : {},
    );
  }
  return rows;
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
