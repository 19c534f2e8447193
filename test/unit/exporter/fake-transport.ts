import type { ActionRecord } from "../../../exporter/deliver/serialize.js";
import type { SendResult, Transport } from "../../../exporter/deliver/transport.js";
import { TransportError } from "../../../src/errors.js";

export type Answer = (records: readonly ActionRecord[]) => SendResult | Promise<SendResult>;

/** A transport whose answers the test decides. It remembers what it was given, and breaks when two sends of a kind overlap. */
export class FakeTransport implements Transport {
  /** Every call, in order. */
  readonly calls: (readonly ActionRecord[])[] = [];
  /** What was acknowledged, in order. */
  readonly landed: ActionRecord[] = [];
  closed: number | undefined;
  answer: Answer;
  readonly #underWay = new Set<string>();

  constructor(answer: Answer = sent) {
    this.answer = answer;
  }

  async send(records: readonly ActionRecord[]): Promise<SendResult> {
    const kind = records[0]?.kind ?? "none";
    if (this.#underWay.has(kind)) throw new Error(`two sends of ${kind} at a time`);
    this.#underWay.add(kind);
    this.calls.push(records);
    try {
      const result = await this.answer(records);
      const missing = new Set(
        result.status === "retryable" ? result.remaining : result.status === "failed" ? result.refused : [],
      );
      this.landed.push(...records.filter((record) => !missing.has(record)));
      return result;
    } finally {
      this.#underWay.delete(kind);
    }
  }

  close(deadlineMillis: number): Promise<void> {
    this.closed = deadlineMillis;
    return Promise.resolve();
  }
}

export const sent: Answer = () => ({ status: "sent" });

export const away: Answer = (records) => ({
  status: "retryable",
  error: new TransportError("Kafka cannot be reached at 127.0.0.1:9092: connect ECONNREFUSED."),
  remaining: records,
});

export const refusing =
  (isBad: (record: ActionRecord) => boolean): Answer =>
  (records) => {
    const refused = records.filter(isBad);
    return refused.length === 0
      ? { status: "sent" }
      : { status: "failed", error: new TransportError("Kafka refused an event: too large."), refused };
  };

/** An answer that the test gives later. */
export function heldBack(): { answer: Answer; release: (result: SendResult) => void; asked: Promise<void> } {
  let release: (result: SendResult) => void = () => undefined;
  let ask: () => void = () => undefined;
  const result = new Promise<SendResult>((resolve) => {
    release = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  return {
    answer: () => {
      ask();
      return result;
    },
    release,
    asked,
  };
}
