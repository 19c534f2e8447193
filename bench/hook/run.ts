/**
 * What a hook costs: `npx tsx bench/hook/run.ts [rounds]` after `npm run build`. In turns, so that a busy machine is as busy for each: Node alone, a hook whose service
 * takes the event, and one that reaches no service and has to keep the event.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const FIXTURE = fileURLToPath(new URL("../../test/fixtures/hooks/claude-code.jsonl", import.meta.url));
const rounds = Number(process.argv[2] ?? 50);

const folder = mkdtempSync(join(tmpdir(), "bench-hook-"));
// Reads what the process took when it ends, by a preloaded module: nothing of it is in the process itself.
const meter = join(folder, "meter.mjs");
writeFileSync(
  meter,
  'import { writeSync } from "node:fs";\nprocess.on("exit", () => { const { user, system } = process.cpuUsage(); try { writeSync(3, String((user + system) / 1000)); } catch {} });\n',
);
const empty = join(folder, "empty.mjs");
writeFileSync(empty, "");

const server = createServer((request, response) => {
  request.resume().on("end", () => response.end('{"accepted":1}'));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const event =
  readFileSync(FIXTURE, "utf8")
    .split("\n")
    .find((line) => line.includes('"PostToolUse"')) ?? "";

interface Run {
  readonly wallMillis: number;
  readonly cpuMillis: number;
}

async function measured(args: readonly string[]): Promise<Run> {
  const began = performance.now();
  const child = spawn(process.execPath, ["--import", meter, ...args], {
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  let cpu = "";
  (child.stdio[3] as NodeJS.ReadableStream).on("data", (data) => {
    cpu += String(data);
  });
  child.stdin?.end(event);
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}`);
  return { wallMillis: performance.now() - began, cpuMillis: Number(cpu) };
}

const CASES: Readonly<Record<string, (round: number) => readonly string[]>> = {
  "node alone": () => [empty],
  "hook, service takes it": () => [
    MAIN,
    "hook",
    "claude-code",
    "--url",
    url,
    "--directory",
    join(folder, "none"),
  ],
  "hook, no service": (round) => [
    MAIN,
    "hook",
    "claude-code",
    "--url",
    "http://127.0.0.1:9",
    "--directory",
    join(folder, String(round)),
  ],
};

const runs = new Map<string, Run[]>(Object.keys(CASES).map((name) => [name, []]));
for (let round = 0; round < rounds; round++)
  for (const [name, args] of Object.entries(CASES)) runs.get(name)?.push(await measured(args(round)));

const quantile = (values: readonly number[], share: number): string =>
  (
    [...values].sort((one, other) => one - other)[
      Math.min(Math.floor(values.length * share), values.length - 1)
    ] ?? 0
  ).toFixed(0);
console.log(`load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds\n`);
console.log("| | wall p50 | wall p99 | CPU p50 | CPU p99 |\n|---|---|---|---|---|");
for (const [name, each] of runs) {
  const [wall, cpu] = [each.map(({ wallMillis }) => wallMillis), each.map(({ cpuMillis }) => cpuMillis)];
  console.log(
    `| ${name} | ${[quantile(wall, 0.5), quantile(wall, 0.99), quantile(cpu, 0.5), quantile(cpu, 0.99)].map((text) => `${text} ms`).join(" | ")} |`,
  );
}
server.close();
rmSync(folder, { recursive: true });
