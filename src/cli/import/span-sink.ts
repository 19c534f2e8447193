import { type MapOptions, mapSpans } from "../../../exporter/correlate/map-spans.js";
import { withAncestors } from "../../../exporter/correlate/span-ancestors.js";
import { type ActionRecord, serializeEvent } from "../../../exporter/deliver/serialize.js";
import type { ReadableSpan } from "../../../exporter/read/sdk-types.js";
import type { KafkaSettings } from "../../config/kafka-settings.js";
import type { TopicNames } from "../../event/topics.js";
import { delay } from "../../internal/delay.js";
import { type Delivery, SpanDelivery } from "../../otlp/span-delivery.js";
import { UnavailableError } from "../framework/exit-codes.js";
import type { CorrectionCount } from "./correction-count.js";

export type Sent = Omit<Extract<Delivery, { readonly status: "delivered" }>, "status">;

/** Where spans and events go. Both throw `UnavailableError` when Kafka is away for too long. */
export interface SpanSink {
  /** Resolves when everything is delivered. */
  send(spans: readonly ReadableSpan[]): Promise<Sent>;
  /** Resolves to how many Kafka will never take, when all others are delivered. */
  sendRecords(records: readonly ActionRecord[]): Promise<number>;
  close(): Promise<void>;
}

/** Counts, and sends nothing. */
export function createDrySink(mapping: MapOptions, corrections?: CorrectionCount): SpanSink {
  return {
    async send(spans) {
      const transformed = mapSpans(withAncestors(spans), mapping).map((mapped) => mapped.transformed);
      const outcomes = transformed.map(({ outcome }) => outcome);
      await corrections?.count(
        transformed.flatMap((span) =>
          span.outcome === "event" ? [serializeEvent(span.kind, span.event)] : [],
        ),
      );
      const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
      return {
        events: count("event"),
        ignored: count("ignored"),
        deduplicated: count("deduplicated"),
        invalid: count("invalid"),
        refused: 0,
      };
    },
    sendRecords: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
}

export interface KafkaSinkOptions {
  readonly kafka: KafkaSettings;
  readonly topics: TopicNames;
  readonly env: NodeJS.ProcessEnv;
  readonly mapping: MapOptions;
  /** The folder of a spool, instead of Kafka. */
  readonly spoolDirectory?: string | undefined;
  /** Present where events of spans correct rows: what they change is counted first. */
  readonly corrections?: CorrectionCount | undefined;
}

const PATIENCE_MILLIS = 30_000;
const FULL_PAUSE_MILLIS = 200;
const CLOSE_MILLIS = 5_000;

export function createKafkaSink(options: KafkaSinkOptions): SpanSink {
  // One process sees all spans of a file, so only those that something waits for are reported.
  const { corrections } = options;
  const delivery = new SpanDelivery({
    ...options,
    spanAttributions: "awaited",
    beforeDelivery: corrections && ((records) => corrections.count(records)),
  });
  return {
    send: (spans) =>
      patiently((signal) => delivery.deliver(spans, { signal }, undefined, corrections !== undefined)),
    async sendRecords(records) {
      if (records.length === 0) return 0;
      const { refused } = await patiently((signal) => delivery.deliverRecords(records, { signal }));
      return refused.length;
    },
    close: () => delivery.close(CLOSE_MILLIS),
  };

  async function patiently<Outcome extends { readonly status: string }>(
    deliver: (signal: AbortSignal) => Promise<Outcome>,
  ): Promise<Extract<Outcome, { readonly status: "delivered" }>> {
    const patience = new AbortController();
    // Holds the process as well: the pipeline's own timers let it go.
    const timer = setTimeout(() => patience.abort(), PATIENCE_MILLIS);
    try {
      for (;;) {
        const outcome = await deliver(patience.signal);
        if (isDelivered(outcome)) return outcome;
        if (outcome.status === "not_acknowledged") throw notAcknowledged(options.kafka);
        await delay(FULL_PAUSE_MILLIS, patience.signal);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

const isDelivered = <Outcome extends { readonly status: string }>(
  outcome: Outcome,
): outcome is Extract<Outcome, { readonly status: "delivered" }> => outcome.status === "delivered";

const notAcknowledged = ({ brokers }: KafkaSettings): UnavailableError =>
  new UnavailableError(
    `Kafka did not acknowledge the events within ${PATIENCE_MILLIS / 1_000} s. Is it at ${brokers.join(", ")}, and are the topics there (agent-actions topics)? Run it again then: nothing gets a second row, and with --resume it goes on where it was.`,
  );
