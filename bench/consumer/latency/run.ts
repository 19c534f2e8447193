/**
 * How long an action takes from its end to its visible row, by stage, at steady rates, and what a consumer that nobody looks at costs at one of
 * them, once it has done so for a while, and when idle.
 *
 *   npx tsx bench/consumer/latency/run.ts [--rates 10,100,200,1000,5000,10000] [--seconds 10] [--at 200] [--warm-up 30] [--json FILE]
 *
 * Producer and consumer have a process each; this one looks at the table. PostgreSQL notes when transactions commit (`track_commit_timestamp`),
 * so it is a server of its own, unless `DATABASE_URL` names one where that is on. Every record has to be a row, or the run fails.
 */
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startDevStack } from "../../../src/devstack/dev-stack.js";
import { startPostgres } from "../../../src/devstack/postgres.js";
import { writeJson } from "../../agent/write-json.js";
import { answerOf, forkChild, type MeasuredChild, startChild, stopChild } from "../measured-child.js";
import { newDatabase, newTopics, onServer } from "../surroundings.js";
import type { PacedOrder } from "./child-paced-producer.js";
import { courseOf } from "./course.js";
import { latencyResult, printLatencies, type Quiet } from "./latency-result.js";
import { type Latency, measureLatency } from "./measure-latency.js";

const { values } = parseArgs({
  options: {
    rates: { type: "string", default: "10,100,200,1000,5000,10000" },
    seconds: { type: "string", default: "10" },
    /** The rate at which the consumer's processor time is measured. */
    at: { type: "string", default: "200" },
    /** Seconds at this rate before its processor time is measured. */
    "warm-up": { type: "string", default: "30" },
    json: { type: "string" },
  },
});
const rates = values.rates.split(",").map(Number);
const [seconds, perSecond] = [Number(values.seconds), Number(values.at)];
// A consumer runs for days. In its first minutes the engine's other threads compile what it runs.
const warmUpSeconds = Number(values["warm-up"]);
if (![...rates, seconds, perSecond, warmUpSeconds].every((value) => value > 0))
  throw new Error("--rates, --seconds, --at and --warm-up take numbers above 0.");

const [stack, postgres] = await Promise.all([
  startDevStack({ only: "kafka", onProgress: console.error }),
  startWithCommitTimes(),
]);
try {
  const { bootstrapServers } = stack.kafka!;
  const topics = await newTopics(bootstrapServers);
  const databaseUrl = await newDatabase(postgres.url);
  const order = {
    kafka: { brokers: bootstrapServers },
    postgres: { url: databaseUrl },
    topics,
    groupId: "bench-latency",
  };
  const producer = await forkChild("./latency/child-paced-producer.ts", {
    brokers: bootstrapServers,
    topic: topics.action,
  });
  const looked = await startChild("./child-consumer.ts", { ...order, noteFetchesOf: topics.action });
  const latencies = await latenciesOf(producer, looked, databaseUrl);
  await looked.stop();
  const quiet = await quietOf(producer, await startChild("./child-consumer.ts", order));
  await stopChild(producer);
  printLatencies(latencies, quiet);
  if (values.json !== undefined)
    writeJson(values.json, latencyResult(latencies, quiet, { seconds, warmUpSeconds }));
} finally {
  await Promise.all([stack.stop(), postgres.stop()]);
}

async function latenciesOf(producer: ChildProcess, consumer: MeasuredChild, databaseUrl: string) {
  const at = (rate: number, during: number) =>
    measureLatency(producer, consumer, databaseUrl, { perSecond: rate, count: Math.ceil(rate * during) });
  // Connections, plans and compiled code of the first seconds belong to no steady state.
  await at(200, 2);
  await at(2_000, 2);
  const latencies: Latency[] = [];
  for (const rate of rates) {
    console.error(`${rate} a second`);
    latencies.push(await at(rate, seconds));
    await sleep(500);
  }
  return latencies;
}

/** What the consumer costs: nothing else looks at its rows, and it has run at this rate before. */
async function quietOf(producer: ChildProcess, consumer: MeasuredChild): Promise<Quiet> {
  const count = perSecond * (warmUpSeconds + seconds + 1);
  console.error(`${perSecond} a second, alone`);
  const publishing = answerOf(producer, { perSecond, count } satisfies PacedOrder);
  // It is waited for below; until then it may reject.
  publishing.catch(() => undefined);
  await sleep(warmUpSeconds * 1_000);
  const atRate = await courseOf(consumer, seconds);
  await publishing;
  await consumer.reach(count);
  await sleep(1_000);
  const idle = await courseOf(consumer, seconds);
  await consumer.stop();
  return { perSecond, atRate, idle };
}

async function startWithCommitTimes(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const given = process.env.DATABASE_URL;
  if (given) {
    const [row] = await onServer(
      given,
      "select (current_setting('track_commit_timestamp') = 'on')::int as notes",
    );
    if (row?.notes !== 1)
      throw new Error(
        "The server that DATABASE_URL names does not keep when transactions commit. Set track_commit_timestamp = on there and start it anew, or leave DATABASE_URL unset.",
      );
    return { url: given, stop: async () => undefined };
  }
  const server = await startPostgres({ onProgress: console.error });
  await onServer(server.url, "alter system set track_commit_timestamp = on");
  await server.stop();
  await server.restart();
  return { url: server.url, stop: () => server.close() };
}
