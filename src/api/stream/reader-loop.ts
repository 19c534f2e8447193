/**
 * The readers of a stream, and the loop that serves them while there are any. Readers stay where they are while the database cannot be
 * read, and are told so: silence would look as if nothing happened.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Subscriber } from "./subscriber.js";

/** What is known of every reader, whatever it reads. */
export interface StreamReader {
  readonly subscriber: Subscriber;
  /** It was told that the tables cannot be read. */
  isToldAway: boolean;
  readonly isStillAllowed: () => Promise<boolean>;
  lastCheck: number;
}

export interface StreamOptions {
  readonly maxReaders: number;
  /** For how long a reader may take nothing before it is given more than it takes. @default 5,000 */
  readonly patienceMillis?: number;
  /** Called for what nobody foresaw. */
  readonly onDefect: (error: unknown) => void;
}

export interface StreamWork {
  /** Serves all readers. Returns whether there is more to do soon. */
  readonly serve: () => Promise<boolean>;
  /** How long to wait then, and otherwise. */
  readonly busyMillis: number;
  readonly idleMillis: number;
  /** The last reader is gone. */
  readonly onIdle?: () => void;
}

const FAILURE_MILLIS = 1_000;
/** How often it is asked whether a reader still may read. */
const CHECK_MILLIS = 5_000;

export class ReaderLoop<Reader extends StreamReader> {
  readonly readers = new Set<Reader>();
  readonly #options: StreamOptions;
  readonly #work: StreamWork;
  #loop: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: StreamOptions, work: StreamWork) {
    this.#options = options;
    this.#work = work;
  }

  /**
   * Returns `undefined` when as many read as may.
   *
   * @param isStillAllowed asked every few seconds: a stream whose token was revoked, or has expired, ends
   * @param readerOf adds what only these readers have
   */
  subscribe(
    isStillAllowed: () => Promise<boolean>,
    readerOf: (reader: StreamReader) => Reader,
  ): ReadableStream<Uint8Array> | undefined {
    if (this.#isStopped || this.readers.size >= this.#options.maxReaders) return undefined;
    const subscriber = new Subscriber(() => this.readers.delete(reader), this.#options.patienceMillis);
    const lastCheck = performance.now();
    const reader = readerOf({ subscriber, isToldAway: false, isStillAllowed, lastCheck });
    this.readers.add(reader);
    this.#loop ??= this.#run();
    return subscriber.stream;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { subscriber } of [...this.readers]) subscriber.close();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { serve, busyMillis, idleMillis, onIdle } = this.#work;
    while (this.readers.size > 0) {
      let wait = FAILURE_MILLIS;
      try {
        wait = (await serve()) ? busyMillis : idleMillis;
        this.#tellAway(false);
      } catch (error) {
        this.#tellAway(true);
        if (!(error instanceof Error && error.name === "StoreError")) this.#options.onDefect(error);
      }
      this.#endRefused(performance.now());
      await sleep(wait);
    }
    onIdle?.();
    // In the same turn as the last look: a reader that comes now finds no loop, and begins one.
    this.#loop = undefined;
  }

  #tellAway(isAway: boolean): void {
    for (const reader of this.readers) {
      if (reader.isToldAway === isAway) continue;
      reader.isToldAway = isAway;
      reader.subscriber.tell(isAway ? "away" : "back");
    }
  }

  #endRefused(now: number): void {
    for (const reader of this.readers) {
      if (now - reader.lastCheck < CHECK_MILLIS) continue;
      reader.lastCheck = now;
      void reader.isStillAllowed().then((isAllowed) => isAllowed || reader.subscriber.close());
    }
  }
}
