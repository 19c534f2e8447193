/**
 * What the simulator says of recorded runs: they are sent through Kafka to the service, one every few minutes of the last days, and `agent-actions alerts test`
 * is asked when all are rows, and counted by the statistics.
 *
 *     npm run build && npx agent-actions dev -- npx tsx bench/detection/simulated.ts FOLDER [--days 28]
 *
 * Results of more than 400,000 characters are left out with their runs: records of that size are another matter.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Kafka, logLevel } from "kafkajs";
import pg from "pg";
import { recordedRuns } from "./recorded.js";
import { eventsOf, type Run } from "./runs.js";

const { values, positionals } = parseArgs({
  options: { days: { type: "string", default: "28" } },
  allowPositionals: true,
});
const [folder] = positionals;
if (folder === undefined) throw new Error("Say where the recorded runs are: simulated.ts FOLDER");
const { KAFKA_BOOTSTRAP_SERVERS: brokers = "", DATABASE_URL: database } = process.env;
const DAY = 86_400_000;
const MOST_CHARACTERS = 400_000;
/** Characters of what is sent at a time. */
const AT_A_TIME = 500_000;

const runs = recordedRuns(folder).filter(({ calls }) =>
  calls.every(({ result, error }) => String(result ?? error ?? "").length <= MOST_CHARACTERS),
);
const from = Date.now() - Number(values.days) * DAY;
const between = (Number(values.days) * DAY - 60 * 60_000) / runs.length;

/** The folders that a run comes from name its agent. */
const agentOf = ({ name }: Run): string => name.split(" ")[0]?.split("/").slice(0, -1).join("/") || "agent";

const messages = runs.flatMap((run, index) => {
  const correlationId = randomUUID();
  const events = eventsOf(run);
  const shift = from + index * between - Number(events[0]?.started_at ?? 0);
  return events.map((event) => ({
    key: correlationId,
    value: JSON.stringify({
      ...event,
      id: randomUUID(),
      correlation_id: correlationId,
      agent_name: agentOf(run),
      started_at: new Date(Number(event.started_at) + shift).toISOString(),
    }),
  }));
});
const producer = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.ERROR }).producer();
await producer.connect();
let waiting: { key: string; value: string }[] = [];
let size = 0;
for (const message of messages) {
  if (waiting.length > 0 && size + message.value.length > AT_A_TIME) {
    await producer.send({ topic: "agent-actions", messages: waiting });
    [waiting, size] = [[], 0];
  }
  waiting.push(message);
  size += message.value.length;
}
await producer.send({ topic: "agent-actions", messages: waiting });
await producer.disconnect();

const client = new pg.Client({ connectionString: database });
await client.connect();
await until("rows", "select count(*)::float8 as count from agent_actions", messages.length);
await until(
  "hours of the statistics to count",
  "select count(*)::float8 as count from agent_statistics_marks",
  0,
);
const { rows } = await client.query<{ kind: string; notices: number }>(
  "select kind, count(*)::float8 as notices from agent_notices where rule = 'loop' group by 1 order by 1",
);
console.log(`Noticed by the service: ${rows.map(({ kind, notices }) => `${notices} ${kind}`).join(", ")}.\n`);
await client.end();
const test = spawn(process.execPath, ["dist/src/cli/main.js", "alerts", "test", "--since", "30d"], {
  stdio: "inherit",
});
await new Promise((resolve) => test.once("close", resolve));

async function until(what: string, sql: string, wanted: number): Promise<void> {
  let last = -1;
  for (const limit = Date.now() + 240_000; Date.now() < limit; await delay(500)) {
    last = (await client.query<{ count: number }>(sql)).rows[0]?.count ?? -1;
    if (last === wanted) return;
  }
  throw new Error(`${last} ${what} after four minutes, not ${wanted}`);
}
