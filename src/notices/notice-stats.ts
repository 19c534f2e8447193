import { type MetricFamily, metricsNamed } from "../internal/metric-family.js";
import type { NoticeTurn } from "./notice-turn.js";

const { counter, gauge } = metricsNamed("agent_actions_notices_");

/** Counts of one process, since its start. */
export class NoticeStats {
  /** Age of the oldest change that could have been looked at and was not. */
  feedDelayMillis = 0;
  sequences = 0;
  bytes = 0;
  /** Messages that targets have acknowledged. */
  delivered = 0;
  #sendFailures = 0;
  #active = false;
  #changes = 0;
  #actions = 0;
  #notices = 0;
  #rebuilt = 0;
  #lost = 0;
  #failures = 0;
  #spentMillis = 0;
  #ruleMillis = 0;

  turned(turn: NoticeTurn, spentMillis: number): void {
    this.#active = turn.active;
    this.#changes += turn.changes;
    this.#actions += turn.actions;
    this.#notices += turn.notices;
    this.#rebuilt += turn.rebuilt;
    this.#lost += turn.isLost ? 1 : 0;
    this.#spentMillis += spentMillis;
    this.#ruleMillis += turn.ruleMillis;
  }

  failed(): void {
    this.#failures += 1;
  }

  sendFailed(): void {
    this.#sendFailures += 1;
  }

  snapshot() {
    return {
      active: this.#active,
      feed_delay_seconds: this.feedDelayMillis / 1_000,
      changes_read: this.#changes,
      actions_read: this.#actions,
      updates: this.#notices,
      sequences: this.sequences,
      sequence_bytes: this.bytes,
      sequences_read_again: this.#rebuilt,
      places_lost: this.#lost,
      failures: this.#failures,
      messages_delivered: this.delivered,
      send_failures: this.#sendFailures,
      seconds_spent: this.#spentMillis / 1_000,
      rule_seconds_spent: this.#ruleMillis / 1_000,
    };
  }
}

/** The same as Prometheus wants it. */
export function noticeFamilies(stats: ReturnType<NoticeStats["snapshot"]>): readonly MetricFamily[] {
  return [
    gauge("active", "1 in the process that looks for notices.", stats.active ? 1 : 0),
    gauge(
      "feed_delay_seconds",
      "For how long an open transaction has held up the change feed.",
      stats.feed_delay_seconds,
    ),
    counter("changes_read", "Changes of the change feed that were read.", stats.changes_read),
    counter("actions_read", "Actions that were looked at.", stats.actions_read),
    counter("updates", "Notices that were opened, changed or closed.", stats.updates),
    gauge("sequences", "Agents in runs whose last calls are in memory.", stats.sequences),
    gauge("sequence_bytes", "About how many bytes these take.", stats.sequence_bytes),
    counter(
      "sequences_read_again",
      "Sequences that were read from the rows: new, late, changed or forgotten ones.",
      stats.sequences_read_again,
    ),
    counter(
      "places_lost",
      "How often the place in the change feed was lost, and actions were not looked at.",
      stats.places_lost,
    ),
    counter("failures", "Attempts that failed; each is made again.", stats.failures),
    counter("messages_delivered", "Messages that targets have acknowledged.", stats.messages_delivered),
    counter(
      "send_failures",
      "Attempts to tell a target that failed; each is made again.",
      stats.send_failures,
    ),
    counter("seconds_spent", "Time that looking took.", stats.seconds_spent),
    counter("rule_seconds_spent", "Of that: time in the rules, without Postgres.", stats.rule_seconds_spent),
  ];
}
