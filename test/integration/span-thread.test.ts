/** Spans are processed by a thread of its own: built files, `register`, a real Kafka. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { createTopics, readTopic } from "../helpers/kafka-records.js";
import { startNode } from "../helpers/run-node.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { leftInSpool } from "../unit/spool/left-in-spool.js";

const brokers = kafkaBootstrap();
const NOBODY = "127.0.0.1:1";
let topic: string;
beforeAll(async () => {
  topic = (await createTopics(brokers, { only: ["action"] })).action;
});

async function run(way: string, env: Readonly<Record<string, string>> = {}) {
  const agent = startNode(
    ["--import", "otel-agent-actions/register", "test/fixtures/span-thread/agent.mjs", way],
    {
      KAFKA_BOOTSTRAP_SERVERS: brokers,
      AGENT_ACTIONS_TOPIC_ACTION: topic,
      AGENT_ACTIONS_EXPORTER_SPAN_THREAD: "true",
      AGENT_ACTIONS_EXPORTER_SPOOL: "off",
      AGENT_ACTIONS_EXPORTER_FLUSH_TIMEOUT_MS: "60000",
      AGENT_ACTIONS_INSTRUMENTATIONS: "none",
      ...env,
    },
  );
  const { code, stdout, stderr } = await agent.ended;
  const names = async () =>
    (await readTopic(brokers, topic))
      .map(({ event }) => String(event.action_name))
      .filter((name) => name.startsWith(`${agent.process.pid}-`));
  return { code, stderr, names, ...JSON.parse(stdout) };
}

test("a burst of 10,000 arrives whole, each once, and register starts nothing in the thread", async () => {
  const options = "--import otel-agent-actions/register";
  const { code, stderr, names, ...said } = await run("burst", { NODE_OPTIONS: options });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(said).toMatchObject({ accepted: 10_000, ended: 10_000, acked: 10_000, left: 0, threads: 1 });
  const landed = await names();
  expect(landed).toHaveLength(10_000);
  expect(new Set(landed).size).toBe(10_000);
});

test("a thread that is ended is replaced by the agent's own, and what it had is counted", async () => {
  const { code, stderr, names, ...said } = await run("terminated", { OTEL_LOG_LEVEL: "warn" });
  expect(code).toBe(0);
  expect(stderr).toContain("The thread of spanThread cannot be used");
  const { dropped, acked } = said;
  expect(said).toMatchObject({ made: 1_000, accepted: 1_000, ended: 1_000, left: 0 });
  expect(acked + dropped.internal_error).toBe(1_000);
  // What was under way when the thread ended may have arrived all the same; nothing else is lost.
  const landed = new Set<string>(await names());
  expect(landed.size).toBeGreaterThanOrEqual(acked);
  for (const at of [1, 500, 701, 1_000])
    expect([...landed].some((name) => name.endsWith(`-${at}`))).toBe(true);
});

test("what does not fit in the queue has no receipt, and is in the line at the end", async () => {
  const { code, stderr, ...said } = await run("full", {
    KAFKA_BOOTSTRAP_SERVERS: NOBODY,
    AGENT_ACTIONS_EXPORTER_MAX_QUEUE_SIZE: "100",
  });
  expect(code).toBe(0);
  expect(said).toMatchObject({ made: 150, accepted: 100, ended: 150 });
  expect(stderr).toContain("0 of 150 events delivered to Kafka. Dropped: 50 queue_full. Left: 100");
});

test("what a program recorded right before it ends arrives, whether a thread has begun by then or not", async () => {
  const { code, stderr, names, ...said } = await run("few");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(said).toMatchObject({ accepted: 10, acked: 10, left: 0 });
  expect(await names()).toHaveLength(10);
});

test.each([
  ["exits", 300, 300],
  ["late", 300, 320],
  ["fewThenExit", 10, 10],
])("at process.exit() all that was accepted is in the spool, %s: %i", async (way, accepted, left) => {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-span-thread-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { code, ...said } = await run(way, {
    KAFKA_BOOTSTRAP_SERVERS: NOBODY,
    AGENT_ACTIONS_EXPORTER_SPOOL: "overflow",
    AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: folder,
  });
  expect(code).toBe(0);
  expect(said).toMatchObject({ accepted });
  expect(await leftInSpool(folder)).toHaveLength(left);
});
