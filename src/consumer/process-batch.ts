/**
 * The delivery promise: every record that was read ends as a row, as a duplicate of a row, or as a dead letter, and only
 * then may its offset be committed.
 *
 * - Rows first. A record is done after the transaction with its row has committed; a dead letter is sent by its own queue
 *   (dead-letter-queue.ts), which a batch does not wait for. If the process ends before, the record is read again; its id is the
 *   same then, so it meets its own row.
 * - A bad record is one that cannot be decoded, or that Postgres refuses for what it holds. Exactly that one goes to the
 *   dead-letter topic, the others of its batch land.
 * - A number that a producer gave a record has arrived when the record has, also where it becomes a dead letter: that is noted before the
 *   record can be done.
 * - An outage is not a bad record. Whatever else fails is tried again, with growing pauses, for as long as it takes. After
 *   the first failure a batch goes on in parts of `batchSize`, so that a slow server makes progress too.
 * - What fails before it reaches Postgres is a defect of ours. It is cut down to the one record that causes it, and that
 *   one becomes a dead letter only when Postgres has taken others since it first failed.
 *
 * A batch rejects only when the signal is aborted. Then nothing of the rest is done, and it will be read again.
 */
import type { RecordKind } from "../event/index.js";
import { delay } from "../internal/delay.js";
import { hasSequence } from "../store/producers/arrived-sequences.js";
import type { BatchWriter, WriteOutcome } from "../store/write-batch.js";
import type { ConsumerStats } from "./consumer-stats.js";
import type { Rejected } from "./dead-letter-queue.js";
import { decode } from "./decode.js";
import { DecodedBatch, type SkippedRecord } from "./decoded-batch.js";
import { isDefect } from "./failure-report.js";
import type { TakenBatch } from "./offset-tracker.js";
import type { OutageWatch } from "./outage-watch.js";
import { type Redact, redactRecords } from "./redact-records.js";
import type { SourceRecord } from "./source-record.js";

/** A record that was read and has not come to an end. Kept as bytes: what it decodes to is five times as large. */
export interface PendingRecord extends SourceRecord {
  readonly kind: RecordKind;
  readonly batch: TakenBatch;
  /** Length of the value, where it is known without reading it. */
  readonly valueBytes?: number | undefined;
}

export interface BatchProcessorOptions {
  readonly rows: BatchWriter;
  readonly deadLetters: { add(rejected: readonly Rejected[]): void };
  readonly postgres: OutageWatch;
  readonly stats: ConsumerStats;
  /** Loads what hides secrets; `undefined` where records are stored as they come. */
  readonly redaction?: (() => Promise<Redact>) | undefined;
  readonly batchSize: number;
  readonly retries: number;
  /** Ends waiting for an outage to pass. */
  readonly signal: AbortSignal;
  /** Called when records are done. */
  readonly onDone: () => void;
}

export function createBatchProcessor(
  options: BatchProcessorOptions,
): (batch: readonly PendingRecord[]) => Promise<void> {
  const processor = new BatchProcessor(options);
  return (batch) => processor.process(batch);
}

/** Records that are tried together, and how that went so far. */
interface Part {
  readonly records: readonly PendingRecord[];
  readonly failures: number;
  readonly failedFirst?: number;
}

class BatchProcessor {
  readonly #options: BatchProcessorOptions;

  constructor(options: BatchProcessorOptions) {
    this.#options = options;
  }

  async process(batch: readonly PendingRecord[]): Promise<void> {
    const decoded = await this.#decode(batch);
    const { invalid, skipped } = decoded;
    this.#skip(skipped);
    // Those of other producers wait for nothing.
    this.#options.deadLetters.add(invalid.filter(({ record }) => !hasSequence(record)));
    await this.#store(decoded);
    await this.#reject(invalid.filter(({ record }) => hasSequence(record)));
  }

