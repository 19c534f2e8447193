import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { kindOfTopic, type RecordKind, type TopicNames } from "../event/index.js";
import type { SourceBatch, TakeControl } from "../kafka/consumer-session.js";
import type { BatchingWriter } from "./batching-writer.js";
import type { ConsumerStats } from "./consumer-stats.js";
import type { OffsetTracker } from "./offset-tracker.js";
import type { PendingRecord } from "./process-batch.js";
import type { RecordHandlers } from "./record-source.js";
import { WaitingRecord } from "./waiting-record.js";

export interface PartitionBufferOptions {
  readonly topics: TopicNames;
  readonly writer: BatchingWriter<PendingRecord>;
  /** Where records go that become no row. */
  readonly deadLetters: { readonly hasRoom: boolean };
  readonly offsets: OffsetTracker;
  readonly stats: ConsumerStats;
  readonly log: Logger;
  /** Called when a part of a partition is done with. */
  readonly onDone: () => void;
}

export interface PartitionBuffer extends RecordHandlers {
  /** `performance.now()` when there was last nothing to do before records came. */
  readonly idleAt: number;
  /** From now on nothing is taken. */
  stop(): void;
}

/** While there is no room, membership is looked after this often. */
const HEARTBEAT_CHECK_MILLIS = 500;
/** Keeps a source that reads on from turning in circles during a shutdown. */
const STOPPED_PAUSE_MILLIS = 200;

/**
 * Where Kafka's side hands over: waits for room, enters the records in the tracker of offsets and puts them in the writer's queue. From
 * there on they are looked after, so the source may read on.
 */
export function createPartitionBuffer(options: PartitionBufferOptions): PartitionBuffer {
  const { topics, writer, deadLetters, offsets, stats, log, onDone } = options;
  let stopped = false;
  let idleAt = performance.now();

  function enter(kind: RecordKind, { range, messages }: SourceBatch): true {
    if (writer.queued.rows === 0 && offsets.lag === 0) idleAt = performance.now();
    const batch = offsets.take(range, messages.length);
    stats.received(kind, messages.length);
    writer.add(messages.map((message) => new WaitingRecord(kind, range, message, batch)));
    return true;
  }

  async function take(batch: SourceBatch, control: TakeControl): Promise<boolean> {
    const kind = kindOfTopic(batch.range.topic, topics);
    // Only markers of transactions: they need no room, and the source does not wait for them. Were they to wait, the next batch of the
    // partition could go first.
    if (batch.messages.length === 0 && !stopped && kind !== undefined) {
      enter(kind, batch);
      onDone();
      return true;
    }
    while (!stopped && !(writer.hasRoom && deadLetters.hasRoom)) {
      if (deadLetters.hasRoom) await writer.room(HEARTBEAT_CHECK_MILLIS);
      else await sleep(HEARTBEAT_CHECK_MILLIS, undefined, { ref: false });
      await control.heartbeat();
      if (!control.isCurrent()) return false;
    }
    if (stopped) await sleep(STOPPED_PAUSE_MILLIS);
    if (stopped || kind === undefined) return false;
    return enter(kind, batch);
  }

  return {
    take,
    assigned: (assignment, sameMember) => offsets.assign(assignment, sameMember),
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
