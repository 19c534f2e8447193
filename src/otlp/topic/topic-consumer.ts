/**
 * Consumes a topic that a Collector's Kafka exporter writes: every record is an export request of one signal.
 *
 * At least once: the offset of a record is committed after Kafka has acknowledged every event of it, or after the
 * dead-letter topic has the record itself. Events are made of the spans or log records alone, ids too, so a record that is read again
 * makes the same rows again, which are there already.
 *
 * - A record that cannot be read is a dead letter with the reason. So is one of which single items cannot be read, or
 *   single events are refused by Kafka: what can be taken of it is.
 * - An outage is not a bad record: while Kafka does not acknowledge, nothing more is read.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { OtlpEncoding } from "../../config/otlp-settings.js";
import { ConsumerStats } from "../../consumer/consumer-stats.js";
import type { DeadLetter } from "../../consumer/dead-letter.js";
import { createDeadLetterProducer, type DeadLetterProducer } from "../../consumer/dead-letter-producer.js";
import { OffsetCommitter } from "../../consumer/offset-committer.js";
import { OffsetTracker } from "../../consumer/offset-tracker.js";
import type { ResolvedConsumerOptions } from "../../consumer/options.js";
import { OutageWatch } from "../../consumer/outage-watch.js";
import {
  type RecordHandlers,
  type RecordSource,
  type SourceStatus,
  startRecordSource,
} from "../../consumer/record-source.js";
import type { SourceRecord } from "../../consumer/source-record.js";
import { TransportError } from "../../errors.js";
import { delay } from "../../internal/delay.js";
import { settlesWithin, untilSettled } from "../../internal/settles-within.js";
import type { SourceBatch, TakeControl } from "../../kafka/consumer-session.js";
import type { OtlpStats } from "../otlp-stats.js";
import { type RequestFormat, readRequest } from "../read-request.js";
import type { DeliveryLimit } from "../record-delivery.js";
import type { Delivery } from "../span-delivery.js";

export interface TopicConsumerOptions<Item> {
  /** Those of the consumer, with the group of this one. */
  readonly consumer: ResolvedConsumerOptions;
  readonly topic: string;
  readonly encoding: OtlpEncoding;
  /** What the requests are. */
  readonly format: RequestFormat<Item>;
  readonly deliver: (items: readonly Item[], limit: DeliveryLimit) => Promise<Delivery>;
  readonly stats: OtlpStats;
  readonly log: Logger;
}

export interface TopicConsumerStatus extends SourceStatus {
  /** Records between the last commit and the end of the partitions, as far as seen. */
  readonly lag: number;
}

/** While a batch is worked on, membership in the group is looked after this often. */
const HEARTBEAT_CHECK_MILLIS = 500;
/** Keeps a source that reads on from turning in circles during a shutdown. */
const STOPPED_PAUSE_MILLIS = 200;
const COMMIT_SHARE = 0.3;

export class TopicConsumer<Item> {
  readonly #options: TopicConsumerOptions<Item>;
  readonly #offsets = new OffsetTracker();
  readonly #committer: OffsetCommitter;
  readonly #deadLetters: DeadLetterProducer;
  readonly #outage: OutageWatch;
  readonly #source: RecordSource;
  readonly #giveUp = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  #isStopping = false;

