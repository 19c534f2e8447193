import type { KafkaSettings } from "../../config/kafka-settings.js";
import type { TopicNames } from "../../event/topics.js";
import { describeError } from "../../internal/describe-error.js";
import { connectKafkaAdmin, type TopicState } from "../../kafka/admin.js";
import { ensureTopics } from "../../kafka/ensure-topics.js";
import type { TOPICS_OPTIONS } from "../commands/topics.js";
import { printTable } from "../format/table.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { CommandError, EXIT_FAILURE, EXIT_OK, unavailable } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { resolveSettings } from "../settings.js";

export async function runTopics(
  { options }: CommandInput<typeof TOPICS_OPTIONS>,
  { out, env }: CliContext,
): Promise<number> {
  const { kafka, topics } = resolveSettings(options, env, { onNotice: out.progress });
  const { partitions, "replication-factor": replicationFactor } = options;
  const wanted = { partitions, replicationFactor };

  const before = await readTopics(kafka, topics);
  const missing = Object.values(topics).filter((topic) => !before.has(topic));
  if (options.create && missing.length > 0) {
    await createTopics(kafka, topics, wanted);
    out.progress(`Made ${missing.join(", ")}.`);
  }
  const now = options.create && missing.length > 0 ? await readTopics(kafka, topics) : before;
  const reports = reportTopics(topics, now, wanted);
  if (options.json) for (const report of reports) out.json(report);
  else show(out, reports);
  return reports.every(({ exists }) => exists) ? EXIT_OK : EXIT_FAILURE;
}

async function createTopics(kafka: KafkaSettings, topics: TopicNames, wanted: WantedTopics): Promise<void> {
  try {
    await ensureTopics(kafka, topics, wanted);
  } catch (error) {
    throw new CommandError(`Kafka did not make the topics: ${describeError(error).message}`);
  }
}

async function readTopics(
  kafka: KafkaSettings,
  topics: TopicNames,
): Promise<ReadonlyMap<string, TopicState>> {
  try {
    const admin = await connectKafkaAdmin(kafka);
    try {
      return await admin.topics(Object.values(topics));
    } finally {
      await admin.close();
    }
  } catch (error) {
    throw unavailable(`Kafka at ${kafka.brokers.join(", ")} does not respond`, error);
  }
}

function show(out: Output, reports: readonly TopicReport[]): void {
  printTable(
    out,
    ["TOPIC", "CARRIES", "PARTITIONS", "REPLICAS", ""],
    reports.map(({ topic, carries, exists, partitions, replication_factor: replicas, differences }) => [
      topic,
      carries,
      String(partitions ?? ""),
      String(replicas ?? ""),
      exists ? out.style.warn(differences.join(", ")) : out.style.bad("missing"),
    ]),
    [{}, {}, { align: "right" }, { align: "right" }, {}],
  );
  if (reports.some(({ exists }) => !exists))
    out.progress("Make the missing ones: agent-actions topics --create");
}

/** One topic as it is, beside what it should be. */
export interface TopicReport {
  /** The kind of event that it carries, or `dead_letter`. */
  readonly carries: string;
  readonly topic: string;
  readonly exists: boolean;
  readonly partitions: number | null;
  readonly replication_factor: number | null;
  /** In words, where it is not as asked for. */
  readonly differences: readonly string[];
}

export interface WantedTopics {
  readonly partitions?: number | undefined;
  readonly replicationFactor?: number | undefined;
}

/** Holds every topic against what is there and what is wanted. What nobody asked for cannot differ. */
export function reportTopics(
  names: TopicNames,
  found: ReadonlyMap<string, TopicState>,
  wanted: WantedTopics,
): TopicReport[] {
  return Object.entries(names).map(([carries, topic]) => {
    const state = found.get(topic);
    return {
      carries,
      topic,
      exists: state !== undefined,
      partitions: state?.partitions ?? null,
      replication_factor: state?.replicationFactor ?? null,
      differences:
        state === undefined
          ? ["missing"]
          : [
              // Dead letters are few, and their topic is made with one partition.
              ...(carries === "dead_letter"
                ? []
                : differs("partitions", state.partitions, wanted.partitions)),
              ...differs("replication factor", state.replicationFactor, wanted.replicationFactor),
            ],
    };
  });
}

function differs(what: string, is: number, wanted: number | undefined): string[] {
  return wanted === undefined || is === wanted ? [] : [`${what} ${is}, not ${wanted}`];
}
