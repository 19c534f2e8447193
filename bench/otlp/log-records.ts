/**
 * Log records of coding agents at a steady rate against the built service with a real Kafka and Postgres: how long /health takes meanwhile, what the service
 * uses of the processor, and whether every record became a row. `npx tsx bench/otlp/log-records.ts [records a second] [seconds]`
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { startDevStack } from "../../src/devstack/dev-stack.js";

const [rate = 2_000, seconds = 20] = process.argv.slice(2).map(Number);
const PER_REQUEST = 100;

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

function request(first: number): string {
  const logRecords = Array.from({ length: PER_REQUEST }, (_, index) => ({
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    body: { stringValue: "claude_code.tool_result" },
    attributes: [
      attribute(
        "session.id",
        `11111111-2222-4333-8444-${String((first / PER_REQUEST) % 50).padStart(12, "0")}`,
      ),
      attribute("event.name", "tool_result"),
      attribute("tool_name", "Bash"),
      attribute("tool_use_id", `toolu_01${String(first + index).padStart(22, "0")}`),
      attribute("success", "true"),
      attribute("duration_ms", "12"),
      attribute(
        "tool_input",
        JSON.stringify({ command: `grep -rn needle src/${first + index}`, description: "Search" }),
      ),
    ],
  }));
  return JSON.stringify({
    resourceLogs: [
      { resource: { attributes: [attribute("service.name", "claude-code")] }, scopeLogs: [{ logRecords }] },
    ],
  });
}

const stack = await startDevStack({ onProgress: (line) => console.log(line) });
const env = {
  ...process.env,
  KAFKA_BOOTSTRAP_SERVERS: stack.kafka?.bootstrapServers ?? "",
  DATABASE_URL: stack.postgres?.url ?? "",
  HEALTH_CHECK_PORT: "19480",
  AGENT_ACTIONS_LOG_LEVEL: "error",
};
const cli = (...words: string[]) =>
  spawn(process.execPath, ["dist/src/cli/main.js", ...words], { env, stdio: "inherit" });
for (const words of [["topics", "--create"], ["migrate"]]) await once(cli(...words), "exit");
const service = cli("consume", "--otlp");
const url = "http://127.0.0.1:19480";
const isUp = () =>
  fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
while (!(await isUp())) await sleep(100);

/** Seconds of the processor, by /proc: 100 ticks a second. */
const cpu = async (): Promise<number> => {
  const fields = (await readFile(`/proc/${service.pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

const health: number[] = [];
/** Seconds after the first request at which an answer took longer than this. */
const SLOW_MILLIS = 50;
const slowAt: number[] = [];
let isDone = false;
const watchedSince = performance.now();
const watching = (async () => {
  while (!isDone) {
    const began = performance.now();
    await (await fetch(`${url}/health`)).text();
    const millis = performance.now() - began;
    health.push(millis);
    if (millis > SLOW_MILLIS) slowAt.push(Math.round(began - watchedSince) / 1_000);
    await sleep(20);
  }
})();

const before = await cpu();
const began = performance.now();
const statuses = new Map<number, number>();
const sent: Promise<void>[] = [];
for (let at = 0; at < rate * seconds; at += PER_REQUEST) {
  await sleep(Math.max(began + (at / rate) * 1_000 - performance.now(), 0));
  sent.push(
    fetch(`${url}/v1/logs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: request(at),
    }).then(async (response) => {
      await response.text();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }),
  );
}
await Promise.all(sent);
const took = (performance.now() - began) / 1_000;
isDone = true;
await watching;
const used = (await cpu()) - before;
const pool = new pg.Pool({ connectionString: stack.postgres?.url, max: 1 });
const taken = (statuses.get(200) ?? 0) * PER_REQUEST;
let rows = 0;
for (const until = performance.now() + 60_000; rows < taken && performance.now() < until; await sleep(200))
  rows = Number((await pool.query("select count(*) from agent_actions")).rows[0]?.count);
const sorted = health.sort((one, other) => one - other);
const share = (part: number): string => `${(sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1)} ms`;
console.log({
  rate: Math.round(taken / took),
  statuses: Object.fromEntries(statuses),
  rows,
  health: {
    asked: sorted.length,
    p50: share(0.5),
    p99: share(0.99),
    max: `${(sorted.at(-1) ?? 0).toFixed(1)} ms`,
    above50MillisAtSeconds: slowAt,
  },
  cpuMicrosARecord: Math.round((used / taken) * 1e6),
  load: loadavg().map((value) => value.toFixed(1)),
});
await pool.end();
service.kill("SIGTERM");
await once(service, "exit");
await stack.stop();
