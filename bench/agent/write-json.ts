import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";

/** One figure, beside what it is held against. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Of the rounds, whose median the value is. */
  readonly lowest?: number | undefined;
  readonly highest?: number | undefined;
  /** How many rows of a table it was measured on. */
  readonly size?: number | undefined;
  /** Of the same round. */
  readonly peer?: string | undefined;
  /** Ours by the peer's. */
  readonly ratio?: number | undefined;
  /** What it is to be. */
  readonly target?: string | undefined;
}

export interface BenchResult {
  readonly name: string;
  readonly conditions: Readonly<Record<string, string | number>>;
  readonly rows: readonly BenchRow[];
  /** Of peers that gave no figures: the rest holds. */
  readonly failures?: readonly string[];
}

/** Writes what a benchmark found, and on which machine. */
export function writeJson(file: string, { name, conditions, rows, failures = [] }: BenchResult): void {
  const machine = { node: process.version, cores: cpus().length, load: Number(loadavg()[0]?.toFixed(1)) };
  const result: BenchResult = {
    name,
    conditions: { ...machine, ...conditions },
    rows,
    ...(failures.length > 0 && { failures }),
  };
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
}
