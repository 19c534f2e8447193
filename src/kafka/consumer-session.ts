/**
 * One life of a kafkajs consumer: connect, join the group, fetch, until it ends. It ends for good when kafkajs crashes, or
 * when it shows no sign of life for longer than any request may take; it never restarts itself. Whoever opened it opens
 * another one.
 *
 * kafkajs fetches from a broker, waits until every partition of that response is taken, and fetches again. "Taken" here means
 * queued: reading goes on while earlier records are written, and offsets are committed apart from it, by `commit`.
 */
import type { Consumer, EachBatchPayload } from "kafkajs";
import type { Logger } from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { settlesWithin } from "../internal/settles-within.js";
import { AssignmentWatch } from "./assignment-watch.js";
import { createClient } from "./client.js";
import { decodeFetches } from "./fetch-decoding.js";
import { FetchPauses } from "./fetch-pauses.js";
import { fetchBySessions } from "./fetch-sessions.js";
import { leaveGroup, onMembership } from "./group-membership.js";
import { tellGroupRefusals } from "./group-refusals.js";
import { isolateUnreadable, type UnreadableBatch } from "./isolate-unreadable.js";
import { pinoLog } from "./log.js";
import {
  type Assignment,
  type BatchRange,
  type PartitionOffset,
  rangeOf,
  type SourceMessage,
} from "./records.js";
import { KafkaSockets } from "./sockets.js";

export interface ConsumerSessionOptions {
  readonly kafka: KafkaSettings;
  readonly groupId: string;
  readonly sessionTimeoutMillis: number;
  /** The most that one broker gives in one fetch. */
  readonly fetchBytes: number;
  /** The most that one partition gives in one fetch. */
  readonly fetchPartitionBytes: number;
}

export interface SourceBatch {
  readonly range: BatchRange;
  /** Empty for a part of a partition that holds only markers of transactions. */
  readonly messages: readonly SourceMessage[];
}

export interface SourceHandlers {
  /** Takes the records of one partition. `false`: not taken, they are to be read again. Waits while there is no room. */
  take(batch: SourceBatch, control: TakeControl): Promise<boolean>;
  /** The group has given out its partitions. Returns where to go on reading, where that is not the committed offset. */
  assigned(assignment: Assignment, sameMember: boolean): readonly PartitionOffset[];
  /** Kafka no longer has the records that were to be read next, and reading begins at the oldest that it has. */
  reset(): void;
  /** The next batch of a partition cannot be decoded. Reported again every time that it was tried in vain. */
  unreadable(batch: UnreadableBatch): void;
}

export interface TakeControl {
  /** Whether these records are still wanted. */
  isCurrent(): boolean;
  /** Keeps the membership. Rejects when the group is being formed anew; the rejection has to go on to the caller. */
  heartbeat(): Promise<void>;
}

export interface ConsumerSession {
  /** Connects and begins to read. Rejects when that cannot be; a group that cannot be joined ends the session instead. */
  open(topics: readonly string[]): Promise<void>;
  /** Resolves with the reason when the session is over. */
  readonly ended: Promise<Error>;
  readonly joined: boolean;
  /** `performance.now()` when Kafka last responded. */
  readonly lastAnswerAt: number;
  /** Whether the broker has these offsets now. Rejects when it refuses. */
  commit(offsets: readonly PartitionOffset[]): Promise<boolean>;
  /** Leaves the group and closes. After the deadline the connections are cut. A second call waits for the first. */
  close(millis: number): Promise<void>;
}

/**
 * An idle broker responds after this time; until then neither `stop` nor a rebalance of the group is noticed. The first
 * record ends the wait at once, so a longer time would not lower the latency, only a shorter one raise the load.
 */
const FETCH_WAIT_MILLIS = 500;
const WATCH_MILLIS = 1_000;
/** A member hears of a rebalance by its heartbeat; until all have heard, nobody reads. */
const HEARTBEAT_MILLIS = 1_000;
/** Partitions that are added are seen, and given out, after this time at the latest. */
const METADATA_MAX_AGE_MILLIS = 10_000;
/**
 * kafkajs counts the time to its next heartbeat by the wall clock. Set back by more than this, it would keep silent until the group gives
 * its partitions away.
 */
