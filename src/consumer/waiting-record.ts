import type { RecordKind } from "../event/index.js";
import type { HeaderValue, SourceMessage, TopicPartition } from "../kafka/records.js";
import type { TakenBatch } from "./offset-tracker.js";
import type { PendingRecord } from "./process-batch.js";

/** A record between its fetch and its row: thousands of them wait at a time, so it holds the message and what all of its fetch have in common. */
export class WaitingRecord implements PendingRecord {
  readonly kind: RecordKind;
  readonly batch: TakenBatch;
  readonly #place: TopicPartition;
  readonly #message: SourceMessage;
  #headers: Readonly<Record<string, HeaderValue | undefined>> | undefined;

  constructor(kind: RecordKind, place: TopicPartition, message: SourceMessage, batch: TakenBatch) {
    this.kind = kind;
    this.#place = place;
    this.#message = message;
    this.batch = batch;
  }

  get topic(): string {
    return this.#place.topic;
  }

  get partition(): number {
    return this.#place.partition;
  }

  get offset(): string {
    return this.#message.offset;
  }

  get timestampMillis(): number {
    return this.#message.timestampMillis ?? Number(this.#message.timestamp);
  }

  get key(): Buffer | null {
    return this.#message.key;
  }

  get value(): Buffer | null {
    return this.#message.value;
  }

  get valueBytes(): number {
    return this.#message.valueBytes ?? this.#message.value?.length ?? 0;
  }

  /** Read once: what stores a record asks for several of them. */
  get headers(): Readonly<Record<string, HeaderValue | undefined>> {
    this.#headers ??= this.#message.headers ?? NO_HEADERS;
    return this.#headers;
  }
}

const NO_HEADERS = Object.freeze({});
