/**
 * From spans that somebody else's program sent to Kafka's acknowledgement. The one way in for spans of requests and of
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
import { createKafkaTransport } from "../../exporter/deliver/kafka-transport.js";
import { Pipeline } from "../../exporter/deliver/pipeline.js";
import type { Outcome, QueuedRecord } from "../../exporter/deliver/send-queue.js";
import { type ActionRecord, serializeEvent } from "../../exporter/deliver/serialize.js";
import type { Transport } from "../../exporter/deliver/transport.js";
import { resolveExporterOptions, variableOf } from "../../exporter/options.js";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import type { KafkaSettings } from "../config/kafka-settings.js";
import type { TopicNames } from "../event/index.js";
import { KeyedTurns } from "./keyed-turns.js";

export interface SpanDeliveryOptions {
  readonly kafka: KafkaSettings;
  readonly topics: TopicNames;
  /** Where the options of the pipeline are looked up: `AGENT_ACTIONS_EXPORTER_*`. */
  readonly env: NodeJS.ProcessEnv;
  readonly mapping?: MapOptions | undefined;
  /** Of which spans attributions are sent, where the environment does not say. @default "all": a trace may come to several instances */
  readonly spanAttributions?: SpanAttributionsMode | undefined;
  /** Another way out than Kafka, for tests. */
  readonly transport?: Transport | undefined;
}

/** How long Kafka is waited for. */
export interface DeliveryLimit {
  readonly signal?: AbortSignal;
  readonly waitMillis?: number;
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
    }
  /** The queue is too full for them. */
  | { readonly status: "no_room" }
  /** Kafka did not acknowledge all of them in time. */
  | { readonly status: "not_acknowledged" };

const SPAN_ATTRIBUTIONS_VARIABLE = variableOf("spanAttributions");

/** So much is given to the queue at once: a request may be larger than the queue. */
const SLICE = { events: 1_000, bytes: 8_388_608 };

export class SpanDelivery {
  readonly #pipeline: Pipeline;
  readonly #limits: { readonly maxQueueSize: number; readonly maxQueueBytes: number };
  readonly #maxRecordBytes: number;
  readonly #correlator: SpanCorrelator;
  readonly #sender: string;
  readonly #turns = new KeyedTurns();

