import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { describe, expect, onTestFinished, test } from "vitest";
import { AgentActionSpanProcessor, type ExporterOptions, type ExporterStats } from "../../exporter/index.js";
import { startKafka } from "../../src/devstack/kafka.js";
import type { TopicNames } from "../../src/event/index.js";
import { actionTracer, recordToolCall } from "../helpers/action-spans.js";
import { diagLines, textsAt } from "../helpers/diag-lines.js";
import { createTopics, readTopic } from "../helpers/kafka-records.js";
import { type NodeRun, startNode } from "../helpers/run-node.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";

const brokers = kafkaBootstrap();
const NOBODY = "127.0.0.1:1";
const lines = diagLines();

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-spool-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "spool");
}

function agent(options: ExporterOptions): AgentActionSpanProcessor {
  const processor = new AgentActionSpanProcessor({
    flushOnExit: false,
    connectionTimeoutMillis: 500,
    requestTimeoutMillis: 2_000,
    flushTimeoutMillis: 60_000,
    ...options,
  });
  onTestFinished(() => processor.shutdown());
  return processor;
}

interface ChildOptions {
  readonly way: string;
  readonly folder: string;
  readonly topics: TopicNames;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: Parameters<typeof startNode>[2];
}

function child({ way, folder, topics, env, node }: ChildOptions): NodeRun {
  return startNode(
    ["test/fixtures/spool/agent.mjs", way],
    {
      KAFKA_BOOTSTRAP_SERVERS: NOBODY,
      AGENT_ACTIONS_TOPIC_ACTION: topics.action,
      AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: folder,
      ...env,
    },
    node,
  );
}

const names = async (topics: TopicNames, from = brokers): Promise<unknown[]> =>
  (await readTopic(from, topics.action)).map(({ event }) => event.action_name);

const decisions = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `decision-${index}`).sort();

const statsOf = (run: NodeRun): ExporterStats =>
  JSON.parse(/^stats (.*)$/m.exec(run.stdout())?.[1] ?? "{}") as ExporterStats;

/** Sends what is in the folder, as the next agent on that machine does. */
async function replay(folder: string, topics: TopicNames): Promise<number> {
  const processor = agent({ brokers, topics, spoolDirectory: folder });
  await until(() => readdirSync(folder).every((file) => !file.endsWith(".spool")));
  return processor.stats().spool.replayed;
}

test("an outage at a rate beyond the memory costs no event with a spool, and their order holds", async () => {
  const kafka = await startKafka();
  onTestFinished(() => kafka.close());
  const topics = await createTopics(kafka.bootstrapServers, { only: ["action"] });
  const folder = temporaryFolder();
  const options = { topics, spoolDirectory: folder, maxQueueSize: 400 };
  const processor = agent({ brokers: kafka.bootstrapServers, ...options });
  const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));
  let made = 0;
  const load = setInterval(() => {
    for (let index = 0; index < 20; index++) recordToolCall(tracer, `tool-${made++}`);
  }, 10);
  await until(() => processor.stats().acked > 100);
  await kafka.kill();
  await until(() => processor.stats().spooled > 2_000);
  expect(processor.stats().buffered + processor.stats().inFlight).toBeLessThanOrEqual(400);
  await kafka.restart();
  await until(() => processor.stats().acked > 2_000);
  clearInterval(load);
  await processor.forceFlush();

  expect(processor.stats()).toMatchObject({ ended: made, acked: made, buffered: 0, spooled: 0 });
  const records = await readTopic(kafka.bootstrapServers, topics.action);
  expect(new Set(records.map(({ event }) => event.id)).size).toBe(made);
  expect(new Set(records.map(({ headers }) => headers["producer-sequence"])).size).toBe(made);
  for (const partition of [0, 1, 2]) {
    const numbers = records
      .filter((record) => record.partition === partition)
      .map(({ headers }) => Number(headers["producer-sequence"]));
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
  }
  await processor.shutdown();
  expect(readdirSync(folder)).toEqual([]);
});

