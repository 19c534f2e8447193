/**
 * Records to the spool's folder, for whoever reads it: `agent-actions consume --spool`, without Kafka. A record counts as acknowledged when
 * the operating system has it.
 *
 * What was written is handed over twice a second: the file is renamed to one of nobody, and the next record begins another. So a reader
 * never reads a file that is being written, and has an event within a second.
 */
import { TransportError } from "../../src/errors.js";
import type { RecordKind, TopicNames } from "../../src/event/index.js";
import { encodeRecord } from "../../src/spool/spool-record.js";
import type { TopicSpool } from "../../src/spool/topic-spool.js";
import { EventSpool, type SpoolStats } from "./event-spool.js";
import { NO_SPOOL } from "./no-spool.js";
import { runDetached } from "./run-detached.js";
import type { ActionRecord } from "./serialize.js";
import type { SpoolSettings } from "./spool-settings.js";
import type { TopicSender } from "./topic-sender.js";
import type { SendResult, Transport } from "./transport.js";

export interface SpoolTransportOptions extends SpoolSettings {
  readonly spoolDirectory: string;
  readonly topics: TopicNames;
}

const HAND_OVER_MILLIS = 500;

export class SpoolTransport implements Transport {
  /** In the mode `always`, a record is written in the turn in which it comes. */
  readonly isImmediate: boolean;
  readonly folder: string;
  readonly #options: SpoolTransportOptions;
  readonly #files = new Map<RecordKind, TopicSpool>();
  #spool: EventSpool | undefined;
  #handingOver: NodeJS.Timeout | undefined;
  #problem = "";

  /** Nothing is written before the first record. */
  constructor(options: SpoolTransportOptions) {
    this.#options = options;
    this.isImmediate = options.spool === "always";
    this.folder = options.spoolDirectory;
  }

  /** In messages. */
  get name(): string {
    return `the spool ${this.folder}`;
  }

  get stats(): SpoolStats {
    return this.#spool?.stats ?? NO_SPOOL;
  }

  /** Writes a record in this turn. Returns whether the disk has it. */
  write(record: ActionRecord): boolean {
    return this.#append([record]);
  }

  /** A record is accepted in memory alone, although it should be on the disk. */
  countMemoryOnly(): void {
    if (this.#spool !== undefined) this.#spool.counts.memoryOnly++;
  }

  async send(records: readonly ActionRecord[]): Promise<SendResult> {
    if (this.#append(records)) return { status: "sent" };
    const message = `The spool in ${this.folder} takes no events: ${this.#problem}.`;
    return {
      status: "retryable",
      error: new TransportError(message, { retriable: true }),
      remaining: records,
    };
  }

  async close(): Promise<void> {
    this.release();
  }

  /** The end, in this turn: what senders still have goes to the disk, and counts as spooled. */
  takeLeft(senders: readonly TopicSender[]): void {
    // There is no later time to try it again at.
    this.#spool?.tryNow();
    for (const sender of senders) sender.close("shutdown_deadline", ({ record }) => this.write(record));
    this.release();
  }

  /** Leaves what is written to the reader, in this turn. */
  release(): void {
    clearTimeout(this.#handingOver);
    this.#handingOver = undefined;
    this.#spool?.release();
  }

  #append(records: readonly ActionRecord[]): boolean {
    const [first] = records;
    if (first === undefined) return true;
    this.#spool ??= this.#open(first);
    const files = this.#filesOf(this.#spool, first.kind);
    const bytes = this.#encode(records);
    const reason = this.#spool.reasonAgainst(bytes.length);
    if (reason === "spool_full") this.#problem = "it has as many bytes as spoolMaxBytes allows";
    if (this.#spool.append(files, bytes, false) === undefined) return false;
    this.#handOverLater();
    return true;
  }

  #encode(records: readonly ActionRecord[]): Buffer {
    const spooledAt = Date.now();
    const encoded = records.map(({ kind, key, headers, value }) =>
      encodeRecord({ topic: this.#options.topics[kind], key, headers, value, spooledAt }),
    );
    const [only] = encoded;
    return encoded.length === 1 && only ? only : Buffer.concat(encoded);
  }

  // The sender says that events wait: once is enough.
  #open({ headers }: ActionRecord): EventSpool {
    return new EventSpool(this.#options, headers["producer-epoch"] ?? "none", {
      spoolFailed: (_, why) => {
        this.#problem = why;
      },
      spoolWorks: () => undefined,
    });
  }

  #filesOf(spool: EventSpool, kind: RecordKind): TopicSpool {
    let files = this.#files.get(kind);
    if (files === undefined) {
      files = spool.topic(this.#options.topics[kind]);
      this.#files.set(kind, files);
    }
    return files;
  }

  #handOverLater(): void {
    this.#handingOver ??= runDetached(() =>
      setTimeout(() => void this.#handOver(), HAND_OVER_MILLIS).unref(),
    );
  }

  async #handOver(): Promise<void> {
    this.#handingOver = undefined;
    for (const files of this.#files.values())
      try {
        await files.handOver(this.#options.spoolFsync !== "never");
      } catch (error) {
        this.#spool?.failed(error);
        this.#handOverLater();
      }
  }
}
