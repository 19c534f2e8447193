import { expect, test } from "vitest";
import { consumerMetrics } from "../../../src/consumer/consumer-metrics.js";
import { ConsumerStats } from "../../../src/consumer/consumer-stats.js";
import type { ConsumerStatus } from "../../../src/consumer/consumer-status.js";
import { metricFamilies } from "../../../src/consumer/metric-families.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";

const status: ConsumerStatus = {
  state: "running",
  healthy: true,
  ready: true,
  problems: [],
  problemReasons: [],
  kafka: "running",
  postgres: "ok",
  missingTopics: [],
  unreadablePartitions: 0,
  partitions: 6,
  lag: 10,
  inFlight: 2,
};

function metricsOfSomeWork() {
  const stats = new ConsumerStats();
  stats.received("action", 10);
  stats.received("execution", 2);
  const none = { inserted: 0, merged: 0, duplicates: 0, erased: 0 };
  const perKind = {
    action: { inserted: 5, merged: 0, duplicates: 2, erased: 0 },
    execution: { inserted: 1, merged: 0, duplicates: 0, erased: 0 },
    routing_decision: none,
    transformation: none,
    router_performance: none,
    detection_failure: none,
    label: none,
    span_attribution: none,
    producer_heartbeat: none,
  };
  stats.stored({
    inserted: 6,
    merged: 0,
    duplicates: 2,
    erased: 0,
    fileOperations: 3,
    refused: [],
    perKind,
    completed: 4,
    notCompleted: 1,
  });
  stats.deadLettered("action", "not_json");
  stats.skip("execution", "tombstone");
  stats.writeMillis.observe(12);
  stats.writeRows.observe(8);
  return consumerMetrics({
    stats,
    producers: {
      counts: { alive: 3, unknown: 2, idle: 1, gone: 1, ended: 2, missing: 7, lost: 5, abandoned: 4 },
      abandoned: 2,
      restored: 1,
      failures: 0,
    },
    status,
    source: {
      state: "running",
      since: 0,
      lastAnswerAt: 0,
      unreadable: [],
      missingTopics: [],
      restarts: 0,
      rebalances: 1,
      partitions: 6,
    },
    topics: DEFAULT_TOPICS,
    progress: [
      { topic: "agent-actions", partition: 3, position: 9n, committed: 5n, highWatermark: 15n, lag: 10 },
    ],
  });
}

test("the metrics account for every record, all topics together and each for itself", () => {
  const metrics = metricsOfSomeWork();
  expect(metrics).toMatchObject({
    messages_received: 12,
    messages_consumed: 10,
    messages_inserted: 6,
    messages_duplicate: 2,
    messages_dead_lettered: 1,
    messages_failed: 1,
    messages_skipped: 1,
    messages_in_flight: 2,
  });
  expect(metrics.topics.action).toMatchObject({ topic: "agent-actions", received: 10, consumed: 8, lag: 10 });
  expect(metrics.topics.execution).toMatchObject({ received: 2, consumed: 2, lag: 0 });
  expect(metrics.partitions).toEqual([
    { topic: "agent-actions", partition: 3, position: "9", committed: "5", high_watermark: "15", lag: 10 },
  ]);
});

test("the metrics for Prometheus are the same numbers in base units, with names as its guide asks", () => {
  const families = metricFamilies(metricsOfSomeWork(), status);
  for (const { name, type } of families) {
    expect(name).toMatch(/^agent_actions_consumer_[a-z_]+$/);
    expect(name).not.toMatch(/_total$|milli/);
    expect(["counter", "gauge", "histogram"]).toContain(type);
  }
  expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
  const producers = families.find(({ name }) => name === "agent_actions_consumer_producers")?.samples;
  expect(producers).toContainEqual({ labels: { status: "gone" }, value: 1 });
  expect(producers).toHaveLength(5);
  const outcomes = families.find(({ name }) => name === "agent_actions_consumer_messages")?.samples;
  expect(outcomes?.reduce((sum, { value }) => sum + value, 0)).toBe(10);
  expect(outcomes).toContainEqual({ labels: { topic: "agent-actions", outcome: "duplicate" }, value: 2 });
  const durations = families.find(({ name }) => name === "agent_actions_consumer_write_duration_seconds");
  expect(durations?.samples[0]).toMatchObject({ value: 0.012, count: 1 });
});
