import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { kindOfTopic, type TopicNames } from "../event/index.js";
import type { ConsumerStats } from "./consumer-stats.js";
import type { GroupWriter } from "./group-writer.js";
import type { SourceBatch, SourceHandlers, TakeControl } from "./kafka/consumer-session.js";
import type { OffsetLedger } from "./offset-ledger.js";
import type { PendingRecord } from "./process-batch.js";

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

  async function take(batch: SourceBatch, control: TakeControl): Promise<boolean> {
    const kind = kindOfTopic(batch.place.topic, topics);
    while (!stopped && !writer.hasRoom) {
      await Promise.race([writer.room(), sleep(HEARTBEAT_CHECK_MILLIS)]);
      await control.heartbeat();
      if (!control.isCurrent()) return false;
    }
    if (stopped) await sleep(STOPPED_PAUSE_MILLIS);
    if (stopped || kind === undefined) return false;
    if (writer.queued.rows === 0 && ledger.lag === 0) idleAt = Date.now();

    const chunk = ledger.take(batch.place, batch.records.length);
    stats.received(kind, batch.records.length);
    writer.add(batch.records.map((record) => ({ kind, record, chunk })));
    // A stretch without records is done as it is.
    if (batch.records.length === 0) onDone();
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
