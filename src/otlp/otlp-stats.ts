import { type MetricFamily, type MetricSample, metricsNamed } from "../internal/metric-family.js";
import type { Delivery } from "./span-delivery.js";
import { type UnknownEvent, type UnknownEventCount, UnknownEvents } from "./unknown-events.js";

/** Why spans and log records did not become events in Kafka, or a whole request was not taken. */
export const REJECTIONS = {
  /** A span or record that is none: no ids, no time. */
  unreadable: "items",
  /** Kafka takes none of this content or size. */
  refused: "items",
  /** The token had sent as many as it may. */
  quota: "items",
  unauthorized: "requests",
  unsupported: "requests",
  malformed: "requests",
  too_large: "requests",
  /** The body took too long to arrive. */
  timeout: "requests",
  busy: "requests",
  unavailable: "requests",
} as const;
export type Rejection = keyof typeof REJECTIONS;

type Delivered = Extract<Delivery, { readonly status: "delivered" }>;

/** Counts of one way in; `GET /metrics` shows them for each. */
export class OtlpStats {
  readonly #rejected = Object.fromEntries(Object.keys(REJECTIONS).map((reason) => [reason, 0])) as Record<
    Rejection,
    number
  >;
  #requests = 0;
  #spans = 0;
  #logRecords = 0;
  #metricRequests = 0;
  readonly #unknown: UnknownEvents;
  #events = 0;
  #ignored = 0;
  #deduplicated = 0;

  /** @param onUnknown is told of each event that no dialect knows, once */
  constructor(onUnknown: (event: UnknownEvent) => void = () => {}) {
    this.#unknown = new UnknownEvents(onUnknown);
  }

  /** A request, or a record of the topic, came. */
  requested(): void {
    this.#requests++;
  }

  rejected(reason: Rejection, count = 1): void {
    this.#rejected[reason] += count;
  }

  /** A request with metrics was taken; nothing of it is stored. */
  tookMetrics(): void {
    this.#metricRequests++;
  }

  /** Spans or log records of one request, or of records, were delivered. */
  delivered(signal: "traces" | "logs", items: number, delivery: Delivered): void {
    const { events, refused, ignored, deduplicated, invalid, unknownEvents = [] } = delivery;
    if (signal === "traces") this.#spans += items;
    else this.#logRecords += items;
    for (const event of unknownEvents) this.#unknown.count(event);
    this.#events += events - refused;
    this.#ignored += ignored;
    this.#deduplicated += deduplicated;
    this.#rejected.refused += refused;
    this.#rejected.unreadable += invalid;
  }

  snapshot(): OtlpMetrics {
    return {
      requests: this.#requests,
      spans: this.#spans,
      log_records: this.#logRecords,
      metric_requests: this.#metricRequests,
      events: this.#events,
      not_actions: this.#ignored,
      deduplicated: this.#deduplicated,
      unknown_events: this.#unknown.snapshot(),
      rejected: { ...this.#rejected },
    };
  }
}

/** What `GET /metrics` shows of it. */
export interface OtlpMetrics {
  readonly requests: number;
  /** Spans of requests that were accepted. */
  readonly spans: number;
  readonly log_records: number;
  /** Requests with metrics: taken, and nothing of them is stored. */
  readonly metric_requests: number;
  /** Log records of events that no dialect knows, by the event's name, the program and its version. */
  readonly unknown_events: readonly UnknownEventCount[];
  readonly events: number;
  readonly not_actions: number;
  /** Spans of calls that are sent as the event of another span. */
  readonly deduplicated: number;
  readonly rejected: Readonly<Record<Rejection, number>>;
}

const { counter } = metricsNamed("agent_actions_otlp_");

/** The same in the terms of Prometheus; `source` is how the spans came. */
export function otlpFamilies(sources: Readonly<Record<string, OtlpMetrics>>): readonly MetricFamily[] {
  const entries = Object.entries(sources);
  if (entries.length === 0) return [];
  const each = (value: (metrics: OtlpMetrics) => number): readonly MetricSample[] =>
    entries.map(([source, metrics]) => ({ labels: { source }, value: value(metrics) }));
  return [
    counter(
      "requests",
      "Requests, or records of the topic, that came.",
      each(({ requests }) => requests),
    ),
    counter(
      "spans",
      "Spans that were read and delivered.",
      each(({ spans }) => spans),
    ),
    counter(
      "log_records",
      "Log records that were read and delivered.",
      each((metrics) => metrics.log_records),
    ),
    counter(
      "metric_requests",
      "Requests with metrics: taken, and not stored.",
      each((metrics) => metrics.metric_requests),
    ),
    counter(
      "unknown_events",
      "Log records of events that no dialect knows, by name, program and its version.",
      entries.flatMap(([source, metrics]) =>
        metrics.unknown_events.map(({ event, program, version, count }) => ({
          labels: { source, event, program, version },
          value: count,
        })),
      ),
    ),
    counter(
      "events",
      "Events that Kafka acknowledged.",
      each(({ events }) => events),
    ),
    counter(
      "not_actions",
      "Spans and log records that are no action of an agent.",
      each((metrics) => metrics.not_actions),
    ),
    counter(
      "deduplicated",
      "Spans of calls that are sent as the event of another span.",
      each(({ deduplicated }) => deduplicated),
    ),
    counter(
      "rejected",
      "Spans, log records and whole requests that were not taken, by reason.",
      entries.flatMap(([source, { rejected }]) =>
        Object.entries(rejected).map(([reason, value]) => ({ labels: { source, reason }, value })),
      ),
    ),
  ];
}
