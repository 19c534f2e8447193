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
}

/** A flush looks so often whether Kafka, or a topic, is away. */
const STEP_MILLIS = 100;

/**
 * Resolves when all events that the senders have now are settled, or when the deadline has passed; returns which. Span attributions are
 * waited for only as long as their topic takes some: it may be missing, and nobody needs them at once.
 */
export async function flushSenders(
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
