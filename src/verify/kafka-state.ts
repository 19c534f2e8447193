import type { Logger } from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { DEAD_LETTER_HEADERS } from "../consumer/dead-letter.js";
import { type Fate, headerText, noteOf, placeText } from "../consumer/dead-letter-note.js";
import { RECORD_KINDS, type TopicNames, topicAliases } from "../event/index.js";
import type { KafkaAdmin, PartitionEnds } from "../kafka/admin.js";
import { readToEnd } from "../kafka/read-to-end.js";
import { type TopicPartition, topicPartitionOf } from "../kafka/records.js";

/** One partition, and how far the group has stored it. */
export interface PartitionState extends TopicPartition {
  readonly low: bigint;
  readonly high: bigint;
  /** `undefined`: the group has committed nothing here. */
  readonly committed: bigint | undefined;
}

/** Topics that exist of those that the consumer reads. Rejects with Kafka's error. */
export async function partitionStates(
  admin: KafkaAdmin,
  groupId: string,
  names: TopicNames,
): Promise<readonly PartitionState[]> {
  const existing = await admin.topicNames();
  const topics = RECORD_KINDS.flatMap((kind) => [names[kind], ...topicAliases(kind, names)]).filter((name) =>
    existing.has(name),
  );
  // Committed first: what is committed was there before.
  const committed = await admin.committed(groupId, topics);
  const ends = await admin.ends(topics);
  return [...ends].map(([key, { low, high }]) => ({
    ...topicPartitionOf(key),
    low,
    high,
    committed: committed.get(key),
  }));
}

/** A dead letter by the record that it was. */
export interface LetterSummary {
  readonly epoch: string | undefined;
  readonly sequence: string | undefined;
  readonly key: string | undefined;
  readonly reason: string;
  /** `topic/partition/offset` of the record. */
  readonly place: string;
  fate: Fate | "open";
}

export interface LettersOptions {
  readonly kafka: KafkaSettings;
  readonly groupPrefix: string;
  readonly topic: string;
  readonly ends: ReadonlyMap<string, PartitionEnds>;
  readonly from?: ReadonlyMap<string, bigint>;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** What the headers of the dead letters say. Rejects as `readToEnd` does. */
export async function readLetterSummaries({ topic, ...options }: LettersOptions): Promise<LetterSummary[]> {
  const letters = new Map<string, LetterSummary>();
  const fates = new Map<string, Fate>();
  await readToEnd({ ...options, topics: [topic] }, ({ partition }, { offset, key, headers = {} }) => {
    const note = noteOf(headers);
    if (note !== undefined) {
      fates.set(note.of, note.fate);
      return;
    }
    const text = (name: string) => headerText(headers, name);
    letters.set(placeText({ partition, offset }), {
      epoch: text("producer-epoch"),
      sequence: text("producer-sequence"),
      key: key?.toString("utf8"),
      reason: text(DEAD_LETTER_HEADERS.reason) ?? "unknown",
      place: [
        text(DEAD_LETTER_HEADERS.topic),
        text(DEAD_LETTER_HEADERS.partition),
        text(DEAD_LETTER_HEADERS.offset),
      ].join("/"),
      fate: "open",
    });
  });
  for (const [place, fate] of fates) {
    const letter = letters.get(place);
    if (letter !== undefined) letter.fate = fate;
  }
  return [...letters.values()];
}
