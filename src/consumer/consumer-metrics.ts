import { kindOfTopic, RECORD_KINDS, type RecordKind, type TopicNames } from "../event/index.js";
import { type ConsumerStats, consumedOf, type KindCounts } from "./consumer-stats.js";
import type { ConsumerStatus } from "./consumer-status.js";
import type { DeadLetterReason } from "./dead-letter.js";
import type { SkipReason } from "./decode.js";
import type { FailureReport } from "./failure-report.js";
import type { HistogramSnapshot } from "./histogram.js";
import type { PartitionProgress } from "./offset-tracker.js";
import type { ProducerWatchStatus } from "./producer-watch.js";
import type { SourceStatus } from "./record-source.js";

/**
 * What `GET /metrics` returns. At every instant `messages_received = messages_consumed + messages_in_flight`, and
 * `messages_consumed = messages_inserted + messages_merged + messages_duplicate + messages_dead_lettered + messages_skipped`.
 */
export interface ConsumerMetrics {
  readonly uptime_seconds: number;
  readonly messages_received: number;
  readonly messages_consumed: number;
  readonly messages_inserted: number;
  /** Events that added something to a row that another event made. */
  readonly messages_merged: number;
  readonly messages_duplicate: number;
  readonly messages_dead_lettered: number;
  readonly messages_skipped: number;
  /** The specification's name for dead-lettered. */
  readonly messages_failed: number;
  readonly messages_in_flight: number;
  /** Stored events of which something had to be mended. */
  readonly messages_repaired: number;
  readonly messages_redacted: number;
  readonly file_operations_inserted: number;
  /** Span attributions that were stored; counted in `messages_inserted` too. */
  readonly span_attributions_inserted: number;
  /** Actions that referred to a span not seen yet, and are complete now. */
  readonly actions_completed: number;
  /** Traces whose actions Postgres would not let be completed. */
  readonly traces_not_completed: number;
  /** Over all instances of the consumer, some seconds old; `null` before the first look. */
  readonly producers: ProducerMetrics | null;
  /** Actions and runs that this instance marked as abandoned, because their producer is gone. */
  readonly actions_abandoned: number;
  /** Those that it made running again, because the producer spoke again. */
  readonly actions_restored: number;
  /** How often producers could not be looked after. */
  readonly producer_watch_failures: number;
  readonly lag: number;
  readonly topics: Readonly<Record<RecordKind, TopicMetrics>>;
  readonly partitions: readonly PartitionMetrics[];
  readonly dead_letters: Readonly<Record<DeadLetterReason, number>> & { readonly trimmed: number };
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** Attempts that failed and were made again. */
  readonly retries: number;
  /** How often a partition's next records were gone before they were read: retention was too short. */
  readonly offset_resets: number;
  readonly commits: number;
  readonly failed_commits: number;
  /** ISO 8601. */
  readonly last_commit_at: string | null;
  readonly last_error: FailureReport | null;
  readonly write_rows: HistogramSnapshot;
  readonly write_milliseconds: HistogramSnapshot;
  readonly kafka_state: SourceStatus["state"];
  readonly kafka_sessions_ended: number;
  readonly kafka_rebalances: number;
  readonly memory: { readonly rss_bytes: number; readonly heap_used_bytes: number };
}

export interface ProducerMetrics {
  readonly alive: number;
  /** They send no heartbeats: nothing says whether they live. */
  readonly unknown: number;
  /** Silent, and nothing of them was open. */
  readonly idle: number;
  /** Silent, and something of them was open. */
  readonly gone: number;
  readonly ended: number;
  /** Numbered records that have not arrived. */
  readonly missing_records: number;
  /** Those of them that no producer accounts for. */
  readonly lost_records: number;
  /** Actions and runs that are abandoned, or were until their end came. */
  readonly abandoned: number;
}

export interface TopicMetrics {
  readonly topic: string;
  readonly received: number;
  readonly consumed: number;
  readonly inserted: number;
  readonly merged: number;
  readonly duplicates: number;
  readonly dead_lettered: number;
  readonly skipped: number;
  readonly lag: number;
}

export interface PartitionMetrics {
  readonly topic: string;
  readonly partition: number;
  /** Offsets as Kafka counts: the next one. */
  readonly position: string;
  readonly committed: string;
  readonly high_watermark: string;
  readonly lag: number;
}

