import type pg from "pg";
import type { Logger } from "pino";
import { RECORD_KINDS, topicAliases } from "../event/index.js";
import { createPool } from "../store/pool.js";
import { createBatchWriter } from "../store/write-batch.js";
import { ConsumerStats } from "./consumer-stats.js";
import { describeFailure } from "./describe-failure.js";
import { createGroupWriter, type GroupWriter } from "./group-writer.js";
import { createIntake, type Intake } from "./intake.js";
import { createDeadLetterProducer, type DeadLetterProducer } from "./kafka/dead-letter-producer.js";
import { type RecordSource, startRecordSource } from "./kafka/record-source.js";
import { OffsetCommitter } from "./offset-committer.js";
import { OffsetLedger } from "./offset-ledger.js";
import type { ResolvedConsumerOptions } from "./options.js";
import { OutageWatch } from "./outage-watch.js";
import { type PostgresProbe, startPostgresProbe } from "./postgres-probe.js";
import { createBatchProcessor, type PendingRecord } from "./process-batch.js";

/** Everything that a running consumer is made of. */
export interface ConsumerParts {
  readonly options: ResolvedConsumerOptions;
  readonly log: Logger;
  readonly stats: ConsumerStats;
  readonly ledger: OffsetLedger;
  readonly writer: GroupWriter<PendingRecord>;
  readonly intake: Intake;
  readonly committer: OffsetCommitter;
  readonly source: RecordSource;
  readonly deadLetters: DeadLetterProducer;
  readonly pool: pg.Pool;
  readonly probe: PostgresProbe;
  readonly postgres: OutageWatch;
  readonly deadLetterTopic: OutageWatch;
  /** Aborted when nothing more is waited for. */
  readonly giveUp: AbortController;
}

/**
 * Puts the parts together and starts them. Records go from the source by the intake into the writer's queue, from there in
 * batches through the processor to Postgres and the dead-letter topic; offsets come back by ledger and committer.
 */
export function startParts(options: ResolvedConsumerOptions, log: Logger): ConsumerParts {
  const { topics, kafka, groupId, retries, fileTools } = options;
  const stats = new ConsumerStats();
  const ledger = new OffsetLedger();
  const giveUp = new AbortController();
  const watch = (component: "postgres" | "kafka" | "dead_letter_topic") =>
    new OutageWatch({ component, retries, log, onFailure: (failure) => stats.failed(failure) });
  const postgres = watch("postgres");
  const deadLetterTopic = watch("dead_letter_topic");
  const committer = new OffsetCommitter({
    ledger,
    commit: (offsets) => source.commit(offsets),
    intervalMillis: options.commitIntervalMillis,
    stats,
    log,
  });
  const onDone = () => committer.soon();
  const pool = createPool(options.postgres, {
    onConnectionLost: () => log.debug("an idle connection to Postgres broke"),
  });
  const deadLetters = createDeadLetterProducer({
    kafka,
    topic: topics.dead_letter,
    groupId,
    log,
    onTrimmed: () => {
      stats.trimmedDeadLetters += 1;
    },
  });
  const writer = createGroupWriter<PendingRecord>({
    ...options,
    // A write without a connection would wait for one until that times out, and look like an outage.
    maxWritesInFlight: Math.min(options.maxWritesInFlight, options.postgres.maxConnections),
    sizeOf: ({ value }) => value?.length ?? 0,
    write: reportingDefects(
      log,
      stats,
      giveUp.signal,
      createBatchProcessor({
        rows: createBatchWriter(pool, fileTools === undefined ? {} : { fileTools }),
        deadLetters,
        postgres,
        deadLetterTopic,
        stats,
        batchSize: options.batchSize,
        retries,
        signal: giveUp.signal,
        onDone,
      }),
    ),
  });
  const intake = createIntake({ topics, writer, ledger, stats, log, onDone });
  const source = startRecordSource({
    options,
    // Actions last: they are the many, and what stands first in a fetch is never crowded out.
    topics: [...RECORD_KINDS].reverse().flatMap((kind) => [topics[kind], ...topicAliases(kind, topics)]),
    optionalTopics: RECORD_KINDS.flatMap((kind) => topicAliases(kind, topics)),
    handlers: intake,
    kafka: watch("kafka"),
    log,
  });
  const probe = startPostgresProbe(pool, postgres, () => writer.queued.rows > 0);
  return {
    options,
    log,
    stats,
    ledger,
    writer,
    intake,
    committer,
    source,
    deadLetters,
    pool,
    probe,
    postgres,
    deadLetterTopic,
    giveUp,
  };
}

type WriteBatch = (batch: readonly PendingRecord[]) => Promise<void>;

/** A batch only rejects when it is told to give up. Should it do so for another reason, nobody else would hear of it. */
function reportingDefects(
  log: Logger,
  stats: ConsumerStats,
  signal: AbortSignal,
  write: WriteBatch,
): WriteBatch {
  return (batch) =>
    write(batch).catch((error: unknown) => {
      if (!signal.aborted) {
        stats.defect = describeFailure("postgres", error);
        log.fatal(stats.defect, "a defect of the consumer: nothing more is written until it is restarted");
      }
      throw error;
    });
}
