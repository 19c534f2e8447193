/**
 * Records of the topics, for as long as the process lives. A session with Kafka may end at any time: a broker restarts, the
 * network breaks, kafkajs gives up. Then this opens another one, with growing pauses, and never gives up itself.
 *
 * Topics that do not exist are not waited for by those that do: what exists is read, and the others join in when somebody
 * makes them. While none exists, it says so and looks again.
 */
import type { Logger } from "pino";
import { backoffMillis } from "../internal/backoff-millis.js";
import { delay } from "../internal/delay.js";
import { settlesWithin } from "../internal/settles-within.js";
import { withAdmin } from "../kafka/admin.js";
import {
  type ConsumerSession,
  createConsumerSession,
  type SourceHandlers,
} from "../kafka/consumer-session.js";
import type { UnreadableBatch } from "../kafka/isolate-unreadable.js";
import { pinoLog } from "../kafka/log.js";
import { type PartitionOffset, partitionKey, type TopicPartition } from "../kafka/records.js";
import { failureReport } from "./failure-report.js";
import type { ResolvedConsumerOptions } from "./options.js";
import type { OutageWatch } from "./outage-watch.js";

export interface RecordSource {
  readonly status: SourceStatus;
  /** Bytes that wait, where offsets do not say how many records. */
  readonly lag?: number;
  /** Whether the broker has these offsets now. Rejects when it refuses; `false` when there is no session. */
  commit(offsets: readonly PartitionOffset[]): Promise<boolean>;
  /** Leaves the group. Resolves within about this time. */
  stop(millis: number): Promise<void>;
}

export interface SourceStatus {
  /** The folder that is read instead of Kafka. */
  readonly spool?: string | undefined;
  readonly state: "connecting" | "waiting_for_topics" | "joining" | "running" | "stopped";
  /** `performance.now()` when it came into this state. */
  readonly since: number;
  /** `performance.now()` when Kafka last responded, or the start. */
  readonly lastAnswerAt: number;
  readonly missingTopics: readonly string[];
  /** Sessions that ended by themselves. */
  readonly restarts: number;
  /** How often the group gave out its partitions. */
  readonly rebalances: number;
  readonly partitions: number;
  /** Partitions that cannot be read on, because their next batch cannot be decoded. */
  readonly unreadable: readonly UnreadablePartition[];
}

export interface UnreadablePartition extends TopicPartition {
  /** The next one to be read. */
  readonly offset: string;
  /** `performance.now()` when it was found. */
  readonly since: number;
  readonly reason: string;
}

export interface RecordSourceOptions {
  readonly options: ResolvedConsumerOptions;
  /** In the order in which a broker is asked for them: what is full may crowd out what comes behind it. */
  readonly topics: readonly string[];
  /** Those of them that are not missed where they do not exist. */
  readonly optionalTopics?: readonly string[];
  readonly handlers: RecordHandlers;
  readonly kafka: OutageWatch;
  readonly log: Logger;
}

/** A batch that cannot be decoded is the source's own business: the partition waits, the status says so. */
export type RecordHandlers = Omit<SourceHandlers, "unreadable">;

const BACKOFF = { initialMillis: 250, maximumMillis: 5_000 };
const CLOSE_MILLIS = 3_000;
/** A session that lasted so long began well: the pauses start small again. */
const GOOD_LIFE_MILLIS = 60_000;

export function startRecordSource(options: RecordSourceOptions): RecordSource {
  return new SupervisedSource(options);
}