  /** @throws ConfigError when a value of the environment cannot be used */
  constructor({ kafka, topics, env, transport, mapping, spanAttributions = "all" }: SpanDeliveryOptions) {
    const given = {
      flushOnExit: false,
      ...mapping,
      ...(env[SPAN_ATTRIBUTIONS_VARIABLE] ? {} : { spanAttributions }),
    };
    // Whoever sent the spans keeps them until Kafka has acknowledged their events.
    const resolved = { ...resolveExporterOptions(given, env), kafka, topics, spool: "off" as const };
    this.#limits = resolved;
    this.#maxRecordBytes = resolved.maxRecordBytes;
    this.#sender = resolved.sender;
    this.#correlator = new SpanCorrelator({
      ...mapping,
      callsWithoutSpan: resolved.callsWithoutSpan,
      spanAttributions: resolved.spanAttributions,
      maxCorrelationBytes: resolved.maxCorrelationBytes,
    });
    this.#pipeline = new Pipeline(resolved, transport ?? createKafkaTransport(resolved));
  }

  /**
   * Resolves when it is known what became of the spans, or when the limit is reached. What was not tried by then is taken
   * out of the queue, so that a sender who repeats himself during an outage does not fill it.
   *
   * @param sender whose spans they are, by our own knowledge; nothing of one gets into the events of another
   */
  async deliver(
    spans: readonly ReadableSpan[],
    limit: DeliveryLimit,
    sender: string = this.#sender,
  ): Promise<Delivery> {
    const came = performance.now();
    const keys = new Set(spans.map((span) => JSON.stringify([sender, span.spanContext().traceId])));
    // Checked before waiting for a turn: a request that the queue has no room for is refused at once.
    if (this.#turns.isTaken(keys) && !this.#hasRoomFor(spans.length, 0)) return { status: "no_room" };
    const done = await this.#turns.take(keys, signalOf(limit));
    if (done === undefined) return { status: "not_acknowledged" };
    try {
      return await this.#deliverNow(spans, afterWaiting(limit, performance.now() - came), sender);
    } finally {
      done();
    }
  }

  async #deliverNow(spans: readonly ReadableSpan[], limit: DeliveryLimit, sender: string): Promise<Delivery> {
    const plan = this.#correlator.prepare(withAncestors(spans), sender);
    const records = this.#recordsOf(plan.spans);
    // From here on: a large request takes its time to be read, and would never be in time otherwise.
    const signal = signalOf(limit);
    let refused = 0;
    for (const slice of this.#slices(records)) {
      if (!this.#hasRoomFor(slice.length, bytesOf(slice))) return { status: "no_room" };
      const outcomes = await this.#send(slice, signal);
      refused += outcomes.filter(isRefusal).length;
      if (outcomes.some((outcome) => !outcome.delivered && !isRefusal(outcome)))
        return { status: "not_acknowledged" };
    }
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
      refused,
    };
  }

  /** Whether the last attempt to send actions failed. */
  get isAway(): boolean {
    return this.#pipeline.isAway("action");
  }

  stats(): ExporterStats {
    return this.#pipeline.stats(this.#correlator.dialectErrors);
  }

  /** Takes nothing more, delivers what it can within the time, and disconnects. */
  close(millis: number): Promise<void> {
    return this.#pipeline.shutdown(millis);
  }

  #recordsOf(mapped: readonly MappedSpan[]): readonly ActionRecord[] {
    const limits = { maxRecordBytes: this.#maxRecordBytes };
    return mapped.flatMap(({ transformed }) =>
      transformed.outcome === "event" ? [serializeEvent(transformed.kind, transformed.event, limits)] : [],
    );
  }

  // None is larger than the queue: it could never be sent.
  #slices(records: readonly ActionRecord[]): readonly (readonly ActionRecord[])[] {
    const maxEvents = Math.min(SLICE.events, this.#limits.maxQueueSize);
    const maxBytes = Math.min(SLICE.bytes, this.#limits.maxQueueBytes);
    const slices: ActionRecord[][] = [];
    let bytes = 0;
    for (const record of records) {
      const last = slices.at(-1);
      bytes += record.value.length;
      if (last !== undefined && last.length < maxEvents && bytes <= maxBytes) last.push(record);
      else {
        slices.push([record]);
        bytes = record.value.length;
      }
    }
    return slices;
  }

  #hasRoomFor(events: number, bytes: number): boolean {
    const { buffered, inFlight, queuedBytes } = this.#pipeline.stats();
    const { maxQueueSize, maxQueueBytes } = this.#limits;
    return buffered + inFlight + events <= maxQueueSize && queuedBytes + bytes <= maxQueueBytes;
  }

  async #send(records: readonly ActionRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const items: QueuedRecord[] = [];
    const settled = records.map(
      (record) =>
        new Promise<Outcome>((resolve) => {
          const item = this.#pipeline.offer(record, resolve);
          if (item !== undefined) items.push(item);
        }),
    );
    const late = settledWhenAborted(signal);
    try {
      return await Promise.race([Promise.all(settled), late.promise]);
    } finally {
      late.forget();
      for (const item of items)
        if (item.state === "waiting")
          this.#pipeline.withdraw(item, "publish_deadline", "Kafka did not acknowledge an event in time.");
    }
  }
}

const bytesOf = (records: readonly ActionRecord[]): number =>
  records.reduce((sum, { value }) => sum + value.length, 0);

const signalOf = ({ signal, waitMillis }: DeliveryLimit): AbortSignal =>
  AbortSignal.any([
    ...(signal ? [signal] : []),
    ...(waitMillis === undefined ? [] : [AbortSignal.timeout(waitMillis)]),
  ]);

const afterWaiting = ({ signal, waitMillis }: DeliveryLimit, waited: number): DeliveryLimit => ({
  ...(signal && { signal }),
  ...(waitMillis !== undefined && { waitMillis: Math.max(Math.floor(waitMillis - waited), 0) }),
});

const LATE: Outcome = { delivered: false, reason: "publish_deadline" };

const isRefusal = (outcome: Outcome): boolean => !outcome.delivered && outcome.reason === "refused";

function settledWhenAborted(signal: AbortSignal): {
  readonly promise: Promise<readonly Outcome[]>;
  forget(): void;
} {
  let onAbort: () => void = () => undefined;
  const promise = new Promise<readonly Outcome[]>((resolve) => {
    onAbort = () => resolve([LATE]);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  return { promise, forget: () => signal.removeEventListener("abort", onAbort) };
}
