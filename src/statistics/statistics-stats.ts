import { type MetricFamily, metricsNamed } from "../internal/metric-family.js";
import type { Turn } from "./statistics-turn.js";

const { counter, gauge } = metricsNamed("agent_actions_statistics_");

/** Counts of one process, since its start. */
export class StatisticsStats {
  /** For how long an open transaction has held up the change feed. */
  feedDelayMillis = 0;
  #active = false;
  #changes = 0;
  #buckets = 0;
  #runs = 0;
  #rebuilds = 0;
  #failures = 0;
  #spentMillis = 0;
  #pending: Readonly<Record<string, number>> = { minute: 0, hour: 0, day: 0, week: 0, run: 0 };
  #lagSeconds = 0;

  turned(turn: Turn, spentMillis: number): void {
    this.#active = turn.active;
    this.#changes += turn.changes;
    this.#buckets += turn.buckets;
    this.#runs += turn.runs;
    this.#rebuilds += turn.rebuilt === undefined ? 0 : 1;
    this.#spentMillis += spentMillis;
    if (turn.pending === undefined) return;
    this.#pending = turn.pending.counts;
    this.#lagSeconds = turn.pending.lagSeconds;
  }

  failed(): void {
    this.#failures += 1;
  }

  snapshot() {
    return {
      active: this.#active,
      lag_seconds: Math.max(this.#lagSeconds, this.feedDelayMillis / 1_000),
      pending: this.#pending,
      changes_read: this.#changes,
      buckets_computed: this.#buckets,
      runs_computed: this.#runs,
      rebuilds: this.#rebuilds,
      failures: this.#failures,
      seconds_spent: this.#spentMillis / 1_000,
    };
  }
}

/** The same as Prometheus wants it. */
export function statisticsFamilies(stats: ReturnType<StatisticsStats["snapshot"]>): readonly MetricFamily[] {
  return [
    gauge("active", "1 in the process that keeps the statistics.", stats.active ? 1 : 0),
    gauge(
      "lag_seconds",
      "Age of the oldest change that statistics and runs do not show yet.",
      stats.lag_seconds,
    ),
    gauge(
      "pending",
      "Minutes, hours, days, weeks and runs that are marked to be computed.",
      Object.entries(stats.pending).map(([resolution, value]) => ({ labels: { resolution }, value })),
    ),
    counter("changes_read", "Changes of the change feed that were read.", stats.changes_read),
    counter("buckets_computed", "Minutes, hours, days and weeks that were computed.", stats.buckets_computed),
    counter("runs_computed", "Summaries of runs that were computed.", stats.runs_computed),
    counter("rebuilds", "How often everything was marked to be computed.", stats.rebuilds),
    counter("failures", "Attempts that failed; each is made again.", stats.failures),
    counter("seconds_spent", "Time that computing took.", stats.seconds_spent),
  ];
}