/** @internal Not among the published types: it leads to those of `pg`. */
export interface MetricsInputs {
  readonly stats: ConsumerStats;
  readonly producers: ProducerWatchStatus;
  readonly status: ConsumerStatus;
  readonly source: SourceStatus;
  readonly topics: TopicNames;
  readonly progress: readonly PartitionProgress[];
}

/** @internal */
export function consumerMetrics({
  stats,
  producers,
  status,
  source,
  topics,
  progress,
}: MetricsInputs): ConsumerMetrics {
  const sum = (count: (counts: KindCounts) => number): number =>
    RECORD_KINDS.reduce((total, kind) => total + count(stats.kinds[kind]), 0);
  const deadLettered = sum((counts) => counts.deadLettered);
  const { rss, heapUsed } = process.memoryUsage();
  return {
    uptime_seconds: Math.round((performance.now() - stats.startedAt) / 1_000),
    messages_received: sum((counts) => counts.received),
    messages_consumed: sum(consumedOf),
    messages_inserted: sum((counts) => counts.inserted),
    messages_merged: sum((counts) => counts.merged),
    messages_duplicate: sum((counts) => counts.duplicates),
    messages_dead_lettered: deadLettered,
    messages_skipped: sum((counts) => counts.skipped),
    messages_failed: deadLettered,
    messages_in_flight: status.inFlight,
    messages_repaired: stats.repaired,
    messages_redacted: stats.redacted,
    file_operations_inserted: stats.fileOperations,
    span_attributions_inserted: stats.kinds.span_attribution.inserted,
    actions_completed: stats.actionsCompleted,
    traces_not_completed: stats.tracesNotCompleted,
    producers: producerMetrics(producers),
    actions_abandoned: producers.abandoned,
    actions_restored: producers.restored,
    producer_watch_failures: producers.failures,
    lag: status.lag,
    topics: topicMetrics(stats, topics, progress),
    partitions: progress.map(partitionMetrics),
    dead_letters: { ...stats.deadLetters, trimmed: stats.trimmedDeadLetters },
    skipped: { ...stats.skipped },
    retries: stats.retries,
    offset_resets: stats.offsetResets,
    commits: stats.commits,
    failed_commits: stats.failedCommits,
    last_commit_at: stats.lastCommitAt === undefined ? null : new Date(stats.lastCommitAt).toISOString(),
    last_error: stats.lastFailure ?? null,
    write_rows: stats.writeRows.snapshot(),
    write_milliseconds: stats.writeMillis.snapshot(),
    kafka_state: source.state,
    kafka_sessions_ended: source.restarts,
    kafka_rebalances: source.rebalances,
    memory: { rss_bytes: rss, heap_used_bytes: heapUsed },
  };
}

function producerMetrics({ counts }: ProducerWatchStatus): ProducerMetrics | null {
  if (counts === undefined) return null;
  const { missing, lost, ...others } = counts;
  return { ...others, missing_records: missing, lost_records: lost };
}

function topicMetrics(
  stats: ConsumerStats,
  topics: TopicNames,
  progress: readonly PartitionProgress[],
): Record<RecordKind, TopicMetrics> {
  const entries = RECORD_KINDS.map((kind) => {
    const counts = stats.kinds[kind];
    const own = progress.filter(({ topic }) => kindOfTopic(topic, topics) === kind);
    const metrics: TopicMetrics = {
      topic: topics[kind],
      received: counts.received,
      consumed: consumedOf(counts),
      inserted: counts.inserted,
      merged: counts.merged,
      duplicates: counts.duplicates,
      dead_lettered: counts.deadLettered,
      skipped: counts.skipped,
      lag: own.reduce((total, { lag }) => total + lag, 0),
    };
    return [kind, metrics];
  });
  return Object.fromEntries(entries) as Record<RecordKind, TopicMetrics>;
}

function partitionMetrics(progress: PartitionProgress): PartitionMetrics {
  const { topic, partition, position, committed, highWatermark, lag } = progress;
  return {
    topic,
    partition,
    position: position.toString(),
    committed: committed.toString(),
    high_watermark: highWatermark.toString(),
    lag,
  };
}
