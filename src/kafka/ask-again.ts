/**
 * Where a topic was just made, or a partition has another leader, brokers and clients disagree for a moment: a broker that metadata
 * names as the leader says that it is not. kafkajs 2.2.4 asks again when it fetches and produces, and fails most requests of its admin
 * client at once, with metadata that it keeps for minutes. Here they are asked again, with new metadata.
 */
import { backoffMillis } from "../internal/backoff-millis.js";
import { delay } from "../internal/delay.js";

export interface AskAgainOptions {
  /** Has the client read the metadata of its topics anew. */
  readonly refresh: () => Promise<unknown>;
  /** Ends the asking. */
  readonly signal?: AbortSignal | undefined;
  /** For how long a passing refusal is asked again. @default 5000 */
  readonly patienceMillis?: number;
  /** Pauses between two attempts. @default 50 to 1000 ms */
  readonly pauses?: { readonly initialMillis: number; readonly maximumMillis: number };
}

const PATIENCE_MILLIS = 5_000;
const PAUSES = { initialMillis: 50, maximumMillis: 1_000 };
const NEVER = new AbortController().signal;

/**
 * Returns what `ask` does. A refusal of Kafka that may pass is asked again until it has passed or the time is up, then it is thrown.
 * Connections that break are not: kafkajs opens them again by itself, as often as it was told to.
 */
export async function askAgain<Answer>(
  ask: () => Promise<Answer>,
  { refresh, signal = NEVER, patienceMillis = PATIENCE_MILLIS, pauses = PAUSES }: AskAgainOptions,
): Promise<Answer> {
  const end = performance.now() + patienceMillis;
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!mayPass(error) || performance.now() >= end || signal.aborted) throw error;
    }
    await delay(backoffMillis(attempt, pauses), signal);
    // Should Kafka refuse this too, the next attempt says so.
    await refresh().catch(() => undefined);
  }
}

/** Whether Kafka refused a request for a reason that may be gone when it is sent again. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "KafkaJSBrokerNotFound") return true;
  return error.name === "KafkaJSProtocolError" && "retriable" in error && error.retriable === true;
}
