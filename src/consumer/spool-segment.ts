import type { SourceMessage } from "../kafka/records.js";
import type { ClaimedSegment } from "../spool/claimed-segment.js";
import type { ReadRecord } from "../spool/read-segment.js";
import { type SpoolPlace, spoolPlace } from "./spool-place.js";

const LIMITS = { maxRecords: 500, maxBytes: 1_048_576 } as const;

/** Records that were read together. */
export interface SpoolChunk {
  readonly firstOffset: bigint;
  /** The offset behind them. */
  readonly nextOffset: bigint;
  readonly messages: readonly SourceMessage[];
}

/** A segment that is read ahead of what is stored. Offsets are those of its {@link SpoolPlace}. */
export class SpoolSegment {
  readonly place: SpoolPlace;
  readonly claimed: ClaimedSegment;
  /** Where to read on, in the file. */
  #position: number;
  #isRead = false;

  constructor(claimed: ClaimedSegment) {
    this.claimed = claimed;
    this.place = spoolPlace(claimed.entry);
    this.#position = claimed.position;
  }

  get topic(): string {
    return this.claimed.topic;
  }

  /** Bytes that are not stored. */
  get waiting(): number {
    return Math.max(this.claimed.entry.bytes - this.claimed.position, 0);
  }

  /** Whether nothing of it is needed any more. */
  get isDone(): boolean {
    return this.#isRead && this.claimed.position >= this.#position;
  }

  /** The next records; `undefined` at the end. @throws what the file system says */
  async next(): Promise<SpoolChunk | undefined> {
    if (this.#isRead) return undefined;
    const from = this.#position;
    const { records, next, isEnd } = await this.claimed.read(LIMITS, from);
    this.#isRead = isEnd;
    this.#position = next;
    if (next === from) return undefined;
    const { base } = this.place;
    return {
      firstOffset: base + BigInt(from),
      nextOffset: base + BigInt(next),
      messages: records.map((record) => messageOf(record, base)),
    };
  }

  /** Everything before the offset is stored. @throws what the file system says */
  async commit(offset: bigint): Promise<void> {
    const position = Math.min(Number(offset - this.place.base), this.#position);
    if (position > this.claimed.position) await this.claimed.commit(position);
  }
}

function messageOf({ record, offset }: ReadRecord, base: bigint): SourceMessage {
  const { key, value, headers, spooledAt } = record;
  return {
    offset: String(base + BigInt(offset)),
    timestamp: String(Math.round(spooledAt)),
    key: Buffer.from(key),
    value,
    headers,
  };
}
