import { setTimeout as sleep } from "node:timers/promises";
import type { KafkaSettings } from "../../config/kafka-settings.js";
import type { TopicNames } from "../../event/topics.js";
import { connectKafkaAdmin } from "../../kafka/admin.js";

export interface CatchUpOptions {
  readonly kafka: KafkaSettings;
  readonly topics: TopicNames;
  readonly groupId: string;
  readonly deadlineMillis: number;
  /** Ends the waiting early. */
  readonly signal?: AbortSignal;
}

const POLL_MILLIS = 100;

/**
 * Waits until the group has committed everything that stands in its topics. Since offsets follow rows, all of it
 * is stored then. Returns how many records were still waiting when the deadline came: 0 when all is stored.
 */
export async function caughtUp(options: CatchUpOptions): Promise<number> {
  const { dead_letter: _, ...sources } = options.topics;
  const admin = await connectKafkaAdmin(options.kafka);
  const count = async (): Promise<number> => {
    const lags = await admin.lag(options.groupId, Object.values(sources));
    return [...lags.values()].reduce((total, lag) => total + lag, 0);
  };
  try {
    return await nothingWaits(count, options.deadlineMillis, options.signal);
  } finally {
    await admin.close();
  }
}

/** Asks until nothing waits, the deadline has passed, or the signal is aborted. Returns how many wait then. */
export async function nothingWaits(
  count: () => Promise<number>,
  deadlineMillis: number,
  signal?: AbortSignal,
): Promise<number> {
  const deadline = Date.now() + deadlineMillis;
  for (;;) {
    const waiting = await count();
    if (waiting === 0 || Date.now() >= deadline || signal?.aborted) return waiting;
    await sleep(POLL_MILLIS);
  }
}
