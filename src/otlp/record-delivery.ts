/** From records to Kafka's acknowledgement, in slices that the queue of the pipeline has room for. */
import type { Pipeline } from "../../exporter/deliver/pipeline.js";
import type { Outcome, QueuedRecord } from "../../exporter/deliver/send-queue.js";
import type { ActionRecord } from "../../exporter/deliver/serialize.js";
import { withinMillis } from "../internal/time-limit.js";

/** How long Kafka is waited for. */
export interface DeliveryLimit {
  readonly signal?: AbortSignal;
  readonly waitMillis?: number;
}

export type RecordsDelivered =
  /** Kafka has every record, but those at these places, which it will never take for their own sake. */
  | { readonly status: "delivered"; readonly refused: readonly number[] }
  /** The queue is too full for them. */
  | { readonly status: "no_room" }
  /** Kafka did not acknowledge all of them in time. */
  | { readonly status: "not_acknowledged" };

/** So much is given to the queue at once: a request may be larger than the queue. */
const SLICE = { events: 1_000, bytes: 8_388_608 };

interface QueueLimits {
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
}

export class RecordDelivery {
  readonly #pipeline: Pipeline;
  readonly #limits: QueueLimits;

  constructor(pipeline: Pipeline, limits: QueueLimits) {
    this.#pipeline = pipeline;
    this.#limits = limits;
  }

  /** Whether so many events have room in the queue now. */
  hasRoomFor(events: number, bytes: number): boolean {
    const { buffered, inFlight, queuedBytes } = this.#pipeline.stats();
    const { maxQueueSize, maxQueueBytes } = this.#limits;
    return buffered + inFlight + events <= maxQueueSize && queuedBytes + bytes <= maxQueueBytes;
  }

  /** What was not tried when the signal comes is taken out of the queue. */
  async deliver(records: readonly ActionRecord[], signal: AbortSignal): Promise<RecordsDelivered> {
    const refused: number[] = [];
    let place = 0;
    for (const slice of this.#slices(records)) {
      if (!this.hasRoomFor(slice.length, bytesOf(slice))) return { status: "no_room" };
      const outcomes = await this.#send(slice, signal);
      if (outcomes.some((outcome) => !outcome.delivered && !isRefusal(outcome)))
        return { status: "not_acknowledged" };
      outcomes.forEach((outcome, index) => {
        if (isRefusal(outcome)) refused.push(place + index);
      });
      place += slice.length;
    }
    return { status: "delivered", refused };
  }

  // None is larger than the queue: it could never be sent.
  #slices(records: readonly ActionRecord[]): readonly (readonly ActionRecord[])[] {
    const maxEvents = Math.min(SLICE.events, this.#limits.maxQueueSize);
    const maxBytes = Math.min(SLICE.bytes, this.#limits.maxQueueBytes);
    const slices: ActionRecord[][] = [];
    let bytes = 0;
    for (const record of records) {
      const last = slices.at(-1);
      bytes += record.value.length;
      if (last !== undefined && last.length < maxEvents && bytes <= maxBytes) last.push(record);
      else {
        slices.push([record]);
        bytes = record.value.length;
      }
    }
    return slices;
  }

  async #send(records: readonly ActionRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const items: QueuedRecord[] = [];
    const settled = records.map(
      (record) =>
        new Promise<Outcome>((resolve) => {
          const item = this.#pipeline.offer(record, resolve);
          if (item !== undefined) items.push(item);
        }),
    );
    const late = settledWhenAborted(signal);
    try {
      return await Promise.race([Promise.all(settled), late.promise]);
    } finally {
      late.forget();
      for (const item of items)
        if (item.state === "waiting")
          this.#pipeline.withdraw(item, "publish_deadline", "Kafka did not acknowledge an event in time.");
    }
  }
}

export const signalOf = ({ signal, waitMillis }: DeliveryLimit): AbortSignal =>
  waitMillis === undefined ? (signal ?? NEVER) : withinMillis(waitMillis, signal);

const NEVER = new AbortController().signal;

const bytesOf = (records: readonly ActionRecord[]): number =>
  records.reduce((sum, { value }) => sum + value.length, 0);

const LATE: Outcome = { delivered: false, reason: "publish_deadline" };

const isRefusal = (outcome: Outcome): boolean => !outcome.delivered && outcome.reason === "refused";

function settledWhenAborted(signal: AbortSignal): {
  readonly promise: Promise<readonly Outcome[]>;
  forget(): void;
} {
  let onAbort: () => void = () => undefined;
  const promise = new Promise<readonly Outcome[]>((resolve) => {
    onAbort = () => resolve([LATE]);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  return { promise, forget: () => signal.removeEventListener("abort", onAbort) };
}
