import { type MetricFamily, metricsNamed } from "../internal/metric-family.js";

const { counter } = metricsNamed("agent_actions_intake_");

/** Why a whole request with events was not taken. */
const REFUSALS = [
  "unauthorized",
  "unsupported",
  "malformed",
  "too_large",
  "timeout",
  "busy",
  "unavailable",
] as const;
export type IntakeRefusal = (typeof REFUSALS)[number];

/** Counts of `POST /v1/actions`; `GET /metrics` shows them. */
export class IntakeStats {
  readonly #refused = Object.fromEntries(REFUSALS.map((reason) => [reason, 0])) as Record<
    IntakeRefusal,
    number
  >;
  #requests = 0;
  #events = 0;
  #rejected = 0;
  #overQuota = 0;

  requested(): void {
    this.#requests++;
  }

  refusedRequest(reason: IntakeRefusal): void {
    this.#refused[reason]++;
  }

  /** Events that Kafka acknowledged, and such that were named as rejected. */
  taken(events: number, rejected: number): void {
    this.#events += events;
    this.#rejected += rejected;
  }

  /** Events of a request that was refused because its token had sent enough. */
  overQuota(events: number): void {
    this.#overQuota += events;
  }

  snapshot() {
    return {
      requests: this.#requests,
      events: this.#events,
      rejected: this.#rejected,
      over_quota: this.#overQuota,
      refused_requests: { ...this.#refused },
    };
  }

  families(): readonly MetricFamily[] {
    return [
      counter("requests", "Requests with events as JSON.", this.#requests),
      counter("events", "Events of these that Kafka acknowledged.", this.#events),
      counter(
        "events_rejected",
        "Events that do not keep the contract, or that Kafka refuses.",
        this.#rejected,
      ),
      counter(
        "events_over_quota",
        "Events that were refused because their token had sent enough.",
        this.#overQuota,
      ),
      counter(
        "requests_refused",
        "Requests that were not taken, by reason.",
        Object.entries(this.#refused).map(([reason, value]) => ({ labels: { reason }, value })),
      ),
    ];
  }
}
