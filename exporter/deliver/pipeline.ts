/**
 * From an event to Kafka's acknowledgement, behind the span processor, the exporter and the publisher. The promise: an event that was taken
 * is acknowledged by Kafka, or counted under the reason why not. It waits in memory for as long as Kafka is away, until `shutdown()` has used
 * up its deadline. What does not fit in the queue is not taken, and counted too. Nothing here throws into the agent or waits for the
 * network in its turn. With a spool, what does not fit, or is left at the end, goes to the disk instead.
 */
import { EVENT_KINDS, RECORD_KINDS, type RecordKind } from "../../src/event/index.js";
import { NO_LARGE_RESULTS } from "../large-results/large-result-stats.js";
import {
  attributionStats,
  type DeliveryCounters,
  type DropReason,
  type ExporterStats,
} from "./delivery-counters.js";
import { DeliveryLog } from "./delivery-log.js";
import type { PipelineOptions } from "./delivery-options.js";
import { DROP_SENTENCES } from "./drop-sentences.js";
import { type FlushAtExit, flushAtExit } from "./exit-flush.js";
import { flushSenders } from "./flush-senders.js";
import { HeldEvents, type HeldWork, NO_HELD_WORK } from "./held-events.js";
import { NO_SPOOL } from "./no-spool.js";
import { processEndOf } from "./process-end.js";
import { QueueBounds } from "./queue-bounds.js";
import { RecordNumbers } from "./record-numbers.js";
import { runDetached } from "./run-detached.js";
import { RunningRecords } from "./running-records.js";
import type { Outcome, QueuedRecord } from "./send-queue.js";
import type { ActionRecord } from "./serialize.js";
import { SpoolTransport } from "./spool-transport.js";
import { isEventKind, openSpooling, type Spooling } from "./spooling.js";
import { TopicSender } from "./topic-sender.js";
import { closeTransport, type Transport } from "./transport.js";

/** How much of a shutdown's deadline closing the connection may take, after everything was delivered or given up. */
const CLOSE_MILLIS = 1_000;

/** How much of a shutdown's deadline is used while Kafka is away and there is a spool, in which all is as safe. */
const AWAY_AT_END_MILLIS = 2_000;

type OtherStats = Partial<Pick<ExporterStats, "dialectErrors" | "largeResults">>;

