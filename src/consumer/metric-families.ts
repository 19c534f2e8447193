import { RECORD_KINDS } from "../event/index.js";
import { type MetricFamily, type MetricSample, metricsNamed } from "../internal/metric-family.js";
import type { ConsumerMetrics, TopicMetrics } from "./consumer-metrics.js";
import { type ConsumerStatus, PROBLEM_REASONS } from "./consumer-status.js";
import type { HistogramSnapshot } from "./histogram.js";

const { counter, gauge, histogram } = metricsNamed("agent_actions_consumer_");

/** The same numbers as `ConsumerMetrics`, in base units, as Prometheus wants them. */
export function metricFamilies(metrics: ConsumerMetrics, status: ConsumerStatus): readonly MetricFamily[] {
  const {
    dead_letters: { trimmed, ...reasons },
    memory,
  } = metrics;
  return [
    counter(
      "messages_received",
      "Records read from Kafka.",
      perTopic(metrics, ({ received }) => received),
    ),
    counter("messages", "Records that came to an end, by what became of them.", outcomes(metrics)),
    counter("messages_redacted", "Events in which the consumer hid a secret.", [
      one(metrics.messages_redacted),
    ]),
    counter("messages_repaired", "Stored events of which something was mended.", [
      one(metrics.messages_repaired),
    ]),
    counter("dead_letters", "Records sent to the dead-letter topic, by reason.", labelled("reason", reasons)),
    counter("dead_letters_trimmed", "Dead letters that were too large to be sent whole.", trimmed),
    counter("file_operations", "Rows of agent_file_operations.", metrics.file_operations_inserted),
    counter("actions_completed", "Actions that referred to a span not seen yet, and are complete now.", [
      one(metrics.actions_completed),
    ]),
    counter("traces_not_completed", "Traces whose actions Postgres would not let be completed.", [
      one(metrics.traces_not_completed),
    ]),
    counter("actions_abandoned", "Actions and runs that were marked as abandoned.", [
      one(metrics.actions_abandoned),
    ]),
    counter("actions_restored", "Abandoned actions and runs whose producer spoke again.", [
      one(metrics.actions_restored),
    ]),
    counter("producer_watch_failures", "How often producers could not be looked after.", [
      one(metrics.producer_watch_failures),
    ]),
    ...producers(metrics),
    counter("retries", "Attempts that failed and were made again.", metrics.retries),
    counter("offset_resets", "Partitions whose next records were gone before they were read.", [
      one(metrics.offset_resets),
    ]),
    counter("commits", "Offset commits.", metrics.commits),
    counter("commits_failed", "Offset commits that the broker refused.", metrics.failed_commits),
    counter("kafka_sessions_ended", "Sessions with Kafka that ended by themselves.", [
      one(metrics.kafka_sessions_ended),
    ]),
    counter("kafka_rebalances", "How often the group gave out its partitions.", [
      one(metrics.kafka_rebalances),
    ]),
    gauge("messages_in_flight", "Records read that have not come to an end.", [
      one(metrics.messages_in_flight),
    ]),
    gauge("lag", "Records between the last commit and the end of the partition.", lags(metrics)),
    ...(status.spool === undefined
      ? []
      : [gauge("spool_waiting_bytes", "Bytes of the spool that are not stored.", status.lag)]),
    gauge("unreadable_partitions", "Partitions that wait, because their next batch cannot be decoded.", [
      one(status.unreadablePartitions),
    ]),
    gauge("missing_topics", "Topics of events that do not exist.", status.missingTopics.length),
    gauge("problems", "1 where this keeps the consumer from its work.", problems(status)),
    gauge("healthy", "1 while the consumer makes progress.", status.healthy ? 1 : 0),
    gauge("ready", "1 while the consumer could take a record.", status.ready ? 1 : 0),
    gauge("last_commit_timestamp_seconds", "When offsets were last committed.", lastCommit(metrics)),
    gauge("uptime_seconds", "Since the consumer was started.", metrics.uptime_seconds),
    gauge("memory_rss_bytes", "Resident memory of the process.", memory.rss_bytes),
    gauge("memory_heap_used_bytes", "JavaScript heap in use.", memory.heap_used_bytes),
    distribution("write_rows", "Rows of one write.", metrics.write_rows, 1),
    distribution("write_duration_seconds", "Duration of one write.", metrics.write_milliseconds, 1_000),
  ];
}

function distribution(name: string, help: string, snapshot: HistogramSnapshot, unit: number): MetricFamily {
  const buckets = snapshot.buckets.map(({ le, count }) => ({ le: le / unit, count }));
  return histogram(name, help, [{ value: snapshot.sum / unit, count: snapshot.count, buckets }]);
}

const one = (value: number): MetricSample => ({ value });

const labelled = (label: string, values: Readonly<Record<string, number>>): MetricSample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));

/** The same from every instance: take the greatest, not the sum. */
function producers({ producers: found }: ConsumerMetrics): MetricFamily[] {
  if (found === null) return [];
  const { missing_records, lost_records, abandoned: _, ...statuses } = found;
  return [
    gauge("producers", "Producers by status, over all instances.", labelled("status", statuses)),
    gauge("missing_records", "Numbered records that have not arrived, over all instances.", [
      one(missing_records),
    ]),
    gauge("lost_records", "Those of them that no producer accounts for, over all instances.", [
      one(lost_records),
    ]),
  ];
}

function perTopic({ topics }: ConsumerMetrics, count: (topic: TopicMetrics) => number): MetricSample[] {
  return RECORD_KINDS.map((kind) => ({ labels: { topic: topics[kind].topic }, value: count(topics[kind]) }));
}

function outcomes({ topics }: ConsumerMetrics): MetricSample[] {
  return RECORD_KINDS.flatMap((kind) => {
    const { topic, inserted, merged, duplicates, dead_lettered, skipped } = topics[kind];
    const counts = { inserted, merged, duplicate: duplicates, dead_lettered, skipped };
    return Object.entries(counts).map(([outcome, value]) => ({ labels: { topic, outcome }, value }));
  });
}

const lags = ({ partitions }: ConsumerMetrics): MetricSample[] =>
  partitions.map(({ topic, partition, lag }) => ({
    labels: { topic, partition: String(partition) },
    value: lag,
  }));

const lastCommit = ({ last_commit_at: at }: ConsumerMetrics): MetricSample[] =>
  at === null ? [] : [one(Date.parse(at) / 1_000)];

// Every reason always has a sample: an alert that was never seen to be quiet cannot be trusted to fire.
const problems = ({ problemReasons }: ConsumerStatus): MetricSample[] =>
  PROBLEM_REASONS.map((reason) => ({ labels: { reason }, value: problemReasons.includes(reason) ? 1 : 0 }));
