import { setTimeout as sleep } from "node:timers/promises";
import { RECORD_KINDS, type RecordKind } from "../../src/event/index.js";
import { untilSettled } from "../../src/internal/settles-within.js";
import type { FlushWait } from "./flush-waiters.js";
import type { TopicSender } from "./topic-sender.js";

export interface FlushLimits {
  readonly timeoutMillis: number;
  /** The deadline for as long as Kafka is away. */
  readonly awayMillis: number;
  /** Whether the last attempt to send records of this kind failed. */
  readonly isAway: (kind: RecordKind) => boolean;
  /** Whether there is more on the disk, which comes into the queues as they empty. */
  readonly hasBacklog: () => boolean;
}

/** A flush looks so often whether Kafka, or a topic, is away. */
const STEP_MILLIS = 100;
/** So often it looks whether what comes from the disk is in memory. */
const READ_BACK_MILLIS = 5;

/** Resolves when nothing is left in the queues and on the disk, or when the deadline has passed; returns which. See {@link flushOnce}. */
export async function flushSenders(
  senders: Readonly<Record<RecordKind, TopicSender>>,
  limits: FlushLimits,
): Promise<boolean> {
  const began = performance.now();
  for (;;) {
    const spent = performance.now() - began;
    // What comes from the disk during a round is waited for in the next one.
    const isLast = !limits.hasBacklog();
    const timeoutMillis = limits.timeoutMillis - spent;
    const inTime = await flushOnce(senders, {
      ...limits,
      timeoutMillis,
      awayMillis: limits.awayMillis - spent,
    });
    if (isLast || !inTime || timeoutMillis <= 0) return inTime && isLast;
    await sleep(READ_BACK_MILLIS);
  }
}

/**
 * Resolves when all events that the senders have now are settled, or when the deadline has passed; returns which. Span attributions are
 * waited for only as long as their topic takes some: it may be missing, and nobody needs them at once.
 */
async function flushOnce(
  senders: Readonly<Record<RecordKind, TopicSender>>,
  { timeoutMillis, awayMillis, isAway }: FlushLimits,
): Promise<boolean> {
  const began = performance.now();
  const waits = RECORD_KINDS.map((kind) => ({ kind, ...senders[kind].flush() }));
  const events = waits.filter(({ kind }) => kind !== "span_attribution");
  const attributions = waits.filter(({ kind }) => kind === "span_attribution");
  const stepMillis = Math.min(timeoutMillis, STEP_MILLIS);
  const hasTime = () => {
    const limit = events.some(({ kind }) => isAway(kind))
      ? Math.min(awayMillis, timeoutMillis)
      : timeoutMillis;
    return performance.now() - began < limit;
  };
  const inTime = await untilSettled(all(events), stepMillis, async () => hasTime());
  const goOn = async () => hasTime() && !isAway("span_attribution");
  if (hasTime()) await untilSettled(all(attributions), stepMillis, goOn);
  for (const { cancel } of waits) cancel();
  return inTime;
}

const all = (waits: readonly FlushWait[]): Promise<unknown> =>
  Promise.all(waits.map(({ settled }) => settled));
