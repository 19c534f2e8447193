/**
 * One life of a kafkajs consumer: connect, join the group, fetch, until it ends. It ends for good when kafkajs crashes, or
 * when it shows no sign of life for longer than any request may take; it never restarts itself. Whoever opened it opens
 * another one.
 *
 * kafkajs fetches from a broker, waits until every partition of that answer is taken, and fetches again. "Taken" here means
 * queued: reading goes on while earlier records are written, and offsets are committed apart from it, by `commit`.
 */
import type { Consumer, EachBatchPayload } from "kafkajs";
import type { Logger } from "pino";
import { settlesWithin } from "../../internal/settles-within.js";
import type { Assignment, ChunkPlace, PartitionOffset } from "../offset-ledger.js";
import type { ResolvedConsumerOptions } from "../options.js";
import type { SourceMessage } from "../source-record.js";
import { installCodecs } from "./codecs/install-codecs.js";
import { createKafkaClient, type KafkaClient } from "./create-client.js";

export interface SourceBatch {
  readonly place: ChunkPlace;
  /** Empty for a stretch of a partition that holds only marks of transactions. */
  readonly messages: readonly SourceMessage[];
}

export interface SourceHandlers {
  /** Takes the records of one partition. `false`: not taken, they are to be read again. Waits while there is no room. */
  take(batch: SourceBatch, control: TakeControl): Promise<boolean>;
  /** The group has given out its partitions. Answers where to go on reading, where that is not the committed offset. */
  assigned(assignment: Assignment, sameMember: boolean): readonly PartitionOffset[];
  /** Kafka no longer has the records that were to be read next, and reading begins at the oldest that it has. */
  reset(): void;
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
  /** Whether the broker has these offsets now. Rejects when it refuses. */
  commit(offsets: readonly PartitionOffset[]): Promise<boolean>;
  /** Leaves the group and closes. After the deadline the connections are cut. A second call waits for the first. */
  close(millis: number): Promise<void>;
}

/**
 * An idle broker answers after this time; until then neither `stop` nor a rebalance of the group is noticed. The first
 * record ends the wait at once, so a longer time would not lower the latency, only a shorter one raise the load.
 */
const FETCH_WAIT_MILLIS = 500;
/**
 * A fetch that found few records is followed by this pause. Without it, 200 records a second are 200 fetches a second, and
 * a third of a core.
 */
const PACE_MILLIS = 20;
const FEW_RECORDS = 50;
/** A member hears of a rebalance by its heartbeat; until all have heard, nobody reads. */
const HEARTBEAT_MILLIS = 1_000;
/** kafkajs has no event for it, only this line of its log. */
const RESET_LINE = "Offset out of range, resetting to default offset";
/**
 * Partitions of an answer are taken side by side: a pause or a full queue must not hold them up one after another. Each
 * costs a promise a fetch, so not as many as there could be.
 */
const PARTITIONS_AT_ONCE = 64;

export function createConsumerSession(
  options: ResolvedConsumerOptions,
  handlers: SourceHandlers,
  log: Logger,
): ConsumerSession {
  return new KafkaSession(options, handlers, log);
}

class KafkaSession implements ConsumerSession {
  readonly ended: Promise<Error>;
  readonly #options: ResolvedConsumerOptions;
  readonly #handlers: SourceHandlers;
  readonly #client: KafkaClient;
  readonly #consumer: Consumer;
  #end: (reason: Error) => void = () => undefined;
  #memberId: string | undefined;
  #lastSign = Date.now();
  #watch: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ResolvedConsumerOptions, handlers: SourceHandlers, log: Logger) {
    this.#options = options;
    this.#handlers = handlers;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    installCodecs();
    this.#client = createKafkaClient(options.kafka, log, (line) => {
      if (line === RESET_LINE) handlers.reset();
    });
    this.#consumer = this.#client.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: options.sessionTimeoutMillis,
      rebalanceTimeout: options.sessionTimeoutMillis,
      heartbeatInterval: Math.min(HEARTBEAT_MILLIS, Math.floor(options.sessionTimeoutMillis / 3)),
      minBytes: 1,
      maxWaitTimeInMs: FETCH_WAIT_MILLIS,
      maxBytes: options.fetchBytes,
      maxBytesPerPartition: options.fetchPartitionBytes,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: async () => false },
    });
    this.#listen();
  }

  get joined(): boolean {
    return this.#memberId !== undefined && this.#closing === undefined;
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
    await settlesWithin(this.#consumer.disconnect(), millis);
    this.#client.revoke();
    this.#end(new Error("the session was closed"));
  }

  #listen(): void {
    const consumer = this.#consumer;
    const alive = () => {
      this.#lastSign = Date.now();
    };
    consumer.on("consumer.fetch", alive);
    consumer.on("consumer.heartbeat", alive);
    consumer.on("consumer.group_join", ({ payload }) => {
      alive();
      this.#onJoin(payload.memberId, payload.memberAssignment);
    });
    consumer.on("consumer.start_batch_process", ({ payload }) => {
      if (payload.batchSize === 0) void this.#handlers.take({ place: placeOf(payload), messages: [] }, IDLE);
    });
    consumer.on("consumer.crash", ({ payload }) => this.#end(payload.error));
    const { kafka, sessionTimeoutMillis } = this.#options;
    const patience = kafka.requestTimeoutMillis + sessionTimeoutMillis + 10_000;
    this.#watch = setInterval(() => {
      const silence = Date.now() - this.#lastSign;
      if (silence > patience) this.#end(new Error(`no sign of life from Kafka for ${silence} ms`));
    }, 1_000);
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
    const { topic, partition, highWatermark, messages } = batch;
    const place = placeOf({
      topic,
      partition,
      firstOffset: batch.firstOffset(),
      lastOffset: batch.lastOffset(),
      highWatermark,
    });
    const taken = await this.#handlers.take({ place, messages }, { isCurrent, heartbeat });
    if (!taken || !isCurrent()) return;
    resolveOffset(last.offset);
    if (messages.length < FEW_RECORDS && place.nextOffset >= place.highWatermark) await pause(PACE_MILLIS);
  }
}

const IDLE: TakeControl = { isCurrent: () => true, heartbeat: () => Promise.resolve() };

interface Stretch {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: string | null;
  readonly lastOffset: string;
  readonly highWatermark: string;
}

function placeOf({ topic, partition, firstOffset, lastOffset, highWatermark }: Stretch): ChunkPlace {
  return {
    topic,
    partition,
    firstOffset: BigInt(firstOffset ?? lastOffset),
    nextOffset: BigInt(lastOffset) + 1n,
    highWatermark: BigInt(highWatermark),
  };
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