describe("what a process leaves when Kafka is away", () => {
  test("is in the folder, however it ends, is said, and is sent by the next process", async () => {
    const topics = await createTopics(brokers, { only: ["action"] });
    const folder = temporaryFolder();
    const ends = {
      naturally: { code: 0, signal: null },
      "by exit": { code: 5, signal: null },
      "by error": { code: 1, signal: null },
      "shut down": { code: 0, signal: null },
      waiting: { code: null, signal: "SIGTERM" },
    };
    const ended = Object.entries(ends).map(async ([way, end]) => {
      const run = child({ way, folder, topics });
      await run.said("ready");
      if (way === "waiting") run.process.kill("SIGTERM");
      expect(await run.ended).toMatchObject(end);
      expect(run.stderr()).toContain(`0 of 300 events delivered to Kafka. In the spool ${folder}`);
      expect(run.stderr()).toContain("agent-actions spool replay: 300.");
    });
    await Promise.all(ended);
    expect(await replay(folder, topics)).toBe(5 * 300);
    const arrived = await names(topics);
    expect(arrived).toHaveLength(5 * 300);
    expect([...new Set(arrived)].sort()).toEqual(decisions(300));
  });

  test("is in the folder when a second signal comes, and when worker threads had it", async () => {
    const topics = await createTopics(brokers, { only: ["action"] });
    const folder = temporaryFolder();
    const run = child({ way: "waiting", folder, topics, env: { FLUSH_TIMEOUT_MILLIS: "3600000" } });
    await run.said("ready");
    run.process.kill("SIGTERM");
    const again = setInterval(() => run.process.kill("SIGINT"), 100);
    expect(await run.ended).toMatchObject({ code: null });
    clearInterval(again);
    expect(run.stderr()).toContain("agent-actions spool replay: 300.");

    const threads = startNode(["test/fixtures/exit/threads.mjs", "by signal"], {
      KAFKA_BOOTSTRAP_SERVERS: NOBODY,
      AGENT_ACTIONS_TOPIC_ACTION: topics.action,
      AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: folder,
    });
    await threads.said("ready");
    threads.process.kill("SIGTERM");
    expect(await threads.ended).toMatchObject({ code: null, signal: "SIGTERM" });
    expect(await replay(folder, topics)).toBe(300 + 100);
  });

  test("of register, is in a folder below the user's state", async () => {
    const topics = await createTopics(brokers, { only: ["action"] });
    const state = temporaryFolder();
    const program =
      'import { ActionLogger } from "otel-agent-actions"; await new ActionLogger({ agentName: "a" }).logDecision({ decisionName: "one" });';
    const run = startNode(
      ["--import", "otel-agent-actions/register", "--input-type=module", "--eval", program],
      {
        KAFKA_BOOTSTRAP_SERVERS: NOBODY,
        AGENT_ACTIONS_TOPIC_ACTION: topics.action,
        AGENT_ACTIONS_EXPORTER_FLUSH_TIMEOUT_MS: "200",
        XDG_STATE_HOME: state,
      },
    );
    expect(await run.ended).toMatchObject({ code: 0 });
    const folder = join(state, "otel-agent-actions", "spool", "127.0.0.1_1");
    expect(run.stderr()).toContain(`In the spool ${folder}`);
    expect(await replay(folder, topics)).toBe(1);
  });
});

test("after a SIGKILL in the mode always, every accepted event arrives", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const folder = temporaryFolder();
  const env = { AGENT_ACTIONS_EXPORTER_SPOOL: "always", COUNT: "100000", GAP_EVERY: "50" };
  // Of two agents, one reaches Kafka.
  const reaching = { ...env, KAFKA_BOOTSTRAP_SERVERS: brokers };
  const runs = [env, reaching].map((own) => child({ way: "waiting", folder, topics, env: own }));
  await Promise.all(runs.map((run) => run.said("accepted decision-2000\n")));
  for (const run of runs) run.process.kill("SIGKILL");
  await Promise.all(runs.map((run) => run.ended));
  const accepted = runs.map((run) => run.stdout().match(/accepted/g)?.length ?? 0);

  await replay(folder, topics);
  const records = await readTopic(brokers, topics.action);
  const arrived = [...new Set(records.map(({ headers }) => headers["producer-epoch"]))].map(
    (epoch) =>
      new Set(
        records
          .filter(({ headers }) => headers["producer-epoch"] === epoch)
          .map(({ event }) => event.action_name),
      ),
  );
  expect(arrived).toHaveLength(2);
  // The agent was killed between writing an event and saying so, or not.
  const counts = arrived.map(({ size }) => size).sort((one, other) => one - other);
  accepted.sort((one, other) => one - other);
  for (const [index, count] of counts.entries()) {
    expect(count).toBeGreaterThanOrEqual(accepted[index] ?? Number.NaN);
    expect(count).toBeLessThanOrEqual((accepted[index] ?? 0) + 1);
  }
  for (const set of arrived) expect([...set].sort()).toEqual(decisions(set.size));
});

