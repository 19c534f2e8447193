/**
 * How fast the consumer is, beside its two ceilings in the same run: kafkajs that only reads, and the store that is fed from
 * memory. Then how long a record takes to become a visible row at a steady rate, and what the consumer costs when idle.
 *
 *   npx tsx bench/consumer/run.ts [--records 100000] [--rounds 3] [--rate 200] [--seconds 10]
 *
 * Each side runs in a process of its own. Every round has topics and a database of its own; the order changes from round to
 * round. The counts are checked: as many rows as records, or the run fails.
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import pg from "pg";
import pino from "pino";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { DEFAULT_TOPICS, type TopicNames } from "../../src/event/index.js";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import { migrate } from "../../src/store/migrate.js";
import { type Latency, measureLatency } from "./measure-latency.js";
import { type MeasuredChild, startChild } from "./measured-child.js";
import { postgresCpuSeconds } from "./postgres-cpu.js";
import { printResults, type Throughput } from "./print-results.js";
import { produce } from "./produce.js";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "10" },
  },
});
const records = Number(values.records);
const stack = await startDevStack({ onProgress: console.error });
const bootstrapServers = stack.kafka!.bootstrapServers;
const kafka = resolveKafkaSettings({ brokers: bootstrapServers }, new EnvReader({}));

const SIDES = ["read only", "from memory", "consumer"] as const;
const results = new Map<string, Throughput[]>(SIDES.map((side) => [side, []]));
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    const topics = await newTopics();
    const bytes = await produce(bootstrapServers, topics.action, records);
    console.error(`round ${round + 1}: ${records} records of ${bytes.toFixed(0)} bytes`);
    const order = SIDES.map((_, index) => SIDES[(index + round) % SIDES.length]!);
    for (const side of order) results.get(side)!.push(await measure(side, topics));
  }
  printResults(results, await measureLight());
} finally {
  await stack.stop();
}

async function measure(side: (typeof SIDES)[number], topics: TopicNames): Promise<Throughput> {
  const databaseUrl = await newDatabase();
  const cpuBefore = await postgresCpuSeconds(databaseUrl);
  const began = performance.now();
  const child = await startSide(side, topics, databaseUrl);
  const before = await child.read();
  const joined = performance.now();
  await child.reach(records);
  const seconds = (performance.now() - joined) / 1_000;
  const after = await child.read();
  await child.stop();
  const cpuAfter = await postgresCpuSeconds(databaseUrl);
  if (side !== "read only") await expectRows(databaseUrl);
  console.error(`  ${side}: ${seconds.toFixed(2)} s, start ${((joined - began) / 1_000).toFixed(2)} s`);
  return {
    perSecond: records / seconds,
    cpuMicros: ((after.cpuSeconds - before.cpuSeconds) / records) * 1e6,
    postgresMicros:
      cpuBefore === undefined || cpuAfter === undefined
        ? undefined
        : ((cpuAfter - cpuBefore) / records) * 1e6,
    rssBytes: after.rssBytes,
  };
}

function startSide(side: string, topics: TopicNames, databaseUrl: string): Promise<MeasuredChild> {
  const groupId = `bench-${randomBytes(4).toString("hex")}`;
  if (side === "from memory") return startChild("./child-from-memory.ts", { databaseUrl, count: records });
  if (side === "read only")
    return startChild("./child-plain-loop.ts", { brokers: bootstrapServers, topic: topics.action, groupId });
  return startConsumer(topics, databaseUrl, groupId);
}

function startConsumer(topics: TopicNames, databaseUrl: string, groupId: string): Promise<MeasuredChild> {
  return startChild("./child-consumer.ts", {
    kafka: { brokers: bootstrapServers },
    postgres: { url: databaseUrl },
    topics,
    groupId,
  });
}

async function measureLight(): Promise<{
  latency: Latency;
  atRate: number;
  idle: number;
  perSecond: number;
}> {
  const perSecond = Number(values.rate);
  const seconds = Number(values.seconds);
  const topics = await newTopics();
  const databaseUrl = await newDatabase();
  const child = await startConsumer(topics, databaseUrl, "bench-latency");
  // Connections, plans and compiled code of the first seconds belong to no steady state.
  await measureLatency(bootstrapServers, topics.action, databaseUrl, perSecond, 2);
  await onServer(databaseUrl, "truncate agent_actions");
  const [latency, atRate] = await Promise.all([
    measureLatency(bootstrapServers, topics.action, databaseUrl, perSecond, seconds),
    coreShare(child, seconds),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const idle = await coreShare(child, seconds);
  await child.stop();
  return { latency, atRate, idle, perSecond };
}

async function coreShare(child: MeasuredChild, seconds: number): Promise<number> {
  const before = await child.read();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  return ((await child.read()).cpuSeconds - before.cpuSeconds) / seconds;
}

async function newTopics(): Promise<TopicNames> {
  const run = randomBytes(4).toString("hex");
  const names = Object.keys(DEFAULT_TOPICS).map((role) => [role, `bench-${run}.${role}`]);
  const topics = Object.fromEntries(names) as unknown as TopicNames;
  await ensureTopics(kafka, topics, { logger: pino({ level: "error" }) });
  return topics;
}

async function newDatabase(): Promise<string> {
  const name = `bench_${randomBytes(4).toString("hex")}`;
  await onServer(stack.postgres!.url, `create database ${name}`);
  const url = new URL(stack.postgres!.url);
  url.pathname = `/${name}`;
  await migrate(resolvePostgresSettings({ url: url.href }, new EnvReader({})));
  // The weeks that the records fall into. Making a week is no part of the steady state.
  await onServer(
    url.href,
    "select ensure_agent_actions_partition(now() - make_interval(weeks => weeks)) from generate_series(0, 3) weeks",
  );
  return url.href;
}

async function expectRows(databaseUrl: string): Promise<void> {
  const [row] = await onServer(
    databaseUrl,
    "select count(*)::int, count(distinct id)::int as ids from agent_actions",
  );
  if (row?.count !== records || row.ids !== records)
    throw new Error(`${row?.count} rows with ${row?.ids} ids instead of ${records}`);
}

async function onServer(url: string, sql: string): Promise<Record<string, number>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
