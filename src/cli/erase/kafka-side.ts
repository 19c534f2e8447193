import type { Letter } from "../../dead-letters/letter.js";
import { lettersInTopic } from "../../dead-letters/letters-in-topic.js";
import type { LetterSource } from "../../dead-letters/read-letters.js";
import { connectKafkaAdmin } from "../../kafka/admin.js";
import type { ErasureSubject } from "../../store/erasure/erasure-fields.js";
import { unavailable } from "../framework/exit-codes.js";
import type { CliSettings } from "../settings.js";
import { lettersOf } from "./letters-of.js";

/** What Kafka has of a subject. */
export interface KafkaSide {
  readonly source: LetterSource;
  readonly letters: readonly Letter[];
  /** Topics that hold records, and until when: ISO 8601, `for ever`, or `unknown` where their settings may not be read. */
  readonly heldUntil: Readonly<Record<string, string>>;
}

/** Throws `UnavailableError`. */
export async function kafkaSide(
  { kafka, topics, groupId }: CliSettings,
  subject: ErasureSubject,
  signal: AbortSignal,
): Promise<KafkaSide> {
  const source = lettersInTopic({ kafka, topic: topics.dead_letter, groupId, signal });
  try {
    const admin = await connectKafkaAdmin(kafka);
    try {
      const existing = [...(await admin.topics(Object.values(topics))).keys()];
      const ends = [...(await admin.ends(existing))];
      const holding = existing.filter((topic) =>
        ends.some(([key, { low, high }]) => key.startsWith(`${topic}:`) && low < high),
      );
      const retention = await admin.retention(holding).catch(() => new Map<string, number>());
      const letters = holding.includes(topics.dead_letter) ? await lettersOf(source, topics, subject) : [];
      const heldUntil = Object.fromEntries(holding.map((topic) => [topic, untilText(retention.get(topic))]));
      return { source, letters, heldUntil };
    } finally {
      await admin.close();
    }
  } catch (error) {
    throw unavailable("Nothing was erased (--no-kafka goes on without Kafka)", error);
  }
}

/** What is in the topic now is gone then, give or take a segment. */
function untilText(retentionMillis: number | undefined): string {
  if (retentionMillis === undefined || Number.isNaN(retentionMillis)) return "unknown";
  if (retentionMillis < 0 || retentionMillis > MAX_MILLIS) return "for ever";
  return new Date(Date.now() + retentionMillis).toISOString();
}

/** A century: dates end some time after. */
const MAX_MILLIS = 100 * 365 * 86_400_000;
