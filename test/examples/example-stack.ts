import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { topicVariable } from "../../src/config/topic-settings.js";
import type { ActionConsumer } from "../../src/consumer/index.js";
import { DEFAULT_TOPICS, EVENT_KINDS, type TopicNames } from "../../src/event/index.js";
import { endsOf } from "../helpers/kafka-topics.js";
import { kafkaBootstrap, uniqueName } from "../helpers/stack.js";
import { type ConsumerHarness, createHarness, untilConsumed } from "../integration/consumer-harness.js";

const TSX = createRequire(import.meta.url).resolve("tsx/cli");
const ROOT = new URL("../../", import.meta.url);

export interface ExampleStack {
  /** What an example finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly query: ConsumerHarness["query"];
  /** Runs a program of `examples/`, as `npx tsx` does. */
  runExample(file: string, env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Until whatever lies in Kafka now has been brought to an end by the consumer. Answers how many records that were. */
  untilStored(): Promise<number>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Topics, a database and a consumer for one test file, all of them real. */
export async function startExampleStack(): Promise<ExampleStack> {
  const harness = await createHarness();
  const consumer = await harness.start();
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
    DATABASE_URL: harness.databaseUrl,
    ...topicVariables(harness.topics),
  };
  return {
    env,
    query: harness.query,
    runExample: (file, more = {}) => run(process.execPath, [TSX, `examples/${file}`], { ...env, ...more }),
    untilStored: () => untilStored(harness, consumer),
  };
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string | URL = ROOT,
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Names of topics that no other test has. */
export function uniqueTopics(prefix: string): TopicNames {
  const base = uniqueName(prefix);
  const names = Object.keys(DEFAULT_TOPICS).map((role) => [role, `${base}.${role}`]);
  return Object.fromEntries(names);
}

/** The same for the environment of a program. */
export function topicVariables(topics: TopicNames): Record<string, string> {
  const roles = Object.keys(topics) as (keyof TopicNames)[];
  return Object.fromEntries(roles.map((role) => [topicVariable(role), topics[role]]));
}

async function untilStored({ kafka, topics }: ConsumerHarness, consumer: ActionConsumer): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const partitions = await Promise.all(EVENT_KINDS.map((kind) => endsOf(admin, topics[kind])));
    const records = partitions.flat().reduce((sum, { high }) => sum + Number(high), 0);
    await untilConsumed(consumer, records);
    return records;
  } finally {
    await admin.disconnect();
  }
}
