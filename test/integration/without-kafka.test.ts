import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import pino from "pino";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startConsumer } from "../../src/consumer/index.js";
import { DEFAULT_TOPICS } from "../../src/event/index.js";
import { segmentRecords } from "../../src/spool/segment-records.js";
import { SpoolFolder } from "../../src/spool/spool-folder.js";
import { encodeRecord } from "../../src/spool/spool-record.js";
import { TopicSpool } from "../../src/spool/topic-spool.js";
import { migrate } from "../../src/store/migrate.js";
import { createTopics, readTopic } from "../helpers/kafka-records.js";
import { type NodeRun, startNode } from "../helpers/run-node.js";
import { createDatabase, kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { jsonRequest, toolSpan } from "../unit/otlp/otlp-bodies.js";
import { cli, startCli } from "./cli-program.js";
import { getJson, startServiceProcess } from "./service-process.js";

const NOBODY = "127.0.0.1:1";
const databaseUrl = await createDatabase();
const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });

beforeAll(async () => {
  await migrate(resolvePostgresSettings({ url: databaseUrl }, new EnvReader({})));
});
afterAll(() => pool.end());

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-spool-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "spool");
}

function agent(folder: string, way: string, gapEvery: number): NodeRun {
  return startNode(["test/fixtures/spool/agent.mjs", way], {
    KAFKA_BOOTSTRAP_SERVERS: NOBODY,
    AGENT_ACTIONS_EXPORTER_TRANSPORT: "spool",
    AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: folder,
    GAP_EVERY: String(gapEvery),
  });
}

const accepted = (run: NodeRun): number => run.stdout().match(/^accepted /gm)?.length ?? 0;
const segments = (folder: string): string[] => readdirSync(folder).filter((file) => file.endsWith(".spool"));

/** Records of actions, in a file of nobody. */
function writeByHand(folder: string, values: readonly Buffer[]): void {
  const writer = new TopicSpool({
    folder: new SpoolFolder(folder),
    topic: DEFAULT_TOPICS.action,
    nextName: () => ({ createdAt: Date.now(), epoch: "test", number: 1, owner: undefined }),
    segmentBytes: 1_000_000,
    onProblem: (error) => {
      throw error;
    },
  });
  const record = { topic: DEFAULT_TOPICS.action, key: "run", headers: { made: "by hand" } };
  for (const value of values) writer.append(encodeRecord({ ...record, value, spooledAt: Date.now() }), false);
  writer.release();
}

async function rows(): Promise<number> {
  const { rows: found } = await pool.query("select count(*)::int as count from agent_actions");
  return found[0].count;
}

