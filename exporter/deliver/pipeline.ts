/**
 * From an event to Kafka's acknowledgement, behind the span processor, the exporter and the publisher.
 *
 * The promise: an event that was taken is acknowledged by Kafka, or counted under the reason why not. It waits in memory for
 * as long as Kafka is away, until `shutdown()` has used up its deadline. What does not fit in the queue is not taken, and
 * counted too. Nothing here throws into the agent, waits for the network in its turn, or writes to the console.
 *
 * A pipeline is *open*, *shutting down* or *shut down*. The last two take nothing.
 */
import { RECORD_KINDS, type RecordKind } from "../../src/event/index.js";
import { settlesWithin } from "../../src/internal/settles-within.js";
import type { ResolvedExporterOptions } from "../options.js";
import { DeliveryLog } from "./delivery-log.js";
import { type FlushAtExit, flushAtExit } from "./exit-flush.js";
import { Lane } from "./lane.js";
import { runDetached } from "./run-detached.js";
import type { ActionRecord } from "./serialize.js";
import { type DropReason, type ExporterStats, factStats, Ledger } from "./stats.js";
import type { Transport } from "./transport.js";
import type { Item, Outcome } from "./waiting-line.js";

/** How much of a shutdown's deadline closing the connection may take, after everything was delivered or given up. */
const CLOSE_MILLIS = 1_000;

/** Of the bounds of the queue, so much again may be span attributions. */
const FACT_SHARE = 0.25;
/** A flush looks so often whether the topic of span attributions is missing or away. */
const FACTS_STEP_MILLIS = 500;

/** What the pipeline needs of the options. */
export type PipelineOptions = Omit<
  ResolvedExporterOptions,
  | "kafka"
  | "gzipMinBytes"
  | "maxRecordBytes"
  | "maxHeldEvents"
  | "maxHeldBytes"
  | "maxHeldMillis"
  | "callsWithoutSpan"
  | "recordUnsampled"
>;

