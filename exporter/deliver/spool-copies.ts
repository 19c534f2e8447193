import type { RecordKind, TopicNames } from "../../src/event/index.js";
import type { SpoolEntry } from "../../src/spool/own-segment.js";
import { encodeRecord } from "../../src/spool/spool-record.js";
import type { TopicSpool } from "../../src/spool/topic-spool.js";
import type { EventSpool } from "./event-spool.js";
import type { ActionRecord } from "./serialize.js";

/** A record that is on the disk as well, until it is taken back. */
export interface SpoolCopy {
  readonly kind: RecordKind;
  readonly entry: SpoolEntry;
}

/**
 * Records that are in memory and, until they are done with, on the disk as well, where another process finds them when this one was killed.
 * They are in files of their own, which this process never reads.
 */
export class SpoolCopies {
  readonly #spool: EventSpool;
  readonly #topics: TopicNames;
  readonly #files = new Map<RecordKind, TopicSpool>();

  constructor(spool: EventSpool, topics: TopicNames) {
    this.#spool = spool;
    this.#topics = topics;
  }

  /** Writes it in this turn; `undefined` where the disk does not take it. */
  add({ kind, key, value, headers }: ActionRecord): SpoolCopy | undefined {
    const topic = this.#topics[kind];
    let files = this.#files.get(kind);
    if (files === undefined) {
      files = this.#spool.topic(topic);
      this.#files.set(kind, files);
    }
    const bytes = encodeRecord({ topic, key, value, headers, spooledAt: Date.now() });
    const entry = this.#spool.append(files, bytes, true);
    return entry && { kind, entry };
  }

  /** It is not to be sent by anybody else any more. */
  takeBack({ kind, entry }: SpoolCopy): void {
    this.#spool.cancel(this.#files.get(kind), entry);
  }
}
