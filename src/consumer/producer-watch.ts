/**
 * Finds out which producers are gone and which of their numbers are missing, every few seconds.
 *
 * A producer is gone when the group has read everything that stood in Kafka up to a time, and nothing of the producer was among it for the
 * grace before that. So a consumer that lags, or has no Postgres, abandons nobody. Nor does an outage of Kafka, in which producers
 * cannot speak: the grace begins anew with every attempt to reach Kafka that failed, was late, or came after the clock of the database was
 * set. Every instance watches for itself; rows of the database decide who acts, so it is done once.
 */
import type pg from "pg";
import type { Logger } from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { RECORD_KINDS, type TopicNames, topicAliases } from "../event/index.js";
import { describeError } from "../internal/describe-error.js";
import { settlesWithin } from "../internal/settles-within.js";
import { connectKafkaAdmin, type KafkaAdmin } from "../kafka/admin.js";
import { abandonActions, type ReadState, restoreActions } from "../store/producers/abandon-actions.js";
import { foldArrivals } from "../store/producers/fold-arrivals.js";
import {
  hasOpenProducers,
  type ProducerCounts,
  producerCounts,
  settleSequences,
} from "../store/producers/producer-counts.js";
import { ReadHorizon } from "./read-horizon.js";

/** What says how far the topics go, and how far the group has read them. */
export type ReadProgress = Pick<KafkaAdmin, "topicNames" | "ends" | "committed" | "close">;

export interface ProducerWatchOptions {
  readonly pool: pg.Pool;
  readonly kafka: KafkaSettings;
  readonly groupId: string;
  readonly topics: TopicNames;
  readonly graceMillis: number;
  readonly log: Logger;
  /** Who is asked how far everything was read. @default connectKafkaAdmin */
  readonly connect?: ((signal: AbortSignal) => Promise<ReadProgress>) | undefined;
  /** Monotonic milliseconds, for tests. @default performance.now */
  readonly clock?: () => number;
}

/** What a watch has seen and done. */
export interface ProducerWatchStatus {
  /** Of the last look that succeeded; `undefined` before the first. */
  readonly counts: ProducerCounts | undefined;
  /** Rows that this instance abandoned. */
  readonly abandoned: number;
  /** Rows that this instance made running again. */
  readonly restored: number;
  /** Looks that failed. */
  readonly failures: number;
}

const MAX_PAUSE_MILLIS = 5_000;
const MIN_PAUSE_MILLIS = 100;
/** Kafka and the clock of the database are trusted over a pause that was so much longer than it should have been. */
const TOLERANCE_MILLIS = 2_000;
const TOPICS_KNOWN_FOR_MILLIS = 60_000;

export class ProducerWatch {
  readonly #options: ProducerWatchOptions;
  readonly #clock: () => number;
  readonly #pauseMillis: number;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  #admin: ReadProgress | undefined;
  #topics: { readonly names: readonly string[]; readonly until: number } | undefined;
  #horizon = new ReadHorizon();
  /** The last look that reached Kafka: by our clock, and by the database's in seconds. */
  #last: { readonly at: number; readonly databaseTime: number } | undefined;
  #attentiveSince = Number.POSITIVE_INFINITY;
  #status: ProducerWatchStatus = { counts: undefined, abandoned: 0, restored: 0, failures: 0 };

  constructor(options: ProducerWatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#pauseMillis = Math.min(Math.max(options.graceMillis / 6, MIN_PAUSE_MILLIS), MAX_PAUSE_MILLIS);
  }

  get status(): ProducerWatchStatus {
    return this.#status;
  }

  start(): void {
    this.#next();
  }

  /** Begins no more looks, and breaks off the one under way where it waits for Kafka: the next instance looks again. */
  async stop(millis: number): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#looking !== undefined) {
      this.#stopping.abort();
      await settlesWithin(this.#looking, millis);
    }
    await this.#disconnect();
  }

  /** Looks once. Never rejects. */
  look(): Promise<void> {
    this.#looking = this.#tryLook().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #tryLook(): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#status = { ...this.#status, failures: this.#status.failures + 1 };
      this.#forget();
      await this.#disconnect();
      this.#options.log.debug(
        { error: describeError(error).message },
        "producers could not be looked after, trying again",
      );
    }
  }

  #next(): void {
    if (this.#stopping.signal.aborted) return;
    this.#timer = setTimeout(() => void this.look().then(() => this.#next()), this.#pauseMillis);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { pool } = this.#options;
    const databaseTime = await foldArrivals(pool);
    if (await hasOpenProducers(pool)) {
      const state = await this.#read(databaseTime);
      if (state !== undefined) await this.#act(state);
    } else this.#forget();
    this.#status = { ...this.#status, counts: await producerCounts(pool) };
  }

  /** What is known of the group's reading, after asking Kafka once more. */
  async #read(databaseTime: number): Promise<ReadState | undefined> {
    const { groupId, graceMillis } = this.#options;
    this.#admin ??= await this.#connect();
    const topics = await this.#existingTopics(this.#admin);
    const partitions = await this.#admin.ends(topics);
    const committed = await this.#admin.committed(groupId, topics);
    this.#attend(databaseTime);
    this.#horizon.update({ at: databaseTime, partitions }, committed);
    const { readUpTo } = this.#horizon;
    return readUpTo === undefined
      ? undefined
      : { readUpTo, attentiveSince: this.#attentiveSince, graceMillis };
  }

  #attend(databaseTime: number): void {
    const at = this.#clock();
    const last = this.#last;
    const elapsed = last === undefined ? Number.POSITIVE_INFINITY : at - last.at;
    const drift = last === undefined ? 0 : (databaseTime - last.databaseTime) * 1_000 - elapsed;
    if (elapsed > this.#pauseMillis + TOLERANCE_MILLIS || Math.abs(drift) > TOLERANCE_MILLIS) {
      this.#horizon = new ReadHorizon();
      this.#attentiveSince = databaseTime;
    }
    this.#last = { at, databaseTime };
  }

  async #act(state: ReadState): Promise<void> {
    const { pool, log } = this.#options;
    const restored = await restoreActions(pool);
    const abandoned = await abandonActions(pool, state);
    await settleSequences(pool, state);
    this.#status = {
      ...this.#status,
      abandoned: this.#status.abandoned + abandoned.actions + abandoned.executions,
      restored: this.#status.restored + restored.actions + restored.executions,
    };
    if (abandoned.actions + abandoned.executions > 0)
      log.warn(abandoned, "producers are gone: what they left running is abandoned");
    if (restored.producers > 0) log.info(restored, "producers speak again: their actions are running again");
  }

  /** The grace begins anew. */
  #forget(): void {
    this.#last = undefined;
  }

  #connect(): Promise<ReadProgress> {
    const { kafka, connect } = this.#options;
    const { signal } = this.#stopping;
    return connect?.(signal) ?? connectKafkaAdmin(kafka, { signal });
  }

  async #disconnect(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    this.#topics = undefined;
    await admin?.close().catch(() => undefined);
  }

  async #existingTopics(admin: ReadProgress): Promise<readonly string[]> {
    const now = this.#clock();
    if (this.#topics === undefined || this.#topics.until < now) {
      const { topics } = this.#options;
      const existing = await admin.topicNames();
      const names = RECORD_KINDS.flatMap((kind) => [topics[kind], ...topicAliases(kind, topics)]).filter(
        (name) => existing.has(name),
      );
      this.#topics = { names, until: now + TOPICS_KNOWN_FOR_MILLIS };
    }
    return this.#topics.names;
  }
}
