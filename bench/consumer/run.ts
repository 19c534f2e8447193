/**
 * How fast the consumer is, with and without file operations, beside Kafka Connect with Debezium's JDBC sink, a loop written by hand, the
 * predecessor's consumer in Python, and two ceilings in the same run: kafkajs that only reads, and the store that is fed from memory.
 *
 *   npx tsx bench/consumer/run.ts [--records 100000] [--rounds 3] [--only "consumer;Kafka Connect"] [--json FILE]
 *
 * Each side runs in a process of its own. Every round has topics and a database of its own; the order changes from round to
 * round. The counts are checked: as many rows as records, or the run fails.
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import type { TopicNames } from "../../src/event/index.js";
import { writeJson } from "../agent/write-json.js";
import { consumerResult } from "./consumer-result.js";
import { type MeasuredChild, startChild } from "./measured-child.js";
import { isPeer, PEERS, recordsOf, startPeer } from "./peers.js";
import { postgresCpuSeconds } from "./postgres-cpu.js";
import { printResults, type Throughput } from "./print-results.js";
import { produce } from "./produce.js";
import { newDatabase, newTopics, onServer } from "./surroundings.js";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    /** Some sides only, with semicolons. */
    only: { type: "string" },
    json: { type: "string" },
  },
});
const records = Number(values.records);
const stack = await startDevStack({ onProgress: console.error });
const bootstrapServers = stack.kafka!.bootstrapServers;

const SIDES = ["read only", "from memory", "bare loop", "consumer", "consumer, files", ...PEERS] as const;
/** No call is of this tool, so none gives a row of `agent_file_operations`. */
const NO_FILE_TOOLS = ["no_such_tool:read"];
const sides =
  values.only === undefined ? SIDES : SIDES.filter((side) => values.only!.split(";").includes(side));
const results = new Map<string, Throughput[]>(sides.map((side) => [side, []]));
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    const topics = await newTopics(bootstrapServers);
    const bytes = await produce(bootstrapServers, topics.action, records);
    console.error(`round ${round + 1}: ${records} records of ${bytes.toFixed(0)} bytes`);
    const order = sides.map((_, index) => sides[(index + round) % sides.length]!);
    for (const side of order) results.get(side)!.push(await measure(side, topics));
  }
  printResults(results);
  if (values.json !== undefined)
    writeJson(values.json, consumerResult(results, { records, rounds: values.rounds }));
} finally {
  await stack.stop();
}

async function measure(side: (typeof SIDES)[number], topics: TopicNames): Promise<Throughput> {
  const databaseUrl = await newDatabase(stack.postgres!.url);
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