test("what several agents had accepted is stored once, also when one of them and the consumer are killed", async () => {
  const folder = temporaryFolder();
  const service = (env: NodeJS.ProcessEnv) =>
    startServiceProcess(
      { groupId: "without-kafka", databaseUrl, topics: DEFAULT_TOPICS },
      { KAFKA_BOOTSTRAP_SERVERS: NOBODY, AGENT_ACTIONS_CONSUMER_SPOOL: folder, ...env },
    );
  const ended = [agent(folder, "naturally", 10), agent(folder, "by exit", 0), agent(folder, "shut down", 3)];
  const killed = agent(folder, "waiting", 1);
  // It commits rows, and is killed before it has noted that in the files.
  const first = await service({ AGENT_ACTIONS_CONSUMER_COMMIT_INTERVAL_MS: "600000" });
  await killed.said("accepted decision-120");
  killed.process.kill("SIGKILL");
  await Promise.all([...ended, killed].map((run) => run.ended));
  for (const run of ended) expect(accepted(run)).toBe(300);
  const certain = 900 + accepted(killed);
  await until(async () => (await rows()) >= certain);
  first.child.kill("SIGKILL");
  await first.exited;
  expect(segments(folder).length).toBeGreaterThan(0);

  const second = await service({ AGENT_ACTIONS_API_TOKEN: "of-a-test" });
  await until(() => segments(folder).length === 0);
  const { body } = await getJson(`${second.url}/metrics?format=json`);
  expect(body).toMatchObject({ messages_inserted: 0, messages_dead_lettered: 0, lag: 0 });
  expect(body.messages_duplicate).toBeGreaterThan(0);
  expect((await getJson(`${second.url}/health`)).body).toMatchObject({
    status: "healthy",
    spool: "running",
    spool_directory: folder,
  });
  const { rows: found } = await pool.query(
    `select count(*)::int as stored, count(distinct producer_sequence)::int as numbers, max(producer_sequence)::int as last
       from agent_actions where kafka_partition >= 1073741824 group by producer_epoch order by 1 desc`,
  );
  // Of the one that was killed, the last event may have been written and not said.
  const last = found.pop();
  expect(found).toEqual(Array.from({ length: 3 }, () => ({ stored: 300, numbers: 300, last: 300 })));
  expect([accepted(killed), accepted(killed) + 1]).toContain(last.stored);
  expect(last).toMatchObject({ numbers: last.stored, last: last.stored });

  writeByHand(folder, [Buffer.from("{")]);
  const letters = async () => {
    const headers = { authorization: "Bearer of-a-test" };
    const response = await fetch(`${second.url}/api/v1/dead-letters`, { headers });
    return ((await response.json()) as { data: unknown[] }).data;
  };
  await until(async () => (await letters()).length === 1);
  expect(await letters()).toMatchObject([{ reason: "not_json", topic: DEFAULT_TOPICS.action }]);
  rmSync(join(folder, "dead-letters"), { recursive: true });
  second.child.kill("SIGTERM");
  expect(await second.exited).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test("a second reader waits for the first, and what is no event becomes a dead letter beside", async () => {
  const folder = temporaryFolder();
  const logLines: string[] = [];
  const start = () =>
    startConsumer({
      spool: folder,
      kafka: { brokers: NOBODY },
      postgres: { url: databaseUrl },
      logger: pino({ level: "info" }, { write: (line: string) => logLines.push(line) }),
      env: {},
    });
  const first = await start();
  expect(await first.ready).toBe(true);
  const second = await start();
  onTestFinished(() => second.stop());
  await until(() => logLines.some((line) => line.includes("another process reads the spool")));
  expect(second.status()).toMatchObject({ ready: false, kafka: "joining" });

  writeByHand(folder, [Buffer.from("{"), Buffer.from("[]")]);
  await until(() => segments(folder).length === 0);
  expect(first.metrics()).toMatchObject({ messages_dead_lettered: 2, messages_in_flight: 0 });
  await first.stop();
  expect(await second.ready).toBe(true);

  const letters = [];
  for (const { path } of await new SpoolFolder(join(folder, "dead-letters")).list())
    for await (const { record } of segmentRecords(path)) letters.push(record);
  expect(letters.map(({ topic, value }) => [topic, value.toString()])).toEqual([
    [DEFAULT_TOPICS.dead_letter, "{"],
    [DEFAULT_TOPICS.dead_letter, "[]"],
  ]);
  expect(letters[0]?.headers).toMatchObject({ made: "by hand", "dead-letter.reason": "not_json" });

  const dlq = async (...args: string[]) => {
    const { code, stdout } = await cli({ onTestFinished }, ["dlq", ...args, "--spool", folder, "--json"], {
      DATABASE_URL: databaseUrl,
    });
    return {
      code,
      found: stdout
        .trim()
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    };
  };
  const [found] = (await dlq("list", "--reason", "not_json")).found;
  expect(found).toMatchObject({ topic: DEFAULT_TOPICS.action, state: "open", attempts: 0, bytes: 1 });
  const shown = await cli({ onTestFinished }, ["dlq", "show", found.letter, "--spool", folder], {});
  expect(JSON.parse(shown.stdout)).toMatchObject({ value: "{", key: "run", headers: { made: "by hand" } });
  // Sent once more, it is what it was, and comes back.
  expect(await dlq("redrive", found.letter)).toMatchObject({
    code: 0,
    found: [{ redriven: 1, left_out: 0 }],
  });
  await until(async () =>
    (await dlq("list", "--reason", "not_json")).found.some(({ attempts }) => attempts === 1),
  );
  expect((await dlq("list", "--reason", "not_json")).found).toHaveLength(1);
  expect(await dlq("drop", "--all")).toMatchObject({ code: 0, found: [{ dropped: 2 }] });
  expect((await dlq("list")).found).toEqual([]);
  expect((await dlq("stats", "--all")).found.map(({ state, count }) => [state, count])).toEqual(
    expect.arrayContaining([
      ["redriven", 1],
      ["dropped", 1],
    ]),
  );
});

test("files of spans become rows without Kafka, and files of the spool go to Kafka later", async (t) => {
  const folder = temporaryFolder();
  const file = join(folder, "..", "spans.jsonl");
  writeFileSync(file, [0, 1, 2].map((index) => `${jsonRequest([toolSpan(700 + index)])}\n`).join(""));
  const imported = await cli(t, ["import", "--spool", folder, file], { KAFKA_BOOTSTRAP_SERVERS: NOBODY });
  expect(imported).toMatchObject({ code: 0, stdout: "3 events sent of 3 spans in 1 file\n" });
  const consumer = await startConsumer({
    spool: folder,
    kafka: { brokers: NOBODY },
    postgres: { url: databaseUrl },
    logger: pino({ level: "silent" }),
    env: {},
  });
  const stored = async () => {
    const { rows: found } = await pool.query("select 1 from agent_actions where action_name like 'tool-70_'");
    return found.length;
  };
  await until(async () => (await stored()) === 3);
  await consumer.stop();

  const brokers = kafkaBootstrap();
  const topics = await createTopics(brokers);
  const env = Object.fromEntries(
    Object.entries(topics).map(([kind, name]) => [`AGENT_ACTIONS_TOPIC_${kind.toUpperCase()}`, name]),
  );
  const run = startNode(["test/fixtures/spool/agent.mjs", "by exit"], {
    ...env,
    AGENT_ACTIONS_EXPORTER_TRANSPORT: "spool",
    AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: folder,
  });
  await run.ended;
  const replayed = await cli(t, ["spool", "replay", "--directory", folder, "--json"], {
    ...env,
    KAFKA_BOOTSTRAP_SERVERS: brokers,
  });
  expect(JSON.parse(replayed.stdout)).toMatchObject({ sent: 300, set_aside: 0 });
  const records = await readTopic(brokers, topics.action);
  expect(new Set(records.map(({ headers }) => headers["producer-sequence"])).size).toBe(accepted(run));
  expect(readdirSync(folder)).toEqual([]);
});

test("what a killed agent left running is abandoned, as its heartbeats go through the folder, too", async () => {
  const folder = temporaryFolder();
  const consumer = await startConsumer({
    spool: folder,
    kafka: { brokers: NOBODY },
    postgres: { url: databaseUrl },
    producerGraceMillis: 2_000,
    logger: pino({ level: "silent" }),
    env: {},
  });
  onTestFinished(() => consumer.stop());
  const run = startNode(["test/fixtures/in-flight/agent.mjs"], {
    KAFKA_BOOTSTRAP_SERVERS: NOBODY,
    AGENT_ACTIONS_EXPORTER_TRANSPORT: "spool",
    AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: folder,
    AGENT_ACTIONS_EXPORTER_HEARTBEAT_INTERVAL_MS: "300",
  });
  const inState = async (state: string): Promise<number> => {
    const { rows: found } = await pool.query(
      "select count(*)::int as count from agent_actions where agent_name = 'agent-open' and state = $1",
      [state],
    );
    return found[0].count;
  };
  await until(async () => (await inState("running")) >= 2);
  const running = await inState("running");
  run.process.kill("SIGKILL");
  await run.ended;
  await until(async () => (await inState("running")) === 0);
  expect(await inState("abandoned")).toBeGreaterThanOrEqual(running);
});

test("the demo without Kafka has every action of its agent as a row, and leaves no folder behind", async (t) => {
  const temporary = mkdtempSync(join(tmpdir(), "agent-actions-demo-"));
  t.onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  const env = { DATABASE_URL: await createDatabase(t), HEALTH_CHECK_PORT: "0", TMPDIR: temporary };
  const { code, stdout, stderr } = await cli(t, ["demo", "--no-kafka", "--json"], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ complete: true, missing: [], surplus: [], dead_letters: 0 });
  expect(result.counts.action.stored).toBe(result.counts.action.done);
  expect(readdirSync(temporary)).toEqual([]);
});

test("dev says the link of the run that a program recorded, and with --stay it can be followed", async (t) => {
  const script = `
    import { ActionLogger } from "otel-agent-actions";
    await new ActionLogger({ agentName: "linked", correlationId: "abc-123" }).logSuccess({ successName: "done" });
    process.exitCode = 3;`;
  const program = ["node", "--import", "otel-agent-actions/register", "--input-type=module", "-e", script];
  const dev = startCli(t, ["dev", "--no-kafka", "--stay", "--", ...program], {
    HEALTH_CHECK_PORT: "0",
  });
  const [, origin, run] = await dev.complained(/The run in the dashboard: (http:\S+)\/runs\/(\S+)/);
  await dev.complained(/Ctrl-C ends everything/);
  expect((await fetch(`${origin}/runs/${run}`)).headers.get("content-type")).toContain("text/html");
  expect(await (await fetch(`${origin}/api/v1/runs/${run}`)).json()).toMatchObject({
    correlation_text: "abc-123",
    actions: 1,
  });
  dev.child.kill("SIGINT");
  expect((await dev.ended).code).toBe(3);
});
