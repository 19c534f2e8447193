/**
 * `tsx bench/agent/longest-block.ts`: how long one action with a large value holds the agent's event loop. The agent looks at every turn
 * what the turn took, in time and in processor time of its thread; on a machine that is busy, only the second says something. Both with the thread
 * for spans, as by default, and without it. Values are what programs have: "joined" and "JSON.stringify" are texts of which the engine has the pieces only.
 *
 *     tsx bench/agent/longest-block.ts --sizes 400000,50000000 --only text,objects --json FILE
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { LARGE_VALUES, type LargeValue } from "./large-values.js";
import type { BlockOrder, BlockReport } from "./longest-block-subject.js";
import { spreadOf } from "./median.js";
import { type BenchRow, writeJson } from "./write-json.js";

/** What the agent may be held for by one value, milliseconds. */
const TARGET_MILLIS = 10;

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "400000,1600000,10000000,50000000" },
    only: { type: "string", default: Object.keys(LARGE_VALUES).join(",") },
    rounds: { type: "string", default: "5" },
    json: { type: "string" },
  },
});
const sizes = values.sizes.split(",").map(Number);
const rows: BenchRow[] = [];

console.log(
  "Longest turn of the agent's loop, ms of its thread's processor time (of the clock): median of the rounds",
);
/** How rows are called; the default has no addition. */
const WAYS = [
  { spanThread: true, way: "" },
  { spanThread: false, way: ", without a thread for spans" },
] as const;

for (const { spanThread, way } of WAYS) {
  console.log(
    [
      `spanThread: ${spanThread}`.padEnd(44),
      ...sizes.map((size) => `${(size / 1e6).toFixed(1)} MB`.padStart(18)),
    ].join(""),
  );
  for (const name of values.only.split(",") as LargeValue[]) {
    const cells: string[] = [];
    for (const size of sizes) {
      const order = { name, size, rounds: Number(values.rounds), spanThread };
      const { cpuMillis, wallMillis } = await measure(order);
      const [cpu, wall] = [spreadOf(cpuMillis).median, spreadOf(wallMillis).median];
      cells.push(`${cpu.toFixed(1)} (${wall.toFixed(1)})`.padStart(18));
      rows.push({ name: `${name} ${size}${way}`, value: cpu, unit: "ms", target: `<= ${TARGET_MILLIS}` });
    }
    console.log(LARGE_VALUES[name].padEnd(44) + cells.join(""));
  }
}
if (values.json !== undefined)
  writeJson(values.json, { name: "longest-block", conditions: { rounds: values.rounds }, rows });

async function measure(order: BlockOrder): Promise<BlockReport> {
  const program = fileURLToPath(new URL("longest-block-subject.ts", import.meta.url));
  const subject = fork(program, {
    execArgv: ["--import", "tsx", "--expose-gc"],
    // The thread says that its server is not there.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(subject, "exit");
  subject.send(order);
  const [report] = await Promise.race([
    once(subject, "message"),
    ended.then(([code]) => Promise.reject(new Error(`${order.name} ${order.size} ended with ${code}`))),
  ]);
  await ended;
  return report;
}