export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #transport: Transport;
  readonly #bounds: QueueBounds;
  readonly #counters: DeliveryCounters;
  readonly #log: DeliveryLog;
  readonly #senders: Readonly<Record<RecordKind, TopicSender>>;
  readonly #spooling: Spooling | undefined;
  readonly #files: SpoolTransport | undefined;
  readonly #leaveExitFlush: () => void;
  readonly #numbers = new RecordNumbers();
  readonly running: RunningRecords;
  readonly held: HeldEvents;
  #end: Promise<void> | undefined;
  #isOver = false;
  #heldWork: HeldWork = NO_HELD_WORK;

  constructor(options: PipelineOptions, transport: Transport) {
    this.#options = options;
    this.#transport = transport;
    this.#files = transport instanceof SpoolTransport ? transport : undefined;
    const hasSpool = options.spool !== "off" && this.#files === undefined;
    this.#log = new DeliveryLog(hasSpool ? options.spoolDirectory : undefined);
    this.#bounds = new QueueBounds(options);
    this.#counters = this.#bounds.events;
    this.#senders = Object.fromEntries(RECORD_KINDS.map((kind) => [kind, this.#sender(kind)])) as Record<
      RecordKind,
      TopicSender
    >;
    this.#spooling = openSpooling({
      ...options,
      epoch: this.#numbers.epoch,
      log: this.#log,
      senders: this.#senders,
      bounds: this.#bounds,
    });
    this.running = new RunningRecords({
      settings: options,
      transport,
      senders: this.#senders,
      bounds: this.#bounds,
      numbers: this.#numbers,
      log: this.#log,
      spooling: this.#spooling,
    });
    this.held = new HeldEvents({
      bounds: this.#bounds,
      numbers: this.#numbers,
      log: this.#log,
      sender: this.#senders.action,
      spooling: this.#spooling,
      reasonAgainst: (bytes) => this.#reasonAgainst("action", bytes),
    });
    this.#leaveExitFlush = options.flushOnExit ? flushAtExit(this.processEnd) : () => undefined;
  }

  /** Names what sends everything that is held, and what it is held for. */
  onFlush(work: HeldWork): void {
    this.#heldWork = work;
  }

  /**
   * Takes a record, or returns `undefined` and has it counted as dropped. `settle` is called exactly once in either case,
   * when it is known what became of it.
   */
  offer(record: ActionRecord, settle?: (outcome: Outcome) => void): QueuedRecord | undefined {
    const { kind, value } = record;
    if (this.#spooling !== undefined && this.#end === undefined && isEventKind(kind)) {
      const numbered = this.#numbers.numbered(record);
      const number = this.#numbers.last;
      const queued = this.#spooling.offer(kind, numbered, settle);
      if (queued === undefined) this.#numbers.takeBack(number);
      return queued;
    }
    const counters = this.#bounds.countersOf(kind);
    const reason = this.#reasonAgainst(kind, value.length);
    if (reason !== undefined) {
      counters.arrive(reason);
      if (counters === this.#counters) this.#log.dropped(reason, DROP_SENTENCES[reason]);
      settle?.({ delivered: false, reason });
      return undefined;
    }
    counters.arrive("buffered", value.length);
    return this.#senders[kind].add(this.#numbers.numbered(record), settle);
  }

  /** Takes a record back that has not been tried yet. What was tried may have arrived, and stays. */
  withdraw(queued: QueuedRecord, reason: DropReason, why: string): void {
    this.#senders[queued.record.kind].withdraw(queued, reason);
    this.#log.dropped(reason, why);
  }

  /** Events that were accepted in memory alone, although the spool should have them first. */
  get memoryOnly(): number {
    return (this.#spooling ?? this.#files?.stats)?.memoryOnly ?? 0;
  }

  /** Whether the last attempt to send records of this kind failed. */
  readonly isAway = (kind: RecordKind): boolean => this.#log.isAway(this.#options.topics[kind]);

  /** Counts a span that is no action, that the sampler has not sampled, or whose call another span's event stands for. */
  count(what: "ignored" | "unsampled" | "deduplicated"): void {
    this.#counters.arrive(what);
  }

  /** Counts an event that never got as far as the queue. */
  drop(reason: DropReason, why: string): void {
    this.#counters.arrive(reason);
    this.#log.dropped(reason, why);
  }

  /** Logs something that no count says. */
  warn(message: string): void {
    this.#log.warn(message);
  }

  get hasPending(): boolean {
    if (this.running.owesEnd) return true;
    if (this.#spooling?.hasBacklog && RECORD_KINDS.every((kind) => !this.isAway(kind))) return true;
    const hasAttributions = this.#bounds.attributions.queued > 0 && !this.isAway("span_attribution");
    return this.#counters.queued > 0 || hasAttributions;
  }

  /**
   * Sends what is held, and resolves when everything that was taken so far is settled, or when the deadline has passed; returns which.
   * Keeps the process alive meanwhile. Never rejects.
   *
   * @param awayMillis the deadline for as long as Kafka is away
   */
  async flush(limit = this.#options.flushTimeoutMillis, awayMillis = limit): Promise<boolean> {
    this.#heldWork.release();
    const began = performance.now();
    const underWay = this.#heldWork.settled(limit);
    const isReady = underWay === undefined || (await underWay);
    const hasBacklog = () => this.#spooling?.hasBacklog === true;
    const rest = Math.max(limit - (performance.now() - began), 0);
    const limits = { timeoutMillis: rest, awayMillis, isAway: this.isAway, hasBacklog };
    const inTime = (await flushSenders(this.#senders, limits)) && isReady;
    const left = this.#counters.queued - this.#counters.held;
    const took = Math.round(performance.now() - began);
    if (!inTime && this.#end === undefined)
      this.#log.warn(`After a flush of ${took} ms, events still on their way: ${left}.`);
    return inTime;
  }

  /** A flush after which the process may be frozen or killed: what could not be sent is on the disk then, where there is a spool. */
  async flushAndKeep(): Promise<void> {
    const { flushTimeoutMillis: limit } = this.#options;
    const inTime = await this.flush(limit, this.#spooling ? Math.min(limit, AWAY_AT_END_MILLIS) : limit);
    if (inTime) return;
    if (this.#spooling) this.#heldWork.giveUp();
    await this.#spooling?.copyLeft(this.running.unsaidEnd);
  }

  /**
   * Takes nothing more, delivers what it can within the deadline, drops and counts the rest, and lets go of the connection.
   * The second call returns what the first one did. Never rejects.
   */
  shutdown(timeoutMillis = this.#options.shutdownTimeoutMillis): Promise<void> {
    if (this.#end !== undefined) return this.#end;
    // While it is still open: what is held has its place already.
    this.#heldWork.release();
    this.#end = runDetached(() => this.#shutDown(timeoutMillis));
    return this.#end;
  }

  /** The end of the process, in this turn: what is left goes to the disk, where there is a spool. What comes later is not accepted without. */
  keepLeft(): void {
    this.#isOver = true;
    if (!(this.#spooling ?? this.#files)) return;
    this.#heldWork.release();
    this.#heldWork.giveUp();
    this.#spooling?.close("shutdown_deadline", this.running.unsaidEnd);
    this.#files?.takeLeft(Object.values(this.#senders));
  }

  report(): void {
    this.#log.finalLine(this.stats(), this.#spooling?.folder, this.#files?.name);
  }

  /** @param others what a pipeline does not know */
  stats({ dialectErrors = 0, largeResults = NO_LARGE_RESULTS }: OtherStats = {}): ExporterStats {
    return Object.freeze({
      ...this.#counters.snapshot(),
      dialectErrors,
      largeResults,
      spanAttributions: attributionStats(this.#bounds.attributions.snapshot()),
      ...this.running.stats,
      spool: (this.#spooling ?? this.#files)?.stats ?? NO_SPOOL,
    });
  }

  async #shutDown(timeoutMillis: number): Promise<void> {
    const deadline = performance.now() + timeoutMillis;
    this.#spooling?.finishReplay();
    await this.flush(timeoutMillis, this.#spooling ? AWAY_AT_END_MILLIS : timeoutMillis);
    this.#heldWork.giveUp();
    this.#spooling?.close("shutdown_deadline", this.running.unsaidEnd);
    this.running.close();
    this.#files?.takeLeft(Object.values(this.#senders));
    for (const sender of Object.values(this.#senders)) sender.close("shutdown_deadline");
    await this.running.sayEnd();
    this.report();
    const closeMillis = Math.min(CLOSE_MILLIS, Math.max(0, deadline - performance.now()));
    await closeTransport(this.#transport, closeMillis, CLOSE_MILLIS, (problem) => this.#log.warn(problem));
    this.#leaveExitFlush();
  }

  /** What is done at the end of the process. With `flushOnExit` the pipeline sees to it itself. */
  get processEnd(): FlushAtExit {
    const pipeline = this;
    return processEndOf({
      flushTimeoutMillis: this.#options.flushTimeoutMillis,
      hasSpool: this.#spooling !== undefined,
      get hasPending() {
        return pipeline.hasPending;
      },
      get isStuck() {
        const waiting = EVENT_KINDS.filter((kind) => pipeline.#senders[kind].size > 0);
        return waiting.length > 0 && waiting.every((kind) => pipeline.isAway(kind));
      },
      flush: (...limits) => this.flush(...limits),
      finishReplay: () => this.#spooling?.finishReplay(),
      sayEnd: () => this.running.sayEnd(),
      keepLeft: () => this.keepLeft(),
      report: () => this.report(),
    });
  }

  #reasonAgainst(kind: RecordKind, bytes: number): "shut_down" | "queue_full" | undefined {
    if (this.#end !== undefined || this.#isOver) return "shut_down";
    return this.#bounds.fits(kind, bytes) ? undefined : "queue_full";
  }

  #sender(kind: RecordKind): TopicSender {
    return new TopicSender({
      topic: this.#options.topics[kind],
      transport: this.#transport,
      limits: this.#options,
      counters: this.#bounds.countersOf(kind),
      log: this.#log,
      onSettled: () => {
        this.#spooling?.pump();
        if (this.#bounds.hasPlentyOfRoom) this.#log.roomAgain();
      },
      onAttempted: this.#options.onAttempted,
    });
  }
}
