/**
 * From spans and log records that somebody else's program sent to Kafka's acknowledgement. The one way in for those of requests and of
 * topics: the dialects and the pipeline are those of an agent's own exporter.
 *
 * The promise: `delivered` means that Kafka has every event of these spans, or that the result says how many it will never
 * take. Anything else means "send them again", and the same spans become the same events then: what later spans know of these is
 * decided by the acknowledgement, and the spans of one sender and trace are worked on one request after the other.
 */

import type { SpanAttributionsMode } from "../../exporter/correlate/correlation-settings.js";
import type { MapOptions, MappedSpan } from "../../exporter/correlate/map-spans.js";
import { withAncestors } from "../../exporter/correlate/span-ancestors.js";
import { SpanCorrelator } from "../../exporter/correlate/span-correlator.js";
import { attributionRecord } from "../../exporter/deliver/attribution-record.js";
import type { ExporterStats } from "../../exporter/deliver/delivery-counters.js";
import { openTransport } from "../../exporter/deliver/open-transport.js";
import { Pipeline } from "../../exporter/deliver/pipeline.js";
import { type ActionRecord, serializeEvent } from "../../exporter/deliver/serialize.js";
import type { Transport } from "../../exporter/deliver/transport.js";
import { variableOf } from "../../exporter/options.js";
import { joinSpanParts } from "../../exporter/read/logs/join-span-parts.js";
import { LogReader } from "../../exporter/read/logs/log-reader.js";
import type { LogRecord } from "../../exporter/read/logs/log-record.js";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import {
  type ResolvedExporterOptions,
  resolveExporterOptions,
} from "../../exporter/resolve-exporter-options.js";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { CORRECTION_HEADER, type TopicNames } from "../event/index.js";
import { KeyedTurns } from "./keyed-turns.js";
import { readLogRecords } from "./read-log-records.js";
import { type DeliveryLimit, RecordDelivery, type RecordsDelivered, signalOf } from "./record-delivery.js";
import type { UnknownEvent } from "./unknown-events.js";

export interface SpanDeliveryOptions {
  readonly kafka: KafkaSettings;
  readonly topics: TopicNames;
  /** Where the options of the pipeline are looked up: `AGENT_ACTIONS_EXPORTER_*`. */
  readonly env: NodeJS.ProcessEnv;
  readonly mapping?: MapOptions | undefined;
  /** Of which spans attributions are sent, where the environment does not say. @default "all": a trace may come to several instances */
  readonly spanAttributions?: SpanAttributionsMode | undefined;
  /** Where events go to instead of to Kafka: the folder of a spool. */
  readonly spoolDirectory?: string | undefined;
  /** Called with the records of spans that are going to be delivered, each time that it is tried. */
  readonly beforeDelivery?: ((records: readonly ActionRecord[]) => Promise<void>) | undefined;
  /** Another way out than Kafka, for tests. */
  readonly transport?: Transport | undefined;
}

export type Delivery =
  | {
      readonly status: "delivered";
      readonly events: number;
      readonly ignored: number;
      /** Spans of calls that are sent as the event of another span. */
      readonly deduplicated: number;
      /** Spans of actions without a trace id or span id: they cannot be distinguished. */
      readonly invalid: number;
      /** Events that Kafka will never take, for their own sake. */
      readonly refused: number;
      /** Events of log records that no dialect knows, one for each record. */
      readonly unknownEvents?: readonly UnknownEvent[];
    }
  /** The queue is too full for them. */
  | { readonly status: "no_room" }
  /** Kafka did not acknowledge all of them in time. */
  | { readonly status: "not_acknowledged" };

const SPAN_ATTRIBUTIONS_VARIABLE = variableOf("spanAttributions");

export class SpanDelivery {
  readonly #pipeline: Pipeline;
  readonly #records: RecordDelivery;
  readonly #maxRecordBytes: number;
  readonly #correlator: SpanCorrelator;
  readonly #logs: LogReader;
  readonly #sender: string;
  readonly #beforeDelivery: SpanDeliveryOptions["beforeDelivery"];
  readonly #turns = new KeyedTurns();

