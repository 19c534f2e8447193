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
 * Waits until the group has committed everything that stands in the six topics. Since offsets follow rows, all of it
 * is stored then. Returns how many records were still waiting when the deadline came: 0 when all is stored.
 */
export async function caughtUp(options: CatchUpOptions): Promise<number> {
  const { dead_letter: _, ...sources } = options.topics;
  const admin = await connectKafkaAdmin(options.kafka);
  const deadline = Date.now() + options.deadlineMillis;
  try {
    for (;;) {
      const lags = await admin.lag(options.groupId, Object.values(sources));
      const waiting = [...lags.values()].reduce((total, lag) => total + lag, 0);
      if (waiting === 0 || Date.now() >= deadline || options.signal?.aborted) return waiting;
      await sleep(POLL_MILLIS);
    }
  } finally {
    await admin.close();
  }
}
