import type { MetricFamily, MetricSample } from "../internal/metric-family.js";
import type { Delivery } from "./span-delivery.js";

/** Why spans did not become events in Kafka, or a whole request was not taken. */
export const REJECTIONS = {
  /** A span that is none: no ids, no time. */
  unreadable: "spans",
  /** Kafka takes none of this content or size. */
  refused: "spans",
  /** The token had sent as many as it may. */
  quota: "spans",
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
  #events = 0;
  #ignored = 0;
  #deduplicated = 0;

  /** A request, or a record of the topic, came. */
  requested(): void {
    this.#requests++;
  }

  rejected(reason: Rejection, count = 1): void {
    this.#rejected[reason] += count;
  }

  /** Spans of one request, or of records, were delivered. */
  delivered(spans: number, { events, refused, ignored, deduplicated, invalid }: Delivered): void {
    this.#spans += spans;
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
      events: this.#events,
      not_actions: this.#ignored,
      deduplicated: this.#deduplicated,
      rejected: { ...this.#rejected },
    };
  }
}

/** What `GET /metrics` shows of it. */
export interface OtlpMetrics {
  readonly requests: number;
  /** Spans of requests that were accepted. */
  readonly spans: number;
  readonly events: number;
  readonly not_actions: number;
  /** Spans of calls that are sent as the event of another span. */
  readonly deduplicated: number;
  readonly rejected: Readonly<Record<Rejection, number>>;
}

const PREFIX = "agent_actions_otlp_";

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
      "events",
      "Events that Kafka acknowledged.",
      each(({ events }) => events),
    ),
    counter(
      "not_actions",
      "Spans that are no action of an agent.",
      each((metrics) => metrics.not_actions),
    ),
    counter(
      "deduplicated",
      "Spans of calls that are sent as the event of another span.",
      each(({ deduplicated }) => deduplicated),
    ),
    counter(
      "rejected",
      "Spans and whole requests that were not taken, by reason.",
      entries.flatMap(([source, { rejected }]) =>
        Object.entries(rejected).map(([reason, value]) => ({ labels: { source, reason }, value })),
      ),
    ),
  ];
}

const counter = (name: string, help: string, samples: readonly MetricSample[]): MetricFamily => ({
  name: PREFIX + name,
  help,
  type: "counter",
  samples,
});
