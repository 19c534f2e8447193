/** `npx tsx bench/spool/cost.ts`: what an action costs by the mode of the spool. See ../README.md. */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { spreadOf } from "../agent/median.js";
import type { CostOrder, CostReport } from "./measured-cost.js";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, actions: { type: "string", default: "20000" } },
});

const CASES: readonly (Omit<CostOrder, "directory" | "actions"> & { readonly name: string })[] = [
  { name: "off, Kafka there", spool: "off", fsync: "never", isAway: false },
  { name: "overflow, Kafka there", spool: "overflow", fsync: "interval", isAway: false },
  {
    name: "overflow, Kafka away: to the disk in the background",
    spool: "overflow",
    fsync: "interval",
    isAway: true,
  },
  { name: "always, fsync never, Kafka there", spool: "always", fsync: "never", isAway: false },
  { name: "always, fsync interval, Kafka there", spool: "always", fsync: "interval", isAway: false },
  { name: "always, fsync interval, Kafka away", spool: "always", fsync: "interval", isAway: true },
  { name: "always, fsync always, Kafka there", spool: "always", fsync: "always", isAway: false },
];

const PROGRAM = fileURLToPath(new URL("measured-cost.ts", import.meta.url));

function measure(order: CostOrder): Promise<CostReport> {
  return new Promise((resolve, reject) => {
    const child = fork(PROGRAM, { execArgv: ["--import", "tsx"] });
    child.once("message", (report) => resolve(report as CostReport));
    child.once("exit", (code) => reject(new Error(`It ended with ${code} and no report.`)));
    child.send(order);
  });
}

const reports = new Map<string, CostReport[]>(CASES.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++)
  for (const { name, ...given } of CASES) {
    const directory = mkdtempSync(join(tmpdir(), "agent-actions-bench-"));
    const actions = given.fsync === "always" ? Number(values.actions) / 10 : Number(values.actions);
    console.error(`round ${round + 1}: ${name}`);
    reports.get(name)!.push(await measure({ ...given, actions, directory }));
    rmSync(directory, { recursive: true });
  }

console.log("CPU and turn in microseconds an action; medians of the rounds (lowest..highest)\n");
for (const [name, of] of reports) {
  const cpu = spreadOf(of.map(({ cpuMicros }) => cpuMicros));
  const turn = spreadOf(of.map(({ turnMicros }) => turnMicros));
  const late = spreadOf(of.map(({ delayP99Millis }) => delayP99Millis));
  console.log(
    `${name.padEnd(54)} CPU ${cpu.median.toFixed(1)} (${cpu.lowest.toFixed(1)}..${cpu.highest.toFixed(1)})   turn ${turn.median.toFixed(1)}   delay p99 ${late.median.toFixed(2)} ms`,
  );
}
