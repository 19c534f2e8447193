import type pg from "pg";
import type { Logger } from "pino";
import { RECORD_KINDS, topicAliases } from "../event/index.js";
import { createPool } from "../store/pool.js";
import { createBatchWriter } from "../store/write-batch.js";
import { type BatchingWriter, createBatchingWriter } from "./batching-writer.js";
import { ConsumerStats } from "./consumer-stats.js";
import { createDeadLetterProducer, type DeadLetterProducer } from "./dead-letter-producer.js";
import { DeadLetterQueue } from "./dead-letter-queue.js";
import { type FailureReport, failureReport } from "./failure-report.js";
import { OffsetCommitter } from "./offset-committer.js";
import { OffsetTracker } from "./offset-tracker.js";
import type { ResolvedConsumerOptions } from "./options.js";
import { OutageWatch } from "./outage-watch.js";
import { createPartitionBuffer, type PartitionBuffer } from "./partition-buffer.js";
import { type PostgresProbe, startPostgresProbe } from "./postgres-probe.js";
import { createBatchProcessor, type PendingRecord } from "./process-batch.js";
import { ProducerWatch } from "./producer-watch.js";
import { type RecordSource, startRecordSource } from "./record-source.js";
import type { Redact } from "./redact-records.js";
import { createSpoolDeadLetters } from "./spool-dead-letters.js";
import { SpoolSource } from "./spool-source.js";

/** Everything that a running consumer is made of. */
export interface ConsumerParts {
  readonly options: ResolvedConsumerOptions;
  readonly log: Logger;
  readonly stats: ConsumerStats;
  readonly offsets: OffsetTracker;
  readonly writer: BatchingWriter<PendingRecord>;
  readonly buffer: PartitionBuffer;
  readonly committer: OffsetCommitter;
  readonly source: RecordSource;
  readonly deadLetters: DeadLetterQueue;
  readonly deadLetterProducer: DeadLetterProducer;
  readonly pool: pg.Pool;
  /** See `ProbedPools`. */
  readonly probePool: pg.Pool;
  readonly probe: PostgresProbe;
  readonly producers: ProducerWatch;
  readonly postgres: OutageWatch;
  readonly deadLetterTopic: OutageWatch;
  /** Aborted when nothing more is waited for. */
  readonly giveUp: AbortController;
}

/** Records that were read and have not come to an end. */
export const inFlight = ({ writer, deadLetters }: ConsumerParts): number =>
  writer.queued.rows + deadLetters.waiting;

/**
 * Puts the parts together and starts them. Records go from the source by the buffer into the writer's queue, from there in
 * batches through the processor to Postgres, or by a queue of their own to the dead-letter topic; offsets come back by tracker and
 * committer.
 */
export function startParts(options: ResolvedConsumerOptions, log: Logger): ConsumerParts {
  const { topics, kafka, groupId, retries, fileTools, spool } = options;
  const stats = new ConsumerStats();
  const offsets = new OffsetTracker();
  const giveUp = new AbortController();
  const watch = (component: FailureReport["component"]) =>
    new OutageWatch({ component, retries, log, onFailure: (failure) => stats.failed(failure) });
  const postgres = watch("postgres");
  const deadLetterTopic = watch("dead_letter_topic");
  const committer = new OffsetCommitter({
    offsets,
    commit: (committable) => source.commit(committable),
    intervalMillis: options.commitIntervalMillis,
    stats,
    log,
  });
  const onDone = () => committer.soon();
  const pool = createPool(options.postgres, {
    onConnectionLost: () => log.debug("an idle connection to Postgres broke"),
  });
  const deadLetterProducer =
    spool === undefined
      ? createDeadLetterProducer({
          kafka,
          topic: topics.dead_letter,
          groupId,
          log,
          onTrimmed: () => {
            stats.trimmedDeadLetters += 1;
          },
        })
      : createSpoolDeadLetters({
          directory: spool,
          topic: topics.dead_letter,
          groupId,
          onProblem: (error) => log.warn(failureReport("spool", error), "a file of dead letters stays open"),
        });
  const deadLetters = new DeadLetterQueue({
    ...options,
    sink: deadLetterProducer,
    topic: deadLetterTopic,
    stats,
    signal: giveUp.signal,
    onDone,
  });
  const writer = createBatchingWriter<PendingRecord>({
    ...options,
    // A write without a connection would wait for one until that times out, and look like an outage.
    maxWritesInFlight: Math.min(options.maxWritesInFlight, options.postgres.maxConnections),
    sizeOf: (record) => record.valueBytes ?? record.value?.length ?? 0,
    write: reportingDefects(
      log,
      stats,
      giveUp.signal,
      createBatchProcessor({
        rows: createBatchWriter(pool, fileTools === undefined ? {} : { fileTools }),
        deadLetters,
        postgres,
        stats,
        redaction: options.redact ? loadRedaction : undefined,
        batchSize: options.batchSize,
        retries,
        signal: giveUp.signal,
        onDone,
      }),
    ),
  });
  const buffer = createPartitionBuffer({ topics, writer, deadLetters, offsets, stats, log, onDone });
  const files =
    spool === undefined
      ? undefined
      : new SpoolSource({ directory: spool, topics, handlers: buffer, spool: watch("spool"), log });
  const source: RecordSource =
    files ??
    startRecordSource({
      options,
      // Actions last: they are the many, and what stands first in a fetch is never crowded out.
      topics: [...RECORD_KINDS].reverse().flatMap((kind) => [topics[kind], ...topicAliases(kind, topics)]),
      optionalTopics: RECORD_KINDS.flatMap((kind) => topicAliases(kind, topics)),
      handlers: buffer,
      kafka: watch("kafka"),
      log,
    });
  const probePool = createPool({ ...options.postgres, maxConnections: 1 });
  const pools = { writes: pool, doubt: probePool };
  const probe = startPostgresProbe(pools, postgres, () => writer.queued.rows > 0);
  const producers = new ProducerWatch({
    pool,
    kafka,
    groupId,
    topics,
    graceMillis: options.producerGraceMillis,
    log,
    connect: files && (async () => files.progress),
  });
  producers.start();
  return {
    options,
    log,
    stats,
    offsets,
    writer,
    buffer,
    committer,
    source,
    deadLetters,
    deadLetterProducer,
    pool,
    probePool,
    probe,
    producers,
    postgres,
    deadLetterTopic,
    giveUp,
  };
}

/** Only where it is switched on: the rules are as large as the consumer. */
async function loadRedaction(): Promise<Redact> {
  redaction ??= (await import("../../exporter/read/redaction/redactor.js")).createPlainRedactor();
  return redaction;
}

let redaction: Redact | undefined;

type WriteBatch = (batch: readonly PendingRecord[]) => Promise<void>;

/** A batch only rejects when it is made to give up. Should it do so for another reason, nobody else would hear of it. */
function reportingDefects(
  log: Logger,
  stats: ConsumerStats,
  signal: AbortSignal,
  write: WriteBatch,
): WriteBatch {
  return (batch) =>
    write(batch).catch((error: unknown) => {
      if (!signal.aborted) {
        stats.defect = failureReport("postgres", error);
        log.fatal(stats.defect, "a defect of the consumer: nothing more is written until it is restarted");
      }
      throw error;
    });
}
