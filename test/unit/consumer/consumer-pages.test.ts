import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { consumerMetrics } from "../../../src/consumer/consumer-metrics.js";
import { ConsumerStats } from "../../../src/consumer/consumer-stats.js";
import type { ConsumerStatus } from "../../../src/consumer/consumer-status.js";
import { DEAD_LETTER_HEADERS, DEAD_LETTER_REASONS } from "../../../src/consumer/dead-letter.js";
import { metricFamilies } from "../../../src/consumer/metric-families.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";

// docs/consumer.md and docs/operations.md are written by hand; this holds the names in them and the code together.
const consumerPage = readFileSync("docs/consumer.md", "utf8");
const operationsPage = readFileSync("docs/operations.md", "utf8");
const alerts = readFileSync("docs/prometheus-alerts.yml", "utf8");

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
  partitions: 0,
  lag: 0,
  inFlight: 0,
};
const metrics = consumerMetrics({
  stats: new ConsumerStats(),
  producers: {
    counts: { alive: 0, unknown: 0, idle: 0, gone: 0, ended: 0, missing: 0, lost: 0, abandoned: 0 },
    abandoned: 0,
    restored: 0,
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
    rebalances: 0,
    partitions: 0,
  },
  topics: DEFAULT_TOPICS,
  progress: [],
});
const prometheusNames = metricFamilies(metrics, status).map(
  ({ name, type }) => `${name}${type === "counter" ? "_total" : ""}`,
);

describe("the pages about the consumer", () => {
  test("name every header and every reason of a dead letter", () => {
    for (const name of [...Object.values(DEAD_LETTER_HEADERS), ...DEAD_LETTER_REASONS])
      expect(consumerPage).toContain(`\`${name}\``);
  });

  test("name only metrics that exist", () => {
    const inAlerts = [...(operationsPage + alerts).matchAll(/agent_actions_consumer_\w+/g)].map(
      ([name]) => name,
    );
    expect(inAlerts.length).toBeGreaterThan(3);
    expect(inAlerts.filter((name) => !prometheusNames.includes(name))).toEqual([]);

    const prometheus = consumerPage.split("For Prometheus")[1]?.split("##")[0] ?? "";
    const listed = [...prometheus.matchAll(/`([a-z_]+)(?:\{[a-z,]+\})?`/g)]
      .map(([, name = ""]) => name)
      .filter((name) => name !== "agent_actions_consumer_");
    expect(listed.length).toBeGreaterThan(10);
    expect(listed.filter((name) => !prometheusNames.includes(`agent_actions_consumer_${name}`))).toEqual([]);

    const json = consumerPage.split("The JSON has")[1]?.split("For Prometheus")[0] ?? "";
    const fields = [...json.matchAll(/`([a-z_]+)`/g)].map(([, name = ""]) => name);
    expect(fields.length).toBeGreaterThan(10);
    expect(fields.filter((name) => !(name in metrics))).toEqual([]);
  });
});