  async #decode(batch: readonly PendingRecord[]): Promise<DecodedBatch> {
    const { redaction, stats } = this.#options;
    if (redaction === undefined) return DecodedBatch.of(batch);
    const plain = batch.map((pending) => ({ pending, decoded: decode(pending.kind, pending) }));
    const safe = await redactRecords(plain, await redaction(), () => {
      stats.redacted += 1;
    });
    const decoded = new DecodedBatch();
    for (const [index, record] of safe.entries())
      decoded.add(record.pending, record.decoded, record.decoded !== plain[index]?.decoded);
    return decoded;
  }

  /** Dead-letters records once it is noted that their numbers have arrived. */
  async #reject(rejected: readonly Rejected[]): Promise<void> {
    const { rows, deadLetters, postgres, stats, signal } = this.#options;
    for (let failures = 1; rejected.length > 0; failures++) {
      try {
        await rows.noteArrivals(rejected.map(({ record }) => record));
        break;
      } catch (error) {
        signal.throwIfAborted();
        stats.retries += 1;
        await delay(postgres.failed(error, failures), signal);
        signal.throwIfAborted();
      }
    }
    deadLetters.add(rejected);
  }

  #skip(records: readonly SkippedRecord[]): void {
    for (const { record, reason } of records) {
      this.#options.stats.skip(record.kind, reason);
      record.batch.done(1);
    }
    if (records.length > 0) this.#options.onDone();
  }

  async #store(decoded: DecodedBatch): Promise<void> {
    const { valid: records } = decoded;
    const parts: Part[] = records.length === 0 ? [] : [{ records, failures: 0 }];
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      try {
        await this.#write(part.records, decoded);
      } catch (error) {
        this.#options.signal.throwIfAborted();
        // Behind the others: what cannot be written must not keep them waiting.
        parts.push(...(await this.#again(part, error)));
      }
    }
  }

  async #write(records: readonly PendingRecord[], decoded: DecodedBatch): Promise<void> {
    const { rows, postgres, stats } = this.#options;
    const began = performance.now();
    const outcome = await rows.write(decoded.eventsOf(records));
    postgres.succeeded();
    stats.writeMillis.observe(performance.now() - began);
    stats.writeRows.observe(records.length);
    this.#settle(records, decoded, outcome);
    this.#options.deadLetters.add(
      outcome.refused.flatMap(({ index, sqlstate }) => {
        const record = records[index];
        return record === undefined ? [] : [{ record, ...whyRefused(sqlstate) }];
      }),
    );
  }

  #settle(records: readonly PendingRecord[], { repaired }: DecodedBatch, outcome: WriteOutcome): void {
    const refused = new Set(outcome.refused.map(({ index }) => index));
    this.#options.stats.stored(outcome);
    records.forEach((record, index) => {
      if (refused.has(index)) return;
      if (repaired.has(record)) this.#options.stats.repaired += 1;
      record.batch.done(1);
    });
    this.#options.onDone();
  }

  /** Waits if that can help, and returns in which parts to go on. */
  async #again(
    { records, failures, failedFirst = performance.now() }: Part,
    error: unknown,
  ): Promise<Part[]> {
    const { postgres, batchSize, retries, signal, stats } = this.#options;
    const defect = isDefect("postgres", error);
    const [only] = records;
    if (defect && records.length > 1) return parts(records, Math.ceil(records.length / 2), { failures });
    const others = postgres.lastSuccess ?? Number.NEGATIVE_INFINITY;
    if (defect && only !== undefined && failures >= retries && others >= failedFirst) {
      await this.#reject([{ record: only, ...WHY_UNWRITABLE }]);
      return [];
    }
    stats.retries += 1;
    await delay(postgres.failed(error, failures + 1), signal);
    signal.throwIfAborted();
    return parts(records, batchSize, { failures: failures + 1, failedFirst });
  }
}

type Why = Omit<Rejected, "record">;

// Postgres's own message may quote the value that it refused.
const whyRefused = (sqlstate: string): Why => ({
  reason: "refused_by_postgres",
  explanation: `PostgreSQL refused it with SQLSTATE ${sqlstate}`,
  sqlstate,
});

const WHY_UNWRITABLE: Why = {
  reason: "unwritable",
  explanation: "it could not be written while others could",
};

function parts(records: readonly PendingRecord[], size: number, history: Omit<Part, "records">): Part[] {
  const count = Math.ceil(records.length / size);
  return Array.from({ length: count }, (_, index) => ({
    records: records.slice(index * size, (index + 1) * size),
    ...history,
  }));
}