  /** @throws ConfigError when a value of the environment cannot be used */
  constructor(options: SpanDeliveryOptions) {
    const { kafka, topics, env, mapping, spanAttributions = "all" } = options;
    const given = {
      flushOnExit: false,
      ...mapping,
      ...(env[SPAN_ATTRIBUTIONS_VARIABLE] ? {} : { spanAttributions }),
    };
    // Whoever sent the spans keeps them until Kafka has acknowledged their events.
    const resolved = { ...resolveExporterOptions(given, env), kafka, topics, spool: "off" as const };
    this.#maxRecordBytes = resolved.maxRecordBytes;
    this.#beforeDelivery = options.beforeDelivery;
    this.#sender = resolved.sender;
    this.#correlator = new SpanCorrelator({
      ...mapping,
      callsWithoutSpan: resolved.callsWithoutSpan,
      spanAttributions: resolved.spanAttributions,
      maxCorrelationBytes: resolved.maxCorrelationBytes,
    });
    this.#logs = new LogReader(mapping);
    this.#pipeline = new Pipeline(resolved, transportOf(options, resolved));
    this.#records = new RecordDelivery(this.#pipeline, resolved);
  }

  /**
   * Resolves when it is known what became of the spans, or when the limit is reached. What was not tried by then is taken
   * out of the queue, so that a sender who repeats himself during an outage does not fill it.
   *
   * @param sender whose spans they are, by our own knowledge; nothing of one gets into the events of another
   * @param corrects whether their events correct the rows that an older version of this package made of the same spans
   */
  async deliver(
    spans: readonly ReadableSpan[],
    limit: DeliveryLimit,
    sender: string = this.#sender,
    corrects = false,
  ): Promise<Delivery> {
    return this.#inTurn(spans, limit, sender, (left) => this.#deliverNow(spans, left, sender, corrects));
  }

  /**
   * The same for log records. Those that are contents of a model's call are correlated with the spans of their trace; the call itself is for its
   * span to tell.
   */
  async deliverLogs(
    records: readonly LogRecord[],
    limit: DeliveryLimit,
    sender: string = this.#sender,
  ): Promise<Delivery> {
    const read = await readLogRecords(this.#logs, records, sender);
    const parts = joinSpanParts(read.parts);
    return this.#inTurn(parts, limit, sender, async (left) => {
      const plan = this.#correlator.prepare(withAncestors(parts), sender);
      const reported = plan.spans.filter(({ isReportedOnly }) => isReportedOnly);
      const events = [
        ...this.#recordsOf(read.events, sender),
        ...this.#recordsOf(
          reported.map(({ transformed }) => transformed),
          sender,
        ),
      ];
      const delivered = await this.#records.deliver(events, signalOf(left));
      if (delivered.status !== "delivered") return delivered;
      this.#correlator.commit(plan);
      const { ignored, deduplicated, unknownEvents } = read;
      const refused = delivered.refused.length;
      return {
        status: "delivered",
        events: events.length,
        ignored,
        deduplicated,
        invalid: 0,
        refused,
        unknownEvents,
      };
    });
  }

  async #inTurn(
    spans: readonly ReadableSpan[],
    limit: DeliveryLimit,
    sender: string,
    deliver: (limit: DeliveryLimit) => Promise<Delivery>,
  ): Promise<Delivery> {
    const came = performance.now();
    const keys = new Set(spans.map((span) => JSON.stringify([sender, span.spanContext().traceId])));
    // Checked before waiting for a turn: a request that the queue has no room for is refused at once.
    if (this.#turns.isTaken(keys) && !this.#records.hasRoomFor(spans.length, 0)) return { status: "no_room" };
    const done = await this.#turns.take(keys, signalOf(limit));
    if (done === undefined) return { status: "not_acknowledged" };
    try {
      return await deliver(afterWaiting(limit, performance.now() - came));
    } finally {
      done();
    }
  }

  async #deliverNow(
    spans: readonly ReadableSpan[],
    limit: DeliveryLimit,
    sender: string,
    corrects: boolean,
  ): Promise<Delivery> {
    const plan = this.#correlator.prepare(withAncestors(spans), sender);
    const made = this.#recordsOf(
      plan.spans.map(({ transformed }) => transformed),
      sender,
    );
    const records = corrects ? made.map(asCorrection) : made;
    await this.#beforeDelivery?.(records);
    // From here on: a large request takes its time to be read, and would never be in time otherwise.
    const delivered = await this.#records.deliver(records, signalOf(limit));
    if (delivered.status !== "delivered") return delivered;
    this.#correlator.commit(plan);
    // Nobody waits for them: where their topic is missing, or they do not fit, actions stay as they are.
    for (const attribution of plan.attributions) this.#pipeline.offer(attributionRecord(attribution));
    const count = (outcome: MappedSpan["transformed"]["outcome"]) =>
      plan.spans.filter(({ transformed }) => transformed.outcome === outcome).length;
    const events = records.length;
    return {
      status: "delivered",
      events,
      ignored: count("ignored"),
      deduplicated: count("deduplicated"),
      invalid: count("invalid"),
      refused: delivered.refused.length,
    };
  }

  /** Delivers records that are no spans: nothing is correlated with them. */
  deliverRecords(records: readonly ActionRecord[], limit: DeliveryLimit): Promise<RecordsDelivered> {
    return this.#records.deliver(records, signalOf(limit));
  }

  /** Whose spans and events those are whose sender is not known otherwise. */
  get sender(): string {
    return this.#sender;
  }

  /** Largest record, in bytes. */
  get maxRecordBytes(): number {
    return this.#maxRecordBytes;
  }

  /** Whether the last attempt to send actions failed. */
  get isAway(): boolean {
    return this.#pipeline.isAway("action");
  }

  stats(): ExporterStats {
    return this.#pipeline.stats({
      dialectErrors: this.#correlator.dialectErrors + this.#logs.dialectErrors,
    });
  }

  /** Takes nothing more, delivers what it can within the time, and disconnects. */
  close(millis: number): Promise<void> {
    return this.#pipeline.shutdown(millis);
  }

  #recordsOf(outcomes: readonly MappedSpan["transformed"][], sender: string): readonly ActionRecord[] {
    const limits = { maxRecordBytes: this.#maxRecordBytes, sender };
    return outcomes.flatMap((one) =>
      one.outcome === "event" ? [serializeEvent(one.kind, one.event, limits)] : [],
    );
  }
}

const asCorrection = (record: ActionRecord): ActionRecord =>
  record.kind === "action"
    ? { ...record, headers: { ...record.headers, [CORRECTION_HEADER]: "true" } }
    : record;

// Of this process, not of an agent: what the environment says of an agent's way out has no part in it.
function transportOf({ spoolDirectory, transport }: SpanDeliveryOptions, resolved: ResolvedExporterOptions) {
  if (transport !== undefined) return transport;
  return spoolDirectory === undefined
    ? openTransport({ ...resolved, transport: "kafka" })
    : openTransport({ ...resolved, transport: "spool", spool: "overflow", spoolDirectory });
}

const afterWaiting = ({ signal, waitMillis }: DeliveryLimit, waited: number): DeliveryLimit => ({
  ...(signal && { signal }),
  ...(waitMillis !== undefined && { waitMillis: Math.max(Math.floor(waitMillis - waited), 0) }),
});
