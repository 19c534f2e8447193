import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { kindOfTopic, type RecordKind, type TopicNames } from "../event/index.js";
import type { ConsumerStats } from "./consumer-stats.js";
import type { GroupWriter } from "./group-writer.js";
import type { SourceBatch, SourceHandlers, TakeControl } from "./kafka/consumer-session.js";
import type { Chunk, ChunkPlace, OffsetLedger } from "./offset-ledger.js";
import type { PendingRecord } from "./process-batch.js";
import type { SourceMessage } from "./source-record.js";

export interface IntakeOptions {
  readonly topics: TopicNames;
  readonly writer: GroupWriter<PendingRecord>;
  readonly ledger: OffsetLedger;
  readonly stats: ConsumerStats;
  readonly log: Logger;
  /** Called when a stretch of a partition is done with. */
  readonly onDone: () => void;
}

export interface Intake extends SourceHandlers {
  /** When there was last nothing to do before records came, in milliseconds since the epoch. */
  readonly idleAt: number;
  /** From now on nothing is taken. */
  stop(): void;
}

/** While there is no room, membership is looked after this often. */
const HEARTBEAT_CHECK_MILLIS = 500;
/** Keeps a source that reads on from turning in circles during a shutdown. */
const STOPPED_PAUSE_MILLIS = 200;

/**
 * Where Kafka's side hands over: waits for room, enters the records in the ledger and puts them in the queue. From there
 * on they are looked after, so the source may read on.
 */
export function createIntake({ topics, writer, ledger, stats, log, onDone }: IntakeOptions): Intake {
  let stopped = false;
  let idleAt = Date.now();

  async function take({ place, messages }: SourceBatch, control: TakeControl): Promise<boolean> {
    const kind = kindOfTopic(place.topic, topics);
    while (!stopped && !writer.hasRoom) {
      await Promise.race([writer.room(), sleep(HEARTBEAT_CHECK_MILLIS, undefined, { ref: false })]);
      await control.heartbeat();
      if (!control.isCurrent()) return false;
    }
    if (stopped) await sleep(STOPPED_PAUSE_MILLIS);
    if (stopped || kind === undefined) return false;
    if (writer.queued.rows === 0 && ledger.lag === 0) idleAt = Date.now();

    const chunk = ledger.take(place, messages.length);
    stats.received(kind, messages.length);
    writer.add(messages.map((message) => pendingRecord(kind, place, message, chunk)));
    // A stretch without records is done as it is.
    if (messages.length === 0) onDone();
    return true;
  }

  return {
    take,
    assigned: (assignment, sameMember) => ledger.assign(assignment, sameMember),
    reset() {
      stats.offsetResets += 1;
      log.error("records are lost: Kafka removed them before they were read. Raise the topic's retention");
    },
    get idleAt() {
      return idleAt;
    },
    stop() {
      stopped = true;
    },
  };
}

const NO_HEADERS = Object.freeze({});

function pendingRecord(
  kind: RecordKind,
  { topic, partition }: ChunkPlace,
  { offset, timestamp, key, value, headers }: SourceMessage,
  chunk: Chunk,
): PendingRecord {
  const timestampMillis = Number(timestamp);
  return {
    kind,
    topic,
    partition,
    offset,
    timestampMillis,
    key,
    value,
    headers: headers ?? NO_HEADERS,
    chunk,
  };
}
