import type { TopicNames } from "../../event/topics.js";
import { formatCount } from "../format/values.js";
import type { KafkaAdmin, TopicState } from "../kafka-admin.js";
import { type Finding, fail, ok, warn } from "./findings.js";

/** Looks whether all topics are there. */
export async function checkTopics(admin: KafkaAdmin, names: TopicNames): Promise<Finding[]> {
  const wanted = Object.values(names);
  const found = await admin.topics(wanted);
  const missing = wanted.filter((name) => !found.has(name));
  if (missing.length === 1 && missing[0] === names.span_attribution) {
    return [
      warn(
        "kafka",
        "topics",
        `${names.span_attribution} is missing: actions of plain exporters keep a stand-in for agent and session`,
        "make it: agent-actions topics --create",
      ),
    ];
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
