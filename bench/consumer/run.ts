/**
 * How fast the consumer is, with and without file operations, beside Kafka Connect with Debezium's JDBC sink, a loop written by hand, the
 * predecessor's consumer in Python, and two ceilings in the same run: kafkajs that only reads, and the store that is fed from memory. Then how long a record takes to become a visible row at steady rates, and
 * what the consumer costs at the first of them and when idle.
 *
 *   npx tsx bench/consumer/run.ts [--records 100000] [--rounds 3] [--rates 200,1000,5000] [--seconds 10] [--only "consumer;Kafka Connect"]
 *     [--json FILE]
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
import { writeJson } from "../agent/write-json.js";
import { consumerResult } from "./consumer-result.js";
import { measureLatency } from "./measure-latency.js";
import { type MeasuredChild, startChild } from "./measured-child.js";
import { isPeer, PEERS, recordsOf, startPeer } from "./peers.js";
import { postgresCpuSeconds } from "./postgres-cpu.js";
import { type Course, type LightLoad, printResults, type Throughput } from "./print-results.js";
import { produce } from "./produce.js";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    rates: { type: "string", default: "200,1000,5000" },
    seconds: { type: "string", default: "10" },
    /** Some sides only, with semicolons. */
    only: { type: "string" },
    json: { type: "string" },
  },
});
const records = Number(values.records);
const stack = await startDevStack({ onProgress: console.error });
const bootstrapServers = stack.kafka!.bootstrapServers;
const kafka = resolveKafkaSettings({ brokers: bootstrapServers }, new EnvReader({}));

const SIDES = ["read only", "from memory", "bare loop", "consumer", "consumer, files", ...PEERS] as const;
/** No call is of this tool, so none gives a row of `agent_file_operations`. */
const NO_FILE_TOOLS = ["no_such_tool:read"];
const sides =
  values.only === undefined ? SIDES : SIDES.filter((side) => values.only!.split(";").includes(side));
const results = new Map<string, Throughput[]>(sides.map((side) => [side, []]));
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    const topics = await newTopics();
    const bytes = await produce(bootstrapServers, topics.action, records);
    console.error(`round ${round + 1}: ${records} records of ${bytes.toFixed(0)} bytes`);
    const order = sides.map((_, index) => sides[(index + round) % sides.length]!);
    for (const side of order) results.get(side)!.push(await measure(side, topics));
  }
  const light = results.has("consumer") ? await measureLight() : undefined;
  printResults(results, light);
  if (values.json !== undefined)
    writeJson(values.json, consumerResult(results, light, { records, rounds: values.rounds }));
} finally {
  await stack.stop();
}

async function measure(side: (typeof SIDES)[number], topics: TopicNames): Promise<Throughput> {
  const databaseUrl = await newDatabase();
  const count = isPeer(side) ? recordsOf(side, records) : records;
  const cpuBefore = await postgresCpuSeconds(databaseUrl);
  const began = performance.now();
  const child = await (isPeer(side)
    ? startPeer(side, count, bootstrapServers, databaseUrl)
    : startSide(side, topics, databaseUrl));
  const before = await child.read();
  const joined = performance.now();
  await child.reach(count);
  const seconds = (performance.now() - joined) / 1_000;
  const after = await child.read();
  await child.stop();
  const cpuAfter = await postgresCpuSeconds(databaseUrl);
  if (side !== "read only") await expectRows(databaseUrl, count);
  console.error(`  ${side}: ${seconds.toFixed(2)} s, start ${((joined - began) / 1_000).toFixed(2)} s`);
  return {
    perSecond: count / seconds,
    cpuMicros: ((after.cpuSeconds - before.cpuSeconds) / count) * 1e6,
    postgresMicros:
      cpuBefore === undefined || cpuAfter === undefined ? undefined : ((cpuAfter - cpuBefore) / count) * 1e6,
    peakBytes: after.peakBytes,
  };
}

function startSide(side: string, topics: TopicNames, databaseUrl: string): Promise<MeasuredChild> {
  const groupId = `bench-${randomBytes(4).toString("hex")}`;
  if (side === "from memory") return startChild("./child-from-memory.ts", { databaseUrl, count: records });
  if (side === "read only")
    return startChild("./child-plain-loop.ts", { brokers: bootstrapServers, topic: topics.action, groupId });
  if (side === "bare loop")
    return startChild("./child-bare-loop.ts", {
      brokers: bootstrapServers,
      topic: topics.action,
      groupId,
      databaseUrl,
    });
  return startConsumer(topics, databaseUrl, groupId, side === "consumer" ? { fileTools: NO_FILE_TOOLS } : {});
}

function startConsumer(
  topics: TopicNames,
  databaseUrl: string,
  groupId: string,
  more: object = {},
): Promise<MeasuredChild> {
  return startChild("./child-consumer.ts", {
    kafka: { brokers: bootstrapServers },
    postgres: { url: databaseUrl },
    topics,
    groupId,
    ...more,
  });
}

async function measureLight(): Promise<LightLoad> {
  const rates = values.rates.split(",").map(Number);
  const [perSecond = 200] = rates;
  const seconds = Number(values.seconds);
  const topics = await newTopics();
  const databaseUrl = await newDatabase();
  const child = await startConsumer(topics, databaseUrl, "bench-latency");
  const latencyAt = (rate: number, during: number) =>
    measureLatency(bootstrapServers, topics.action, databaseUrl, rate, during);
  try {
    // Connections, plans and compiled code of the first seconds belong to no steady state.
    await latencyAt(perSecond, 2);
    const [first, atRate] = await Promise.all([latencyAt(perSecond, seconds), courseOf(child, seconds)]);
    const latencies = [first];
    for (const rate of rates.slice(1)) latencies.push(await latencyAt(rate, seconds));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return { latencies, atRate, idle: await courseOf(child, seconds), perSecond };
  } finally {
    await child.stop();
  }
}

async function courseOf(child: MeasuredChild, seconds: number): Promise<Course> {
  const before = await child.read();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const after = await child.read();
  const writes = (after.writes?.count ?? 0) - (before.writes?.count ?? 0);
  return {
    coreShare: (after.cpuSeconds - before.cpuSeconds) / seconds,
    writesPerSecond: writes / seconds,
    writeMillis: writes === 0 ? 0 : ((after.writes?.millis ?? 0) - (before.writes?.millis ?? 0)) / writes,
  };
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

async function expectRows(databaseUrl: string, count: number): Promise<void> {
  const [row] = await onServer(
    databaseUrl,
    `select count(*)::int, count(distinct id)::int as ids,
      sum((action_details -> 'tool_parameters' ->> 'index')::bigint)::float8 as checksum from agent_actions`,
  );
  // Every event has its number: a row twice and another missing would change the sum.
  const wanted = (count * (count - 1)) / 2;
  if (row?.count !== count || row.ids !== count || row.checksum !== wanted)
    throw new Error(
      `${row?.count} rows with ${row?.ids} ids and sum ${row?.checksum} instead of ${count}, sum ${wanted}`,
    );
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
