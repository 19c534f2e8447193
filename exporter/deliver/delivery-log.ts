/**
 * What the pipeline logs. An outage is reported once, when it begins, and once more when it is over, with the number of attempts in
 * between; one that comes and goes is reported once a minute. A reason to drop events is reported at its first event and then
 * counted.
 *
 * It goes to `diag`. That Kafka cannot be reached, and that something was lost, nobody may miss: where the host has set no logger for
 * `diag`, these lines go to stderr.
 */
import { type DropReason, droppedInAll, type EventCounts, type ExporterStats } from "./delivery-counters.js";
import { log, say } from "./say.js";

interface Outage {
  readonly since: number;
  readonly topics: Set<string>;
  readonly isReported: boolean;
  attempts: number;
}

const REPORT_AGAIN_MILLIS = 60_000;

export class DeliveryLog {
  readonly #log = log();
  /** By problem. */
  readonly #outages = new Map<string, Outage>();
  readonly #lastReported = new Map<string, number>();
  readonly #unreported = new Map<DropReason, number>();
  readonly #waitIn: string;
  #lastFinalLine = "";

  /** @param spoolFolder where events are kept beside memory; absent where they are not */
  constructor(spoolFolder?: string) {
    this.#waitIn = spoolFolder === undefined ? "memory" : `memory and in the spool ${spoolFolder},`;
  }

  /** An attempt to send to the topic failed; `problem` says why and what to do, the same text for the same cause. */
  failed(topic: string, problem: string): void {
    const outage = this.#outages.get(problem);
    if (outage) {
      outage.topics.add(topic);
      outage.attempts++;
      return;
    }
    const now = performance.now();
    const isReported =
      now - (this.#lastReported.get(problem) ?? Number.NEGATIVE_INFINITY) >= REPORT_AGAIN_MILLIS;
    this.#outages.set(problem, { since: now, topics: new Set([topic]), isReported, attempts: 1 });
    if (!isReported) return;
    this.#lastReported.set(problem, now);
    say("warn", `${problem} Events wait in ${this.#waitIn} and are sent as soon as it works again.`);
  }

  /** A send to the topic worked. */
  delivered(topic: string): void {
    if (this.#outages.size === 0) return;
    for (const [problem, outage] of this.#outages) {
      outage.topics.delete(topic);
      if (outage.topics.size > 0) continue;
      this.#outages.delete(problem);
      if (!outage.isReported) continue;
      const seconds = ((performance.now() - outage.since) / 1_000).toFixed(1);
      say(
        "info",
        `Events are being sent again after ${seconds} s (failed attempts: ${outage.attempts}). It was: ${problem}`,
      );
    }
  }

  /** Whether the last attempt to send to the topic failed. */
  isAway(topic: string): boolean {
    return [...this.#outages.values()].some(({ topics }) => topics.has(topic));
  }

  dropped(reason: DropReason, why: string, count = 1): void {
    const unreported = this.#unreported.get(reason);
    this.#unreported.set(reason, (unreported ?? 0) + count);
    if (unreported === undefined) this.#log.warn(`${why} This is logged once; the rest is counted.`);
  }

  /** The disk does not take events; reported once, until it does. */
  spoolFailed(folder: string, why: string): void {
    say("warn", `Events cannot be written to the spool in ${folder}: ${why}. They are kept in memory only.`);
  }

  spoolWorks(folder: string): void {
    say("info", `Events are written to the spool in ${folder} again.`);
  }

  /** The queue has plenty of room again. */
  roomAgain(): void {
    const count = this.#unreported.get("queue_full");
    if (count === undefined) return;
    this.#unreported.delete("queue_full");
    this.#log.warn(`The queue has room again. Events dropped while it was full: ${count}.`);
  }

  /** What was delivered and what was not; nothing when that has been said already. */
  finalLine(stats: ExporterStats, spoolFolder = "", destination = "Kafka"): void {
    const line = describeDelivery(stats, spoolFolder, destination);
    if (stats.ended === 0 || line === this.#lastFinalLine) return;
    this.#lastFinalLine = line;
    const { invalid, publish_deadline } = stats.dropped;
    const missing = eventsOf(stats) - stats.acked;
    if (missing === 0) this.#log.info(line);
    // Whoever published it got `false`.
    else if (missing === invalid + publish_deadline) this.#log.warn(line);
    else say("warn", line);
  }

  warn(message: string): void {
    this.#log.warn(message);
  }
}

function describeDelivery(stats: ExporterStats, spoolFolder: string, destination: string): string {
  const events = eventsOf(stats);
  const lost = Object.entries(stats.dropped).filter(([, count]) => count > 0);
  const left = stats.held + stats.buffered + stats.inFlight;
  const underWay = stats.inFlight > 0 ? ` (being sent: ${stats.inFlight})` : "";
  const reasons = lost.map(([reason, count]) => `${count} ${reason}`).join(", ");
  return [
    `${stats.acked} of ${events} events delivered to ${destination}.`,
    ...(stats.spooled > 0
      ? [
          `In the spool ${spoolFolder}, to be sent by the next process or by agent-actions spool replay: ${stats.spooled}.`,
        ]
      : []),
    ...(droppedInAll(stats) > 0 ? [`Dropped: ${reasons}.`] : []),
    ...(left > 0 ? [`Left: ${left}${underWay}.`] : []),
  ].join(" ");
}

const eventsOf = ({ ended, ignored, unsampled, deduplicated }: EventCounts): number =>
  ended - ignored - unsampled - deduplicated;