  constructor(options: TopicConsumerOptions<Item>) {
    this.#options = options;
    const { consumer, topic, log } = options;
    const { kafka, groupId, retries } = consumer;
    this.#outage = new OutageWatch({ component: "kafka", retries, log });
    this.#deadLetters = createDeadLetterProducer({
      kafka,
      topic: consumer.topics.dead_letter,
      groupId,
      log,
      onTrimmed: () => log.warn("a dead letter was too large to be sent whole"),
    });
    this.#committer = new OffsetCommitter({
      offsets: this.#offsets,
      commit: (offsets) => this.#source.commit(offsets),
      intervalMillis: consumer.commitIntervalMillis,
      stats: new ConsumerStats(),
      log,
    });
    this.#source = startRecordSource({
      options: consumer,
      topics: [topic],
      handlers: this.#handlers(),
      kafka: this.#outage,
      log,
    });
  }

  get status(): TopicConsumerStatus {
    return { ...this.#source.status, lag: this.#offsets.lag };
  }

  /** Finishes what was read, as far as the time allows, commits it and leaves the group. Never rejects. */
  async stop(millis: number): Promise<void> {
    const end = performance.now() + millis;
    const left = (): number => Math.max(end - performance.now(), 0);
    this.#isStopping = true;
    await settlesWithin(Promise.all(this.#underWay), millis * (1 - COMMIT_SHARE));
    this.#giveUp.abort();
    await this.#committer.finish(left() / 2, () => this.#source.status.state === "running");
    this.#committer.stop();
    await this.#source.stop(left());
    await this.#deadLetters.close(left());
  }

  #handlers(): RecordHandlers {
    return {
      take: (batch, control) => {
        const taken = this.#take(batch, control);
        const settled = taken.catch(() => undefined).finally(() => this.#underWay.delete(settled));
        this.#underWay.add(settled);
        return taken;
      },
      assigned: (assignment, sameMember) => this.#offsets.assign(assignment, sameMember),
      reset: () =>
        this.#options.log.error(
          "OTLP records are lost: Kafka removed them before they were read. Raise the topic's retention",
        ),
    };
  }

  async #take(batch: SourceBatch, control: TakeControl): Promise<boolean> {
    if (this.#isStopping) {
      await sleep(STOPPED_PAUSE_MILLIS);
      return false;
    }
    const lost = new AbortController();
    const work = this.#finish(batch, AbortSignal.any([lost.signal, this.#giveUp.signal]));
    try {
      const isWanted = async () => {
        await control.heartbeat();
        return control.isCurrent();
      };
      if (!(await untilSettled(work, HEARTBEAT_CHECK_MILLIS, isWanted))) return false;
    } finally {
      lost.abort();
    }
    if (!(await work)) return false;
    this.#offsets.take(batch.range, batch.messages.length).done(batch.messages.length);
    this.#committer.soon();
    return true;
  }

  /** Whether every record is delivered or a dead letter. `false` only when the signal is aborted. */
  async #finish({ range, messages }: SourceBatch, signal: AbortSignal): Promise<boolean> {
    const readings: Reading<Item>[] = [];
    for (const message of messages)
      readings.push(
        await this.#read({
          topic: range.topic,
          partition: range.partition,
          offset: message.offset,
          timestampMillis: Number(message.timestamp),
          key: message.key,
          value: message.value,
          headers: message.headers ?? {},
        }),
      );
    const items = readings.flatMap((reading) => reading.items);
    const delivery = await this.#deliver(items, signal);
    if (delivery === undefined) return false;
    const letters = readings.flatMap(({ letter }) => (letter ? [letter] : []));
    // Which record they are of is not known, and is seldom asked: what is delivered once more is a row already.
    if (delivery.refused > 0) letters.push(...(await this.#refusedOf(readings, signal)));
    if (!(await this.#sendLetters(letters, signal))) return false;
    this.#options.stats.delivered(this.#options.format.signal, items.length, delivery);
    this.#options.stats.rejected("malformed", letters.length);
    return true;
  }

  async #read(record: SourceRecord): Promise<Reading<Item>> {
    const { stats, encoding, format } = this.#options;
    stats.requested();
    if (record.value === null || record.value.length === 0) return { record, items: [] };
    const bodyEncoding = encoding === "otlp_json" ? "json" : "protobuf";
    const reading = await readRequest(format, record.value, bodyEncoding, Number.POSITIVE_INFINITY);
    if (!reading.ok) {
      const explanation = `not an ${format.requestName} in ${encoding}: ${reading.problem}`;
      return { record, items: [], letter: { record, reason: "not_an_event", explanation } };
    }
    const { items, problems } = reading;
    if (problems.length === 0) return { record, items };
    stats.rejected("unreadable", problems.length);
    const explanation = `the other ${format.called} were taken: ${problems.join("; ")}`;
    return { record, items, letter: { record, reason: "not_an_event", explanation } };
  }

  async #deliver(items: readonly Item[], signal: AbortSignal): Promise<Delivered | undefined> {
    for (let attempt = 1; !signal.aborted; attempt++) {
      const delivery = await this.#options.deliver(items, { signal });
      if (delivery.status === "delivered") return delivery;
      const error = new TransportError(`Events of OTLP records wait: ${delivery.status}.`);
      // A queue that others fill is no outage.
      const wait = delivery.status === "no_room" ? FULL_PAUSE_MILLIS : this.#outage.failed(error, attempt);
      await delay(wait, signal);
    }
    return undefined;
  }

  async #refusedOf(readings: readonly Reading<Item>[], signal: AbortSignal): Promise<readonly DeadLetter[]> {
    const letters: DeadLetter[] = [];
    for (const { record, items } of readings) {
      const delivery = await this.#deliver(items, signal);
      if (delivery === undefined || delivery.refused === 0) continue;
      const explanation = `Kafka refused ${delivery.refused} of its events; the others were taken`;
      letters.push({ record, reason: "unwritable", explanation });
    }
    return letters;
  }

  async #sendLetters(letters: readonly DeadLetter[], signal: AbortSignal): Promise<boolean> {
    if (letters.length === 0) return !signal.aborted;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.#deadLetters.send(letters);
        return true;
      } catch (error) {
        await delay(this.#outage.failed(error, attempt), signal);
      }
    }
    return false;
  }
}

const FULL_PAUSE_MILLIS = 200;

type Delivered = Extract<Delivery, { readonly status: "delivered" }>;

interface Reading<Item> {
  readonly record: SourceRecord;
  readonly items: readonly Item[];
  readonly letter?: DeadLetter;
}