export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #transport: Transport;
  readonly #ledger = new Ledger();
  /** Span attributions are no events: they have a book, and a small part of the queue, of their own. */
  readonly #factLedger = new Ledger();
  readonly #log = new DeliveryLog();
  readonly #lanes: Readonly<Record<RecordKind, Lane>>;
  readonly #leaveExitFlush: () => void;
  #end: Promise<void> | undefined;
  #releaseHeld: () => void = () => undefined;

  constructor(options: PipelineOptions, transport: Transport) {
    this.#options = options;
    this.#transport = transport;
    this.#lanes = Object.fromEntries(RECORD_KINDS.map((kind) => [kind, this.#lane(kind)])) as Record<
      RecordKind,
      Lane
    >;
    this.#leaveExitFlush = options.flushOnExit ? flushAtExit(this.#atExit()) : () => undefined;
  }

  /** Names what gives up everything that is held. It is called before the end, when spans that are open will not end any more. */
  onEnd(releaseHeld: () => void): void {
    this.#releaseHeld = releaseHeld;
  }

  /**
   * Takes a record, or answers `undefined` and has it counted as dropped. `settle` is called exactly once in either case,
   * when it is known what became of it. Span attributions never take a place from events.
   */
  offer(record: ActionRecord, settle?: (outcome: Outcome) => void): Item | undefined {
    const { kind, value } = record;
    const reason = this.#reasonAgainst(value.length, kind);
    if (reason !== undefined) {
      if (kind === "span_attribution") this.#factLedger.arrive(reason);
      else this.drop(reason, REASONS_IN_WORDS[reason]);
      settle?.({ delivered: false, reason });
      return undefined;
    }
    this.#ledgerOf(kind).arrive("buffered", value.length);
    return this.#lanes[kind].push(record, settle);
  }

  /**
   * Takes custody of an event that is not ready to be sent: it has its place in the queue from now on. Answers `false`, and has it
   * counted as dropped, when there is none.
   */
  hold(bytes: number): boolean {
    const reason = this.#reasonAgainst(bytes);
    if (reason !== undefined) this.drop(reason, REASONS_IN_WORDS[reason]);
    else this.#ledger.arrive("held", bytes);
    return reason === undefined;
  }

  /** Sends the one record that became of `count` events that were held with so many bytes. */
  release(record: ActionRecord, count: number, heldBytes: number): void {
    this.#ledger.resize(record.value.length - heldBytes);
    this.#ledger.move("held", "deduplicated", count - 1, 0);
    this.#ledger.move("held", "buffered", 1, 0);
    this.#lanes[record.kind].push(record);
  }

  /** Counts events that were held, and that nothing can become of. */
  dropHeld(count: number, heldBytes: number, why: string): void {
    this.#ledger.move("held", "internal_error", count, heldBytes);
    this.#log.dropped("internal_error", why, count);
  }

  /** Takes an item back that has not been tried yet. What was tried may have arrived, and stays. */
  withdraw(item: Item, reason: DropReason, why: string): void {
    this.#lanes[item.record.kind].withdraw(item, reason);
    this.#log.dropped(reason, why);
  }

  /** Whether the last attempt to send records of this kind failed. */
  isAway(kind: RecordKind): boolean {
    return this.#log.isAway(this.#options.topics[kind]);
  }

  /** Counts a span that is no action. */
  countIgnored(): void {
    this.#ledger.arrive("ignored");
  }

  /** Counts a span that the sampler has recorded and not sampled. */
  countUnsampled(): void {
    this.#ledger.arrive("unsampled");
  }

  /** Counts a span that recorded a call which another span's event stands for. */
  countDeduplicated(): void {
    this.#ledger.arrive("deduplicated");
  }

  /** Counts an event that never got as far as the queue. */
  drop(reason: DropReason, why: string): void {
    this.#ledger.arrive(reason);
    this.#log.dropped(reason, why);
  }

  /** Says something that no count tells. */
  warn(message: string): void {
    this.#log.warn(message);
  }

  get hasPending(): boolean {
    return this.#ledger.queued > 0 || (this.#factLedger.queued > 0 && !this.isAway("span_attribution"));
  }

  /**
   * Resolves when everything that was taken so far is settled, or when the deadline has passed; answers which. Keeps the
   * process alive meanwhile. Never rejects.
   */
  async flush(timeoutMillis = this.#options.flushTimeoutMillis): Promise<boolean> {
    const { span_attribution: facts, ...events } = this.#lanes;
    const factsSettled = facts.flush();
    const settled = Promise.all(Object.values(events).map((lane) => lane.flush()));
    const began = performance.now();
    const inTime = await settlesWithin(settled, timeoutMillis);
    await this.#flushFacts(factsSettled, timeoutMillis - (performance.now() - began));
    if (!inTime && this.#end === undefined)
      this.#log.warn(
        `After a flush of ${timeoutMillis} ms, events still on their way: ${this.#ledger.queued - this.#ledger.held}.`,
      );
    return inTime;
  }

  /**
   * Takes nothing more, delivers what it can within the deadline, drops and counts the rest, and lets go of the connection.
   * The second call answers what the first one did. Never rejects.
   */
  shutdown(timeoutMillis = this.#options.shutdownTimeoutMillis): Promise<void> {
    if (this.#end !== undefined) return this.#end;
    this.#releaseHeld();
    this.#end = runDetached(() => this.#shutDown(timeoutMillis));
    return this.#end;
  }

  report(): void {
    this.#log.finalLine(this.stats());
  }

  /** @param dialectErrors what a pipeline does not know: how often a dialect threw before */
  stats(dialectErrors = 0): ExporterStats {
    return Object.freeze({
      ...this.#ledger.snapshot(),
      dialectErrors,
      spanAttributions: factStats(this.#factLedger.snapshot()),
    });
  }

  // Where their topic is missing, nobody waits for them.
  async #flushFacts(settled: Promise<void>, millis: number): Promise<void> {
    for (let left = millis; left > 0; left -= FACTS_STEP_MILLIS)
      if (
        (await settlesWithin(settled, Math.min(left, FACTS_STEP_MILLIS))) ||
        this.isAway("span_attribution")
      )
        return;
  }

  async #shutDown(timeoutMillis: number): Promise<void> {
    const deadline = performance.now() + timeoutMillis;
    await this.flush(timeoutMillis);
    for (const lane of Object.values(this.#lanes)) lane.close("shutdown_deadline");
    this.report();
    await this.#transport.close(Math.min(CLOSE_MILLIS, Math.max(0, deadline - performance.now())));
    this.#leaveExitFlush();
  }

  #atExit(): FlushAtExit {
    const hasPending = () => this.hasPending;
    return {
      get hasPending() {
        return hasPending();
      },
      flush: () => {
        this.#releaseHeld();
        return this.flush();
      },
      report: () => this.report(),
    };
  }

  #reasonAgainst(bytes: number, kind?: RecordKind): "shut_down" | "queue_full" | undefined {
    if (this.#end !== undefined) return "shut_down";
    const { maxQueueSize, maxQueueBytes } = this.#options;
    const share = kind === "span_attribution" ? FACT_SHARE : 1;
    const { queued, queuedBytes } = this.#ledgerOf(kind);
    const fits = queued < maxQueueSize * share && queuedBytes + bytes <= maxQueueBytes * share;
    return fits ? undefined : "queue_full";
  }

  #ledgerOf(kind: RecordKind | undefined): Ledger {
    return kind === "span_attribution" ? this.#factLedger : this.#ledger;
  }

  #lane(kind: RecordKind): Lane {
    const topic = this.#options.topics[kind];
    return new Lane(this.#transport, this.#options, this.#ledgerOf(kind), {
      failed: (error) => this.#log.failed(topic, error.message),
      refused: (error, count) => this.#log.dropped("refused", error.message, count),
      delivered: () => {
        this.#log.delivered(topic);
        if (this.#hasPlentyOfRoom()) this.#log.roomAgain();
      },
    });
  }

  // Half of the bounds, so that a queue at its brim is not reported with every event that leaves it.
  #hasPlentyOfRoom(): boolean {
    const { maxQueueSize, maxQueueBytes } = this.#options;
    return this.#ledger.queued <= maxQueueSize / 2 && this.#ledger.queuedBytes <= maxQueueBytes / 2;
  }
}

const REASONS_IN_WORDS = {
  queue_full:
    "An event was dropped: the queue is full (maxQueueSize, maxQueueBytes), because Kafka takes fewer events than there are.",
  shut_down: "An event was dropped: it came after shutdown().",
} as const;
