import type { Logger } from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { RECORD_KINDS, type TopicNames } from "../event/index.js";
import { type TopicConfig, type TopicState, withAdmin } from "./admin.js";
import { NO_LOG, pinoLog } from "./log.js";

export interface EnsureTopicsOptions {
  /** Of each topic that is read; the dead-letter topic has one. @default 6 */
  readonly partitions?: number | undefined;
  /** @default the number of brokers, 3 at most */
  readonly replicationFactor?: number | undefined;
  /** @default nothing is logged */
  readonly logger?: Logger | undefined;
}

export interface TopicReport {
  readonly role: keyof TopicNames;
  readonly topic: string;
  readonly outcome: "created" | "existed";
  readonly partitions: number;
  readonly replicationFactor: number;
  /** How a topic that existed differs from what would have been made, in sentences. It is left as it is. */
  readonly differences: readonly string[];
}

export const DEFAULT_PARTITIONS = 6;
const MAX_DEFAULT_REPLICAS = 3;
const READY_MILLIS = 30_000;

/** Two weeks: long enough to come back from holidays. The other topics keep the broker's own retention. */
const DEAD_LETTER_RETENTION_MILLIS = 14 * 24 * 60 * 60 * 1_000;
/**
 * Only the newest heartbeat of a producer matters. The broker stamps them, so that all are on one clock; segments of an hour are what
 * makes compaction and retention happen.
 */
const HEARTBEAT_CONFIG = [
  { name: "cleanup.policy", value: "compact,delete" },
  { name: "retention.ms", value: String(24 * 60 * 60 * 1_000) },
  { name: "segment.ms", value: String(60 * 60 * 1_000) },
  { name: "message.timestamp.type", value: "LogAppendTime" },
];
/** Above the usual limit of 1 MiB, so that a record of that size fits together with the headers that say why it is here. */
const DEAD_LETTER_MAX_BYTES = 2_097_152;

/**
 * Makes the topics that do not exist and reports on all. Safe to call again, and at the same time from elsewhere.
 * Rejects with what Kafka returns when it cannot be reached or refuses.
 */
export async function ensureTopics(
  kafka: KafkaSettings,
  topics: TopicNames,
  options: EnsureTopicsOptions = {},
): Promise<readonly TopicReport[]> {
  const { partitions = DEFAULT_PARTITIONS, logger } = options;
  return withAdmin(kafka, logger ? pinoLog(logger) : NO_LOG, async (admin) => {
    const brokers = await admin.brokers();
    const replicationFactor = options.replicationFactor ?? Math.min(brokers.length, MAX_DEFAULT_REPLICAS);
    const existing = await admin.topicNames();
    const wanted = wantedTopics(topics, partitions, replicationFactor);
    const created = new Set<string>();
    for (const { config } of wanted) {
      if (existing.has(config.topic)) continue;
      // `false`: somebody else was quicker.
      if (await admin.createTopic(config)) created.add(config.topic);
    }
    const names = wanted.map(({ config }) => config.topic);
    await admin.ready(names, AbortSignal.timeout(READY_MILLIS));
    const states = await admin.topics(names);
    return wanted.map(({ role, config }) =>
      report(role, config, created.has(config.topic), states.get(config.topic)),
    );
  });
}

interface WantedTopic {
  readonly role: keyof TopicNames;
  readonly config: TopicConfig;
}

function wantedTopics(topics: TopicNames, numPartitions: number, replicationFactor: number): WantedTopic[] {
  const events = RECORD_KINDS.map((role) => ({
    role,
    config: {
      topic: topics[role],
      numPartitions,
      replicationFactor,
      ...(role === "producer_heartbeat" && { configEntries: HEARTBEAT_CONFIG }),
    },
  }));
  const deadLetters = {
    topic: topics.dead_letter,
    numPartitions: 1,
    replicationFactor,
    configEntries: [
      { name: "retention.ms", value: String(DEAD_LETTER_RETENTION_MILLIS) },
      { name: "max.message.bytes", value: String(DEAD_LETTER_MAX_BYTES) },
    ],
  };
  return [...events, { role: "dead_letter", config: deadLetters }];
}

function report(
  role: keyof TopicNames,
  { topic, numPartitions, replicationFactor }: TopicConfig,
  created: boolean,
  state: TopicState = { partitions: 0, replicationFactor: 0 },
): TopicReport {
  const { partitions, replicationFactor: replicas } = state;
  const differences = [
    partitions === numPartitions ? "" : `has ${partitions} partitions, would be made with ${numPartitions}`,
    replicas === replicationFactor
      ? ""
      : `is kept ${replicas} times, would be kept ${replicationFactor} times`,
  ].filter(Boolean);
  const outcome = created ? "created" : "existed";
  return { role, topic, outcome, partitions, replicationFactor: replicas, differences };
}
