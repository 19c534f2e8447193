/** deploy/clickhouse as it stands there, by ClickHouse's own engine, over the records of a real topic, beside our consumer. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { pythonVenv } from "../helpers/python-venv.js";
import { until } from "../helpers/until.js";
import { action, type ConsumerHarness, createHarness } from "../integration/consumer-harness.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const DEPLOY = fileURLToPath(new URL("../../deploy/clickhouse", import.meta.url));
const COUNT = 500;

let python: string;
beforeAll(async () => {
  python = await pythonVenv(HERE);
});

test("the same topic gives the same actions in ClickHouse as in Postgres", async (t) => {
  const harness = await createHarness({ partitions: 3 }, t);
  const ended = Array.from({ length: COUNT }, (_, index) => event(index, "ok"));
  const running = ended.slice(0, 100).map((one) => ({ ...one, status: "running", duration_ms: undefined }));
  const superseded = { ...event(COUNT, "ok"), status: "superseded" };
  await harness.produce("action", [
    ...running.map(message),
    message(event(COUNT, "running")),
    ...ended.map(message),
    message(superseded),
    // Sent again, and out of order.
    ...ended.slice(0, 50).map(message),
    ...running.slice(0, 50).map(message),
    { key: "x", value: "no JSON", partition: 0 },
    { key: "x", value: JSON.stringify({ agent_name: "a", action_type: "tool_call" }), partition: 0 },
  ]);
  const consumer = await harness.start();
  await until(
    () => consumer.metrics().messages_in_flight === 0 && consumer.metrics().messages_consumed > COUNT,
  );
  const records = await recordsOf(harness);
  const stdout = await runPython(python, [`${HERE}read_records.py`, DEPLOY], records.join("\n"));
  const read: Record<string, Record<string, unknown>[]> = JSON.parse(stdout);
  const stored = await harness.query(
    `select id, correlation_id, to_char(created_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.US') as created_at,
       agent_name, action_type, action_name, status, duration_ms
     from agent_actions order by id`,
  );
  expect(stored).toHaveLength(COUNT);
  expect(sorted(read.actions ?? [])).toEqual(sorted(stored));
  expect(read.rejected?.map(({ reason }) => reason)).toEqual(["not_json", "not_an_event"]);
  await consumer.stop();
  expect(consumer.metrics().messages_dead_lettered).toBe(2);
  // Every query of the folder gives rows; what they say is what Postgres says.
  for (const [name, rows] of Object.entries(read)) expect(rows, name).not.toEqual([]);
  const [tools] = await harness.query(
    "select count(*)::int as calls, max(duration_ms) as longest from agent_actions where action_type = 'tool_call'",
  );
  expect(read["Tool call statistics"]).toMatchObject([
    { call_count: tools?.calls, max_duration_ms: tools?.longest },
  ]);
});

function event(index: number, status: "ok" | "running") {
  const start = Date.UTC(2026, 0, 1) + index * 1_000;
  return {
    ...JSON.parse(String(action(index).value)),
    id: `019b7000-0000-7000-8000-${String(index).padStart(12, "0")}`,
    correlation_id: `c49f370c-d263-4111-9ccf-${String(index % 7).padStart(12, "0")}`,
    action_name: "Read",
    action_details: { tool_parameters: { file_path: "README.md" } },
    started_at: new Date(start).toISOString(),
    timestamp: new Date(start).toISOString(),
    status: index % 50 === 3 && status === "ok" ? "error" : status,
    duration_ms: index,
  };
}

const message = (one: { correlation_id: string }) => ({
  key: one.correlation_id,
  value: JSON.stringify(one),
});

const sorted = (rows: readonly Record<string, unknown>[]) =>
  rows.toSorted((one, other) => String(one.id).localeCompare(String(other.id)));

/** All records of the topic of actions, as Kafka's engine of ClickHouse gives them. */
async function recordsOf(harness: ConsumerHarness): Promise<string[]> {
  const topic = harness.topics.action;
  const admin = harness.kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const expected = ends.reduce((sum, { high }) => sum + Number(high), 0);
  const lines: string[] = [];
  const reader = harness.kafka.consumer({ groupId: `${harness.groupId}-clickhouse` });
  await reader.connect();
  await reader.subscribe({ topic, fromBeginning: true });
  await reader.run({
    eachMessage: async ({ partition, message: { value, offset, timestamp } }) => {
      const place = {
        _partition: partition,
        _offset: Number(offset),
        _timestamp_ms: Number(timestamp) / 1_000,
      };
      lines.push(JSON.stringify({ record: value?.toString("utf8"), ...place }));
    },
  });
  await until(() => lines.length === expected);
  await reader.disconnect();
  return lines;
}

function runPython(program: string, parameters: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, parameters, { maxBuffer: 64_000_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr || error.message)) : resolve(stdout),
    );
    child.stdin?.end(input);
  });
}
