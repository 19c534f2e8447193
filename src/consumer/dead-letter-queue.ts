/**
 * Records that become no row, on their way to the dead-letter topic. They wait here, apart from the batches in which they came: while
 * the topic is missing or away, only they wait, and good records go on. A record is done when all in-sync replicas of the topic
 * have its dead letter; until then its offset is not committed.
 *
 * One request is under way at a time. After a failure letters are sent one by one, and one that fails goes behind the others, so
 * that a letter which the topic will never take holds up no other.
 */
import { delay } from "../internal/delay.js";
import type { ConsumerStats } from "./consumer-stats.js";
import type { DeadLetter } from "./dead-letter.js";
import type { OutageWatch } from "./outage-watch.js";
import type { PendingRecord } from "./process-batch.js";

/** A record that becomes no row, and why. */
export interface Rejected extends Omit<DeadLetter, "record"> {
  readonly record: PendingRecord;
}

/** Takes dead letters; resolves when all are acknowledged, rejects when that is not known of one of them. */
export interface DeadLetterSink {
  send(letters: readonly DeadLetter[]): Promise<void>;
}

export interface DeadLetterQueueOptions {
  readonly sink: DeadLetterSink;
  readonly topic: OutageWatch;
  readonly stats: ConsumerStats;
  /** What may wait here before reading stops. */
  readonly maxQueuedRows: number;
  readonly maxQueuedBytes: number;
  /** Ends waiting for an outage to pass. */
  readonly signal: AbortSignal;
  /** Called when records are done. */
  readonly onDone: () => void;
}

const MAX_LETTERS = 100;

export class DeadLetterQueue {
  readonly #options: DeadLetterQueueOptions;
  readonly #waiting: Rejected[] = [];
  #bytes = 0;
  #sending: Promise<void> | undefined;

  constructor(options: DeadLetterQueueOptions) {
    this.#options = options;
  }

  /** Letters that are not acknowledged. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get hasRoom(): boolean {
    const { maxQueuedRows, maxQueuedBytes } = this.#options;
    return this.#waiting.length < maxQueuedRows && this.#bytes < maxQueuedBytes;
  }

  add(rejected: readonly Rejected[]): void {
    for (const letter of rejected) {
      this.#waiting.push(letter);
      this.#bytes += sizeOf(letter);
    }
    if (this.#waiting.length > 0 && !this.#options.signal.aborted) this.#sending ??= this.#sendAll();
  }

  /** Resolves when nothing waits, or when the signal is aborted. Never rejects. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    const { sink, topic, stats, signal } = this.#options;
    for (let failures = 0; this.#waiting.length > 0 && !signal.aborted; ) {
      const letters = this.#waiting.slice(0, failures === 0 ? MAX_LETTERS : 1);
      try {
        await sink.send(letters);
        topic.succeeded();
        failures = 0;
        this.#settle(letters);
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        stats.retries += 1;
        if (letters.length === 1) this.#waiting.push(...this.#waiting.splice(0, 1));
        await delay(topic.failed(error, failures), signal);
      }
    }
    // In the same turn in which nothing waits any more: what is added in the next one begins anew.
    this.#sending = undefined;
  }

  #settle(letters: readonly Rejected[]): void {
    this.#waiting.splice(0, letters.length);
    for (const letter of letters) {
      this.#bytes -= sizeOf(letter);
      this.#options.stats.deadLettered(letter.record.kind, letter.reason);
      letter.record.batch.done(1);
    }
    this.#options.onDone();
  }
}

const sizeOf = ({ record }: Rejected): number => record.value?.length ?? 0;
