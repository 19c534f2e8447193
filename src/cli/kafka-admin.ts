import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Admin, type ISocketFactoryArgs, Kafka, logLevel } from "kafkajs";
import type { KafkaSettings } from "../config/kafka-settings.js";

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

export interface TopicState {
  readonly partitions: number;
  readonly replicationFactor: number;
}

export interface GroupState {
  /** Kafka's own word: `Stable`, `Empty`, `Dead`, `PreparingRebalance`, ... */
  readonly state: string;
  readonly members: number;
}

/** What the command line asks a Kafka cluster. Every call rejects with kafkajs's error when it gets no answer. */
export interface KafkaAdmin {
  /** The brokers at the addresses that they advertise, which is where every client is sent. */
  brokers(): Promise<readonly (BrokerAddress & { readonly nodeId: number })[]>;
  /** Those of the topics that exist. Asking does not create the others. */
  topics(names: readonly string[]): Promise<ReadonlyMap<string, TopicState>>;
  group(groupId: string): Promise<GroupState>;
  /** How many records of existing topics the group has not committed yet, by topic. */
  lag(groupId: string, topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** How many records of an existing topic stand at or behind the first one of each partition that is stamped later. */
  recordsStampedAfter(topic: string, time: Date): Promise<number>;
  close(): Promise<void>;
}

export interface KafkaAdminOptions {
  /** How often a request that failed for a passing reason is sent again. @default 3 */
  readonly retries?: number;
  /** Called for every connection that is opened, before it is known whether it succeeds. */
  readonly onConnecting?: (address: BrokerAddress) => void;
}

/** Connects to the first bootstrap address that answers. */
export async function connectKafkaAdmin(
  settings: KafkaSettings,
  options: KafkaAdminOptions = {},
): Promise<KafkaAdmin> {
  const admin = createClient(settings, options).admin();
  await admin.connect();
  return {
    brokers: async () => (await admin.describeCluster()).brokers,
    topics: (names) => readTopics(admin, names),
    group: (groupId) => readGroup(admin, groupId),
    lag: (groupId, topics) => readLag(admin, groupId, topics),
    recordsStampedAfter: (topic, time) => countStampedAfter(admin, topic, time),
    close: () => admin.disconnect(),
  };
}

function createClient(settings: KafkaSettings, { retries = 3, onConnecting }: KafkaAdminOptions): Kafka {
  const { brokers, ssl, sasl, connectionTimeoutMillis, requestTimeoutMillis } = settings;
  return new Kafka({
    clientId: `${settings.clientId}-cli`,
    brokers: [...brokers],
    connectionTimeout: connectionTimeoutMillis,
    requestTimeout: requestTimeoutMillis,
    logLevel: logLevel.NOTHING,
    retry: { retries, initialRetryTime: 100, maxRetryTime: 1_000 },
    socketFactory: (address) => {
      onConnecting?.({ host: address.host, port: address.port });
      return openSocket(address);
    },
    ...(ssl === undefined ? {} : { ssl: ssl.reveal() }),
    ...(sasl === undefined
      ? {}
      : { sasl: { ...sasl, password: sasl.password.reveal() } as KafkaSaslWithPassword }),
  });
}

// kafkajs types the three mechanisms as three shapes, though all have the same fields.
type KafkaSaslWithPassword = { mechanism: "plain"; username: string; password: string };

const KEEP_ALIVE_MILLIS = 60_000;

/** What kafkajs does when it is given no factory. An address is no server name in TLS, only a name is. */
function openSocket({ host, port, ssl, onConnect }: ISocketFactoryArgs) {
  const isName = /[a-z]/i.test(host) && !host.includes(":");
  const socket = ssl
    ? connectTls({ host, port, ...(isName ? { servername: host } : {}), ...ssl }, onConnect)
    : connectTcp({ host, port }, onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_MILLIS);
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
