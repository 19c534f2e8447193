import type { TopicNames } from "../../event/topics.js";
import type { KafkaAdmin, TopicState } from "../../kafka/admin.js";
import { formatCount, formatNumber } from "../format/values.js";
import { type Finding, fail, ok, warn } from "./findings.js";

/** Looks whether all topics are there. */
export async function checkTopics(admin: KafkaAdmin, names: TopicNames): Promise<Finding[]> {
  const wanted = Object.values(names);
  const found = await admin.topics(wanted);
  const missing = wanted.filter((name) => !found.has(name));
  const without = new Map([
    [
      names.span_attribution,
      "actions sent by KafkaActionExporter keep inferred values for agent and session",
    ],
    [names.label, "labels and outcomes that are sent as events wait where they were made"],
    [names.producer_heartbeat, "running actions of a process that is gone stay running"],
  ]);
  if (missing.length > 0 && missing.every((name) => without.has(name))) {
    return missing.map((name) =>
      warn(
        "kafka",
        "topics",
        `${name} is missing: ${without.get(name)}`,
        "make it: agent-actions topics --create",
      ),
    );
  }
  if (missing.length > 0) {
    return [
      fail(
        "kafka",
        "topics",
        `${formatCount(missing.length, "topic")} of ${wanted.length} missing: ${missing.join(", ")}`,
        "make them: agent-actions topics --create",
      ),
    ];
  }
  return [ok("kafka", "topics", `all ${wanted.length} topics are there, ${spread(found, names)}`)];
}

/** The dead-letter topic has fewer partitions, and nobody shares its work. */
function spread(found: ReadonlyMap<string, TopicState>, { dead_letter: deadLetters }: TopicNames): string {
  const topics = new Map([...found].filter(([name]) => name !== deadLetters));
  const partitions = [...new Set([...topics.values()].map((topic) => topic.partitions))].sort(
    (a, b) => a - b,
  );
  const copies = [...new Set([...topics.values()].map((topic) => topic.replicationFactor))].sort(
    (a, b) => a - b,
  );
  return `${partitions.join(" or ")} partitions, replication factor ${copies.join(" or ")}`;
}

/** Above this the consumer is said to be behind: at the 2,000 rows a second of one modest instance, a minute. */
export const LAG_TO_WARN_AT = 120_000;

const START = "start the consumer: agent-actions consume";

/** Looks whether somebody consumes, and how much waits. */
export async function checkGroup(admin: KafkaAdmin, groupId: string, names: TopicNames): Promise<Finding[]> {
  const { dead_letter: deadLetters, ...sources } = names;
  const existing = [...(await admin.topics(Object.values(names))).keys()];
  const read = existing.filter((topic) => topic !== deadLetters);
  const [group, lags] = await Promise.all([admin.group(groupId), admin.lag(groupId, read)]);
  const waiting = [...lags.values()].reduce((total, lag) => total + lag, 0);
  const lag = `${formatCount(waiting, "record")} in ${Object.keys(sources).length} topics not stored yet`;

  if (group.members === 0) {
    return [
      fail("consumer", "group", `nobody consumes in group ${groupId} (${group.state})`, START),
      waiting === 0
        ? ok("consumer", "lag", lag)
        : warn("consumer", "lag", `${lag}, and nobody stores them`, START),
    ];
  }
  return [
    group.state === "Stable"
      ? ok("consumer", "group", `${formatCount(group.members, "member")} in group ${groupId}`)
      : warn(
          "consumer",
          "group",
          `group ${groupId} is ${group.state}`,
          "look again in half a minute; a rebalance ends by itself",
        ),
    waiting < LAG_TO_WARN_AT
      ? ok("consumer", "lag", lag)
      : warn(
          "consumer",
          "lag",
          `${lag}, more than ${formatNumber(LAG_TO_WARN_AT)}`,
          "start more instances of agent-actions consume, up to the number of partitions",
        ),
  ];
}