test("several processes that find one folder send each event once between them", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const folder = temporaryFolder();
  const env = { COUNT: "2000", AGENT_ACTIONS_EXPORTER_SPOOL: "always" };
  const left = [0, 1, 2].map(() => child({ way: "waiting", folder, topics, env }));
  await Promise.all(left.map((run) => run.said("ready")));
  for (const run of left) run.process.kill("SIGKILL");
  await Promise.all(left.map((run) => run.ended));

  const processors = [0, 1, 2].map(() => agent({ brokers, topics, spoolDirectory: folder }));
  await until(() => readdirSync(folder).length === 0);
  const replayed = processors.map((processor) => processor.stats().spool.replayed);
  expect(replayed.reduce((sum, count) => sum + count, 0)).toBe(6_000);
  const records = await readTopic(brokers, topics.action);
  expect(records).toHaveLength(6_000);
  expect(new Set(records.map(({ event }) => event.id)).size).toBe(6_000);
  // Not their own events.
  for (const processor of processors) expect(processor.stats()).toMatchObject({ ended: 0, acked: 0 });
});

describe("a disk that takes nothing", () => {
  // Written in the turn in which it is recorded, which a thread for spans does later.
  const small = { AGENT_ACTIONS_EXPORTER_MAX_QUEUE_SIZE: "100", AGENT_ACTIONS_EXPORTER_SPAN_THREAD: "false" };

  test.each([
    // EFBIG, as with a quota.
    ["a limit to the size of files", { node: { execPath: "/bin/sh" }, why: "EFBIG" }],
    ["a folder of another user", { env: { AS_NOBODY: "1" }, why: "EACCES" }],
    ["a file in the folder's place", { folder: "/dev/null/spool", why: "ENOTDIR" }],
  ] as const)("%s costs what does not fit in memory, is counted, and said once", async (_, given) => {
    const topics = await createTopics(brokers, { only: ["action"] });
    const own = temporaryFolder();
    mkdirSync(own, { mode: 0o700, recursive: true });
    const folder = "folder" in given ? given.folder : own;
    const env = { ...small, ...("env" in given ? given.env : {}) };
    const options = { way: "naturally", folder, topics, env };
    const run = "node" in given ? limited(options) : child(options);
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    const stats = statsOf(run);
    expect(stats.dropped.spool_failed).toBeGreaterThanOrEqual(150);
    expect(stats.buffered + stats.inFlight + stats.spooled + stats.dropped.spool_failed).toBe(300);
    expect(run.stderr().match(/cannot be written to the spool/g)).toHaveLength(1);
    expect(run.stderr()).toContain(given.why);
  });

  function limited({ way, folder, topics, env }: ChildOptions): NodeRun {
    const program = `ulimit -f 8; exec ${process.execPath} test/fixtures/spool/agent.mjs "${way}"`;
    return startNode(
      ["-c", program],
      {
        KAFKA_BOOTSTRAP_SERVERS: NOBODY,
        AGENT_ACTIONS_TOPIC_ACTION: topics.action,
        AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: folder,
        ...env,
      },
      { execPath: "/bin/sh" },
    );
  }

  test("a folder that is removed meanwhile costs what was in it, which is counted, and is made anew", async () => {
    const folder = temporaryFolder();
    const topics = await createTopics(brokers, { only: ["action"] });
    const options = { topics, spoolDirectory: folder, maxQueueSize: 100, shutdownTimeoutMillis: 100 };
    const processor = agent({ brokers: NOBODY, ...options });
    const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));
    const record = (count: number) => {
      for (let index = 0; index < count; index++) recordToolCall(tracer, `tool-${index}`);
    };
    for (let round = 0; round < 4; round++) {
      record(80);
      await sleep(20);
    }
    await until(() => processor.stats().spooled > 100);
    rmSync(folder, { recursive: true });
    await sleep(1_200);
    record(60);
    await until(() => readdirSync(folder).length > 0);
    const { ended, acked, buffered, inFlight, spooled } = processor.stats();
    expect(acked + buffered + inFlight + spooled).toBe(ended);
    await processor.shutdown();
    expect(textsAt(lines, "warn").at(-1)).toContain("0 of 380 events delivered to Kafka.");
  });
});
