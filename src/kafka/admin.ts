import kafkajs, { type Admin } from "kafkajs";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { settlesWithin } from "../internal/settles-within.js";
import { askAgain } from "./ask-again.js";
import { createClient } from "./client.js";
import { onCluster } from "./cluster-hook.js";
import { type KafkaLog, NO_LOG } from "./log.js";
import { readMetadataOfAll } from "./metadata-of-all.js";
import { partitionKey } from "./records.js";
import { KafkaSockets } from "./sockets.js";
import { topicsReady } from "./topics-ready.js";

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

export interface TopicState {
  readonly partitions: number;
  readonly replicationFactor: number;
}

export interface TopicConfig {
  readonly topic: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly configEntries?: { name: string; value: string }[];
}

export interface GroupState {
  /** Kafka's own word: `Stable`, `Empty`, `Dead`, `PreparingRebalance`, ... */
  readonly state: string;
  readonly members: number;
}

/**
 * What this package asks a Kafka cluster, and has made by it. Every call rejects with kafkajs's error when it gets no response; questions
 * are asked again for some seconds where brokers do not agree yet who leads a partition.
 */
export interface KafkaAdmin {
  /** The brokers at the addresses that they advertise, which is where every client is sent. */
  brokers(): Promise<readonly (BrokerAddress & { readonly nodeId: number })[]>;
  /** The names of all topics. */
  topicNames(): Promise<ReadonlySet<string>>;
  /** Those of the topics that exist. Asking does not create the others. */
  topics(names: readonly string[]): Promise<ReadonlyMap<string, TopicState>>;
  /** Whether this call made the topic; `false` when it exists. */
  createTopic(config: TopicConfig): Promise<boolean>;
  /** Resolves when every partition of the topics has a leader; rejects with the reason of `aborted`. */
  ready(names: readonly string[], aborted: AbortSignal): Promise<void>;
  group(groupId: string): Promise<GroupState>;
  /** How many records of existing topics the group has not committed yet, by topic. */
  lag(groupId: string, topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Where each partition of existing topics begins and ends now, by {@link partitionKey}. Rejects when a leader does not respond. */
  ends(topics: readonly string[]): Promise<ReadonlyMap<string, PartitionEnds>>;
  /** What the group has committed of existing topics, by {@link partitionKey}; partitions without a commit are absent. */
  committed(groupId: string, topics: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
  /** Of each partition of existing topics the offset of the first record that is stamped at or after the time, by {@link partitionKey}. */
  offsetsAt(topics: readonly string[], time: Date): Promise<ReadonlyMap<string, bigint>>;
  /** For how many milliseconds existing topics keep records, -1 for ever; topics whose settings may not be read are absent. */
  retention(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** How many records of an existing topic stand at or behind the first one of each partition that is stamped later. */
  recordsStampedAfter(topic: string, time: Date): Promise<number>;
  close(): Promise<void>;
}

export interface PartitionEnds {
  /** Offset of the oldest record that the broker still has. */
  readonly low: bigint;
  /** Offset behind the newest record. */
  readonly high: bigint;
}

export interface KafkaAdminOptions {
  /** How often a request that failed for a passing reason is sent again. @default 3 */
  readonly retries?: number;
  /** @default none */
  readonly log?: KafkaLog | undefined;
  /** Ends every request and every attempt to connect when it is aborted. */
  readonly signal?: AbortSignal;
  /** Called for every connection that is opened, before it is known whether it succeeds. */
  readonly onConnecting?: (address: BrokerAddress) => void;
}

const { ConfigResourceTypes } = kafkajs;

const CREATE_MILLIS = 10_000;
const CLOSE_MILLIS = 1_000;

/** Connects to the first bootstrap address that responds. */
export async function connectKafkaAdmin(
  settings: KafkaSettings,
  { retries = 3, log = NO_LOG, signal, onConnecting }: KafkaAdminOptions = {},
): Promise<KafkaAdmin> {
  const sockets = new KafkaSockets(onConnecting === undefined ? {} : { onConnecting });
  const cut = () => sockets.cut();
  if (signal?.aborted) cut();
  else signal?.addEventListener("abort", cut, { once: true });
  const retry = { retries, initialRetryTime: 100, maxRetryTime: 1_000 };
  const kafka = createClient({ settings, sockets, log, retry });
  readMetadataOfAll(kafka);
  let refresh = () => Promise.resolve();
  onCluster(kafka, (cluster) => {
    const { refreshMetadata } = cluster;
    if (typeof refreshMetadata === "function") refresh = () => Reflect.apply(refreshMetadata, cluster, []);
  });
  const admin = kafka.admin();
  const asked = <Answer>(ask: () => Promise<Answer>) => askAgain(ask, { refresh: () => refresh(), signal });
  const close = async () => {
    await settlesWithin(admin.disconnect(), CLOSE_MILLIS);
    signal?.removeEventListener("abort", cut);
    sockets.cut();
  };
  try {
    await admin.connect();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    brokers: () => asked(async () => (await admin.describeCluster()).brokers),
    topicNames: () => asked(async () => new Set(await admin.listTopics())),
    topics: (names) => asked(() => readTopics(admin, names)),
    createTopic: (config) =>
      admin.createTopics({ topics: [config], timeout: CREATE_MILLIS, waitForLeaders: false }),
    ready: (names, aborted) => topicsReady(admin, names, aborted),
    group: (groupId) => asked(() => readGroup(admin, groupId)),
    lag: (groupId, topics) => asked(() => readLag(admin, groupId, topics)),
    ends: (topics) => asked(() => readEnds(admin, topics)),
    committed: (groupId, topics) => asked(() => readCommitted(admin, groupId, topics)),
    offsetsAt: (topics, time) => asked(() => readOffsetsAt(admin, topics, time)),
    retention: (topics) => asked(() => readRetention(admin, topics)),
    recordsStampedAfter: (topic, time) => asked(() => countStampedAfter(admin, topic, time)),
    close,
  };
}

/** Lends an admin client for one piece of work; its connections end with it. */
export async function withAdmin<Result>(
  settings: KafkaSettings,
  log: KafkaLog,
  work: (admin: KafkaAdmin) => Promise<Result>,
): Promise<Result> {
  const admin = await connectKafkaAdmin(settings, { log });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

async function readTopics(admin: Admin, names: readonly string[]): Promise<ReadonlyMap<string, TopicState>> {
  const existing = new Set(await admin.listTopics());
  const topics = names.filter((name) => existing.has(name));
  if (topics.length === 0) return new Map();
  const metadata = await admin.fetchTopicMetadata({ topics });
  return new Map(
    metadata.topics.map(({ name, partitions }) => [
      name,
      {
        partitions: partitions.length,
        replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)),
      },
    ]),
  );
}

async function readGroup(admin: Admin, groupId: string): Promise<GroupState> {
  const { groups } = await admin.describeGroups([groupId]);
  const [group] = groups;
  return { state: group?.state ?? "Dead", members: group?.members.length ?? 0 };
}

async function readLag(
  admin: Admin,
  groupId: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (topics.length === 0) return new Map();
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
  const lags = new Map<string, number>();
  for (const { topic, partitions } of committed) {
    const ends = await admin.fetchTopicOffsets(topic);
    const waiting = ends.map(({ partition, high, low }) => {
      // -1: the group has not committed anything there. Records before `low` are gone and wait for nobody.
      const offset = Number(partitions.find((other) => other.partition === partition)?.offset ?? -1);
      return Math.max(0, Number(high) - Math.max(offset, Number(low)));
    });
    lags.set(topic, sum(waiting));
  }
  return lags;
}

async function readEnds(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, PartitionEnds>> {
  const ends = new Map<string, PartitionEnds>();
  // One after the other: each that has to connect first would listen on the same socket.
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      ends.set(partitionKey({ topic, partition }), { low: BigInt(low), high: BigInt(high) });
  return ends;
}

async function readCommitted(
  admin: Admin,
  groupId: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  if (topics.length === 0) return new Map();
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
  return new Map(
    committed.flatMap(({ topic, partitions }) =>
      partitions
        .filter(({ offset }) => offset !== "-1")
        .map(({ partition, offset }) => [partitionKey({ topic, partition }), BigInt(offset)]),
    ),
  );
}

async function readOffsetsAt(
  admin: Admin,
  topics: readonly string[],
  time: Date,
): Promise<ReadonlyMap<string, bigint>> {
  const offsets = new Map<string, bigint>();
  for (const topic of topics)
    for (const { partition, offset } of await admin.fetchTopicOffsetsByTimestamp(topic, time.getTime()))
      offsets.set(partitionKey({ topic, partition }), BigInt(offset));
  return offsets;
}

async function readRetention(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (topics.length === 0) return new Map();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({
      type: ConfigResourceTypes.TOPIC,
      name,
      configNames: ["retention.ms"],
    })),
  });
  return new Map(
    resources.flatMap(({ resourceName, configEntries }) =>
      configEntries.map(({ configValue }) => [resourceName, Number(configValue)] as const),
    ),
  );
}

async function countStampedAfter(admin: Admin, topic: string, time: Date): Promise<number> {
  const first = await admin.fetchTopicOffsetsByTimestamp(topic, time.getTime());
  const ends = await admin.fetchTopicOffsets(topic);
  return sum(
    first.map(({ partition, offset }) => {
      const end = ends.find((other) => other.partition === partition);
      return Math.max(0, Number(end?.high ?? offset) - Number(offset));
    }),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
