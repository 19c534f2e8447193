import type { EventSource, StorableEvent } from "../store/write-batch.js";
import type { Rejected } from "./dead-letter-queue.js";
import { type Decoded, decode, type Skipped, type Valid } from "./decode.js";
import type { PendingRecord } from "./process-batch.js";

/** A record that becomes neither a row nor a dead letter. */
export interface SkippedRecord {
  readonly record: PendingRecord;
  readonly reason: Skipped["reason"];
}

/**
 * The records of a batch by what they are. What valid ones decode to is given out once, and made again for whoever asks again: while a batch is
 * written, its records are there as bytes only.
 */
export class DecodedBatch {
  readonly valid: PendingRecord[] = [];
  readonly invalid: Rejected[] = [];
  readonly skipped: SkippedRecord[] = [];
  /** Valid records of which something was mended. */
  readonly repaired = new Set<PendingRecord>();
  /** What is not in the bytes of a record. */
  readonly #redacted = new Map<PendingRecord, Valid>();
  #events: StorableEvent[] | undefined = [];

  static of(records: readonly PendingRecord[]): DecodedBatch {
    const batch = new DecodedBatch();
    for (const record of records) batch.add(record, decode(record.kind, record));
    return batch;
  }

  /** @param isRedacted what it decoded to was changed since */
  add(record: PendingRecord, decoded: Decoded, isRedacted = false): void {
    if (decoded.outcome === "valid") {
      this.valid.push(record);
      this.#events?.push(storable(record, decoded));
      if (decoded.event.repairs.length > 0) this.repaired.add(record);
      if (isRedacted) this.#redacted.set(record, decoded);
    } else if (decoded.outcome === "skipped") this.skipped.push({ record, reason: decoded.reason });
    else this.invalid.push({ record, reason: decoded.reason, explanation: decoded.explanation });
  }

  /** The events of some of the valid records. */
  eventsOf(records: readonly PendingRecord[]): EventSource {
    return () =>
      (records === this.valid && this.#takeEvents()) || records.map((record) => this.#again(record));
  }

  #takeEvents(): readonly StorableEvent[] | undefined {
    const events = this.#events;
    this.#events = undefined;
    return events;
  }

  #again(record: PendingRecord): StorableEvent {
    const decoded = this.#redacted.get(record) ?? decode(record.kind, record);
    if (decoded.outcome !== "valid") throw new Error("a valid record decodes to the same again");
    return storable(record, decoded);
  }
}

const storable = (record: PendingRecord, { event, text }: Valid): StorableEvent => ({
  valid: event,
  text,
  record,
});