class SupervisedSource implements RecordSource {
  readonly #setup: RecordSourceOptions;
  readonly #stopping = new AbortController();
  readonly #finished: Promise<void>;
  #session: ConsumerSession | undefined;
  readonly #unreadable = new Map<string, UnreadablePartition>();
  #lastAnswerAt = performance.now();
  #status: Omit<SourceStatus, "lastAnswerAt" | "unreadable"> = {
    state: "connecting",
    since: performance.now(),
    missingTopics: [],
    restarts: 0,
    rebalances: 0,
    partitions: 0,
  };

  constructor(setup: RecordSourceOptions) {
    this.#setup = setup;
    this.#finished = this.#supervise();
  }

  get status(): SourceStatus {
    const lastAnswerAt = Math.max(this.#lastAnswerAt, this.#session?.lastAnswerAt ?? 0);
    return { ...this.#status, lastAnswerAt, unreadable: [...this.#unreadable.values()] };
  }

  async commit(offsets: readonly PartitionOffset[]): Promise<boolean> {
    return (await this.#session?.commit(offsets)) ?? false;
  }

  async stop(millis: number): Promise<void> {
    this.#stopping.abort();
    await this.#session?.close(millis);
    await settlesWithin(this.#finished, millis);
    this.#become("stopped");
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #supervise(): Promise<void> {
    const { kafka, options } = this.#setup;
    for (let failures = 0; !this.#isStopping; ) {
      const began = performance.now();
      try {
        const topics = await this.#existingTopics();
        if (topics.length === 0) await delay(options.topicCheckMillis, this.#stopping.signal);
        else await this.#runSession(topics);
      } catch (error) {
        if (this.#isStopping) return;
        failures = performance.now() - began > GOOD_LIFE_MILLIS ? 1 : failures + 1;
        this.#become("connecting");
        kafka.failed(error, failures);
        await delay(backoffMillis(failures, BACKOFF), this.#stopping.signal);
      }
    }
  }

  async #existingTopics(): Promise<readonly string[]> {
    const { options, topics, optionalTopics = [], log } = this.#setup;
    const existing = await withAdmin(options.kafka, pinoLog(log), (admin) => admin.topicNames());
    this.#lastAnswerAt = performance.now();
    const missing = topics.filter((topic) => !existing.has(topic) && !optionalTopics.includes(topic));
    const isNews = missing.join() !== this.#status.missingTopics.join();
    this.#status = { ...this.#status, missingTopics: missing };
    if (!topics.some((topic) => existing.has(topic))) this.#become("waiting_for_topics");
    if (isNews && missing.length > 0)
      log.warn(
        { topics: missing },
        "topics do not exist yet; to make them, run: agent-actions topics --create",
      );
    return topics.filter((topic) => existing.has(topic));
  }

  /** Resolves when the session was ended for a stop or for topics that appeared; rejects when it ended by itself. */
  async #runSession(topics: readonly string[]): Promise<void> {
    const { options, log } = this.#setup;
    const over = new AbortController();
    const session = createConsumerSession(options, this.#watchedHandlers(), log);
    this.#session = session;
    this.#become("joining");
    try {
      await session.open(topics);
      const signal = AbortSignal.any([over.signal, this.#stopping.signal]);
      const reason = await Promise.race([session.ended, this.#moreTopicsThan(topics.length, signal)]);
      if (this.#isStopping || reason === undefined) return;
      this.#status = { ...this.#status, restarts: this.#status.restarts + 1 };
      log.warn(failureReport("kafka", reason), "the session with Kafka ended: opening another");
      throw reason;
    } finally {
      over.abort();
      this.#lastAnswerAt = this.status.lastAnswerAt;
      await session.close(CLOSE_MILLIS);
      this.#session = undefined;
    }
  }

  #watchedHandlers(): SourceHandlers {
    const { options, handlers, kafka, log } = this.#setup;
    return {
      take: (batch, control) => {
        this.#becomeReadable(batch.range);
        return handlers.take(batch, control);
      },
      reset: handlers.reset,
      unreadable: (batch) => this.#becomeUnreadable(batch),
      assigned: (assignment, sameMember) => {
        for (const [key, { topic, partition }] of this.#unreadable)
          if (!assignment.get(topic)?.includes(partition)) this.#unreadable.delete(key);
        const partitions = [...assignment.values()].reduce((sum, owned) => sum + owned.length, 0);
        this.#status = { ...this.#status, partitions, rebalances: this.#status.rebalances + 1 };
        this.#become("running");
        kafka.succeeded();
        log.info({ group: options.groupId, partitions }, "joined the group");
        return handlers.assigned(assignment, sameMember);
      },
    };
  }

  #becomeUnreadable({ topic, partition, offset, error }: UnreadableBatch): void {
    const key = partitionKey({ topic, partition });
    const known = this.#unreadable.get(key);
    if (known?.offset === String(offset)) return;
    const reason = failureReport("kafka", error).message;
    const place = { topic, partition, offset: String(offset) };
    this.#unreadable.set(key, { ...place, since: performance.now(), reason });
    this.#setup.log.error(
      { ...place, reason },
      "a batch cannot be decoded: its partition waits, the others go on",
    );
  }

  #becomeReadable({ topic, partition }: TopicPartition): void {
    if (!this.#unreadable.delete(partitionKey({ topic, partition }))) return;
    this.#setup.log.info({ topic, partition }, "the batch that could not be decoded was read");
  }

  /** Resolves when more topics exist than are read, or when the signal is aborted. */
  async #moreTopicsThan(read: number, signal: AbortSignal): Promise<undefined> {
    const { options, topics } = this.#setup;
    while (!signal.aborted) {
      await delay(options.topicCheckMillis, signal);
      if (signal.aborted || read === topics.length) continue;
      // Kafka away is the session's business.
      const existing = await this.#existingTopics().catch(() => []);
      if (existing.length > read) return;
    }
  }

  #become(state: SourceStatus["state"]): void {
    if (state !== this.#status.state) this.#status = { ...this.#status, state, since: performance.now() };
  }
}
