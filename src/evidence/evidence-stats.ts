import { type MetricFamily, metricsNamed } from "../internal/metric-family.js";
import type { EvidenceTurn } from "./evidence-turn.js";

const { counter, gauge } = metricsNamed("agent_actions_evidence_");

/** Counts of one process, since its start. */
export class EvidenceStats {
  /** For how long an open transaction has held up the change feed. */
  feedDelayMillis = 0;
  #active = false;
  #treeSize = 0;
  #leaves = 0;
  #checkpoints = 0;
  #failures = 0;
  #witnessFailures = 0;
  #witnessed = 0;
  #spentMillis = 0;

  turned({ active, leaves, treeSize, checkpoint }: EvidenceTurn, spentMillis: number): void {
    this.#active = active;
    this.#leaves += leaves;
    this.#checkpoints += checkpoint === undefined ? 0 : 1;
    this.#spentMillis += spentMillis;
    if (active) this.#treeSize = treeSize;
  }

  failed(): void {
    this.#failures += 1;
  }

  witnessFailed(): void {
    this.#witnessFailures += 1;
  }

  set witnessed(count: number) {
    this.#witnessed = count;
  }

  snapshot() {
    return {
      active: this.#active,
      tree_size: this.#treeSize,
      lag_seconds: this.feedDelayMillis / 1_000,
      leaves: this.#leaves,
      checkpoints: this.#checkpoints,
      witnessed: this.#witnessed,
      witness_failures: this.#witnessFailures,
      failures: this.#failures,
      seconds_spent: this.#spentMillis / 1_000,
    };
  }
}

/** The same as Prometheus wants it. */
export function evidenceFamilies(stats: ReturnType<EvidenceStats["snapshot"]>): readonly MetricFamily[] {
  return [
    gauge("active", "1 in the process that keeps the evidence log.", stats.active ? 1 : 0),
    gauge("tree_size", "Leaves of the evidence log.", stats.tree_size),
    gauge(
      "lag_seconds",
      "Age of the oldest change that the change feed keeps from the log.",
      stats.lag_seconds,
    ),
    counter("leaves", "Leaves that were added.", stats.leaves),
    counter("checkpoints", "Checkpoints that were signed.", stats.checkpoints),
    counter("witnessed", "Checkpoints that a witness took.", stats.witnessed),
    counter("witness_failures", "Checkpoints that a witness did not take.", stats.witness_failures),
    counter("failures", "Attempts that failed; each is made again.", stats.failures),
    counter("seconds_spent", "Time that keeping the log took.", stats.seconds_spent),
  ];
}