const CLOCK_TOLERANCE_MILLIS = 2_000;
/** Few and quick: what kafkajs cannot do within two seconds is done better by a new client, which asks anew for the coordinator. */
const RETRY = { initialRetryTime: 200, retries: 3, maxRetryTime: 2_000 } as const;
/** What a close waits for kafkajs while it joins; the rest of the time is for leaving. */
const JOINING_MILLIS = 200;
const LEAST_LEAVING_MILLIS = 500;
/** kafkajs has no event for it, only this line of its log. */
const RESET_LINE = "Offset out of range, resetting to default offset";
/**
 * Partitions of a response are taken side by side: a pause or a full queue must not hold them up one after another. Each
 * costs a promise a fetch, so not as many as there could be.
 */
const PARTITIONS_AT_ONCE = 64;

export function createConsumerSession(
  options: ConsumerSessionOptions,
  handlers: SourceHandlers,
  log: Logger,
): ConsumerSession {
  return new KafkajsSession(options, handlers, log);
}

class KafkajsSession implements ConsumerSession {
  readonly ended: Promise<Error>;
  readonly #options: ConsumerSessionOptions;
  readonly #handlers: SourceHandlers;
  readonly #sockets = new KafkaSockets();
  readonly #log: Logger;
  readonly #consumer: Consumer;
  readonly #assignment = new AssignmentWatch();
  readonly #pauses = new FetchPauses();
  #end: (reason: Error) => void = () => undefined;
  /** Given by the broker, before the group is formed. */
  #givenMemberId: string | undefined;
  #memberId: string | undefined;
  #lastAnswerAt = performance.now();
  #watch: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ConsumerSessionOptions, handlers: SourceHandlers, log: Logger) {
    this.#options = options;
    this.#handlers = handlers;
    this.#log = log;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    const kafka = createClient({
      settings: options.kafka,
      sockets: this.#sockets,
      log: pinoLog(log, (line) => {
        if (line === RESET_LINE) handlers.reset();
      }),
      retry: RETRY,
    });
    tellGroupRefusals(kafka);
    onMembership(kafka, {
      given: (memberId) => {
        this.#givenMemberId = memberId;
      },
      joined: () => this.#assignment.joined(),
    });
    isolateUnreadable(kafka, (batch) => handlers.unreadable(batch));
    decodeFetches(kafka);
    fetchBySessions(kafka);
    this.#consumer = kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: options.sessionTimeoutMillis,
      rebalanceTimeout: options.sessionTimeoutMillis,
      heartbeatInterval: Math.min(HEARTBEAT_MILLIS, Math.floor(options.sessionTimeoutMillis / 3)),
      minBytes: 1,
      maxWaitTimeInMs: FETCH_WAIT_MILLIS,
      maxBytes: options.fetchBytes,
      maxBytesPerPartition: options.fetchPartitionBytes,
      metadataMaxAge: METADATA_MAX_AGE_MILLIS,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: async () => false },
    });
    this.#listen();
  }

  get joined(): boolean {
    return this.#memberId !== undefined && this.#closing === undefined;
  }

  get lastAnswerAt(): number {
    return this.#lastAnswerAt;
  }

  async open(topics: readonly string[]): Promise<void> {
    await this.#consumer.connect();
    // A group without an offset, or whose offset the broker no longer has, begins at the oldest record: nothing is skipped.
    await this.#consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => this.#onBatch(payload),
    });
  }

  async commit(offsets: readonly PartitionOffset[]): Promise<boolean> {
    if (!this.joined) return false;
    // kafkajs resolves without having committed when its runner has stopped, so only the event counts.
    let confirmed = false;
    const forget = this.#consumer.on("consumer.commit_offsets", () => {
      confirmed = true;
    });
    try {
      await this.#consumer.commitOffsets(
        offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset: offset.toString() })),
      );
    } finally {
      forget();
    }
    return confirmed;
  }

  close(millis: number): Promise<void> {
    this.#closing ??= this.#close(millis);
    return this.#closing;
  }

  async #close(millis: number): Promise<void> {
    clearInterval(this.#watch);
    const end = performance.now() + millis;
    // One that is joining cannot leave by itself: it waits for the others.
    const isJoining = this.#memberId === undefined;
    const hasLeft = await settlesWithin(
      this.#consumer.disconnect(),
      isJoining ? Math.min(millis, JOINING_MILLIS) : millis,
    );
    this.#sockets.cut();
    const { kafka, groupId } = this.#options;
    const memberId = this.#givenMemberId;
    if (memberId !== undefined && (isJoining || !hasLeft))
      await leaveGroup(
        kafka,
        { groupId, memberId },
        Math.max(end - performance.now(), LEAST_LEAVING_MILLIS),
        this.#log,
      );
    this.#end(new Error("the session was closed"));
  }

  #listen(): void {
    const consumer = this.#consumer;
    const alive = () => {
      this.#lastAnswerAt = performance.now();
    };
    consumer.on("consumer.fetch", alive);
    consumer.on("consumer.fetch", () => this.#pauses.responded());
    consumer.on("consumer.heartbeat", alive);
    consumer.on("consumer.rebalancing", alive);
    this.#assignment.listen(consumer, (error) => this.#end(error));
    consumer.on("consumer.group_join", ({ payload }) => {
      alive();
      this.#onJoin(payload.memberId, payload.memberAssignment);
    });
    consumer.on("consumer.start_batch_process", ({ payload }) => {
      if (payload.batchSize === 0) void this.#handlers.take({ range: rangeOf(payload), messages: [] }, IDLE);
    });
    consumer.on("consumer.crash", ({ payload }) => this.#end(payload.error));
    const { kafka, sessionTimeoutMillis } = this.#options;
    const patience = kafka.requestTimeoutMillis + sessionTimeoutMillis + 10_000;
    let wallClock = Date.now() - performance.now();
    this.#watch = setInterval(() => {
      const silence = Math.round(performance.now() - this.#lastAnswerAt);
      if (silence > patience) this.#end(new Error(`no response from Kafka for ${silence} ms`));
      const now = Date.now() - performance.now();
      if (now < wallClock - CLOCK_TOLERANCE_MILLIS)
        this.#end(new Error("the clock of this machine was set back"));
      wallClock = now;
    }, WATCH_MILLIS);
    this.#watch.unref();
  }

  #onJoin(memberId: string, assignment: Readonly<Record<string, readonly number[]>>): void {
    if (this.#closing) return;
    const sameMember = memberId === this.#memberId;
    this.#memberId = memberId;
    const positions = this.#handlers.assigned(new Map(Object.entries(assignment)), sameMember);
    for (const { topic, partition, offset } of positions)
      this.#consumer.seek({ topic, partition, offset: offset.toString() });
  }

  async #onBatch({ batch, heartbeat, isRunning, isStale, resolveOffset }: EachBatchPayload): Promise<void> {
    const last = batch.messages.at(-1);
    const isCurrent = () => this.#closing === undefined && isRunning() && !isStale();
    if (last === undefined || !isCurrent()) return;
    this.#pauses.found(batch.messages.length);
    const { topic, partition, highWatermark, messages } = batch;
    const range = rangeOf({
      topic,
      partition,
      firstOffset: batch.firstOffset(),
      lastOffset: batch.lastOffset(),
      highWatermark,
    });
    const taken = await this.#handlers.take({ range, messages }, { isCurrent, heartbeat });
    if (!taken || !isCurrent()) return;
    resolveOffset(last.offset);
    const pauseMillis = this.#pauses.after(messages.length, range.nextOffset < range.highWatermark);
    if (pauseMillis > 0) await pause(pauseMillis);
  }
}

const IDLE: TakeControl = { isCurrent: () => true, heartbeat: () => Promise.resolve() };
const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
