/**
 * How fast the consumer is, with and without file operations, beside Kafka Connect with Debezium's JDBC sink, a loop written by hand, the
 * predecessor's consumer in Python with and without them, and two ceilings in the same run: kafkajs that only reads, and the store that is fed from memory.
 *
 *   npx tsx bench/consumer/run.ts [--records 100000] [--rounds 3] [--only "consumer;Kafka Connect"]
 *     [--payload default,200,2048,51200,real] [--json FILE]
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
import { expectRows } from "./expect-rows.js";
import { type MeasuredChild, startChild } from "./measured-child.js";
import { type Payload, payloadOf, recordsWithin } from "./payload.js";
import { isPeer, PEERS, recordsOf, startPeer } from "./peers.js";
import { postgresCpuSeconds } from "./postgres-cpu.js";
import { printResults, type Throughput } from "./print-results.js";
import { produce } from "./produce.js";
import { newDatabase, newTopics } from "./surroundings.js";
import { measureTogether, type Together } from "./two-processes.js";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    /** Of what the tools gave, with commas: `default` for events of 514 bytes, a number of bytes, `real` for texts of recorded sessions. */
    payload: { type: "string", default: "default" },
    /** Where recorded sessions are. */
    sessions: { type: "string", default: "../shared/data/pi-sessions" },
    /** Some sides only, with semicolons. */
    only: { type: "string" },
    json: { type: "string" },
  },
});
const stack = await startDevStack({ onProgress: console.error });
const bootstrapServers = stack.kafka!.bootstrapServers;

/** With results of another size too. The others make their own records, or have them made. */
const OF_ANY_SIZE = [
  "read only",
  "bare loop",
  "consumer",
  "consumer, files",
  "consumer, 2 processes",
] as const;
const SIDES = ["from memory", ...OF_ANY_SIZE, ...PEERS] as const;
type Side = (typeof SIDES)[number];
/** Those that write rows of `agent_file_operations`, too. */
const FILE_SIDES: readonly Side[] = ["consumer, files", "predecessor"];
/** No call is of this tool, so none gives a row of `agent_file_operations`. */
const NO_FILE_TOOLS = ["no_such_tool:read"];
const wanted = values.only?.split(";");
const unknown = wanted?.find((side) => !(SIDES as readonly string[]).includes(side));
if (unknown !== undefined)
  throw new Error(`There is no side "${unknown}". The sides are ${SIDES.join("; ")}.`);
const results = new Map<string, Throughput[]>();
const failures: string[] = [];
try {
  for (const order of values.payload.split(",")) {
    const payload = payloadOf(order, values.sessions);
    if (payload !== undefined) await measureAll(payload);
    else
      console.error(
        `--payload real: there are no recorded sessions in ${values.sessions}, so it is left out`,
      );
  }
  printResults(results);
  if (values.json !== undefined) {
    const { records, rounds, payload } = values;
    writeJson(values.json, { ...consumerResult(results, { records, rounds, payload }), failures });
  }
} finally {
  await stack.stop();
}

async function measureAll(payload: Payload): Promise<void> {
  const records = recordsWithin(payload, Number(values.records));
  const possible: readonly Side[] = payload.make === undefined ? SIDES : OF_ANY_SIZE;
  const sides = possible.filter((side) => wanted?.includes(side) ?? true);
  const broken = new Set<Side>();
  for (let round = 0; round < Number(values.rounds); round++) {
    const topics = await newTopics(bootstrapServers);
    const bytes = await produce(bootstrapServers, topics.action, records, payload.make);
    console.error(`round ${round + 1}: ${records} records of ${bytes.toFixed(0)} bytes`);
    const order = sides.map((_, index) => sides[(index + round) % sides.length]!);
    for (const side of order.filter((one) => !broken.has(one))) {
      const name = side + payload.mark;
      try {
        const round = await measure(side, topics, records);
        results.set(name, [...(results.get(name) ?? []), { ...round, bytes }]);
      } catch (error) {
        // What a peer lacks is no reason to have nothing of ours; that it failed is said, and its figures do not count.
        if (!isPeer(side)) throw error;
        broken.add(side);
        results.delete(name);
        failures.push(`${side}: ${error instanceof Error ? error.message : String(error)}`);
        console.error(`  ${failures.at(-1)}`);
      }
    }
  }
}

async function measure(side: Side, topics: TopicNames, records: number): Promise<Omit<Throughput, "bytes">> {
  const databaseUrl = await newDatabase(stack.postgres!.url);
  const count = isPeer(side) ? recordsOf(side, records) : records;
  const cpuBefore = await postgresCpuSeconds(databaseUrl);
  const children = await startSide(side, topics, databaseUrl, count);
  const done = await (children.length > 1
    ? measureTogether(children, count)
    : measureAlone(children[0]!, count));
  await Promise.all(children.map((child) => child.stop()));
  const cpuAfter = await postgresCpuSeconds(databaseUrl);
  if (side !== "read only") await expectRows(databaseUrl, count, FILE_SIDES.includes(side));
  console.error(`  ${side}: ${done.perSecond.toFixed(0)} a second`);
  const postgres = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore;
  return { ...done, postgresMicros: postgres === undefined ? undefined : (postgres / count) * 1e6 };
}

async function measureAlone(child: MeasuredChild, count: number): Promise<Together> {
  const before = await child.read();
  const joined = performance.now();
  await child.reach(count);
  const seconds = (performance.now() - joined) / 1_000;
  const after = await child.read();
  return {
    perSecond: count / seconds,
    cpuMicros: ((after.cpuSeconds - before.cpuSeconds) / count) * 1e6,
    peakBytes: after.peakBytes,
  };
}

async function startSide(
  side: Side,
  topics: TopicNames,
  databaseUrl: string,
  count: number,
): Promise<readonly MeasuredChild[]> {
  const groupId = `bench-${randomBytes(4).toString("hex")}`;
  const plain = { brokers: bootstrapServers, topic: topics.action, groupId };
  if (isPeer(side)) return [await startPeer(side, count, bootstrapServers, databaseUrl)];
  if (side === "from memory") return [await startChild("./child-from-memory.ts", { databaseUrl, count })];
  if (side === "read only") return [await startChild("./child-plain-loop.ts", plain)];
  if (side === "bare loop") return [await startChild("./child-bare-loop.ts", { ...plain, databaseUrl })];
  const more = side === "consumer, files" ? {} : { fileTools: NO_FILE_TOOLS };
  const processes = side === "consumer, 2 processes" ? 2 : 1;
  const starting = Array.from({ length: processes }, () => startConsumer(topics, databaseUrl, groupId, more));
  return Promise.all(starting);
}

function startConsumer(
  topics: TopicNames,
  databaseUrl: string,
  groupId: string,
  more: object,
): Promise<MeasuredChild> {
  return startChild("./child-consumer.ts", {
    kafka: { brokers: bootstrapServers },
    postgres: { url: databaseUrl },
    topics,
    groupId,
    ...more,
  });
}
