import type { ExporterStats } from "../deliver/delivery-counters.js";
import type { SpanBatch } from "./span-operations.js";
import { NO_STATS } from "./stats-numbers.js";
import type { ThreadState } from "./thread-state.js";

/** What is written and not told yet. */
type Waiting = Pick<SpanBatch, "ended" | "bytes">;

/** What was told to the thread. It is kept until the thread has taken it, so that another one can do the work where that fails. */
export class ToldBatches {
  readonly #state: ThreadState;
  readonly #kept: SpanBatch[] = [];
  /** Batches that are no longer kept. */
  #forgotten = 0;
  /** Of all that was told. */
  #ended = 0;
  #bytes = 0;

  constructor(state: ThreadState) {
    this.#state = state;
  }

  add(batch: SpanBatch): void {
    this.#ended += batch.ended;
    this.#bytes += batch.bytes;
    this.#forgetTaken();
    this.#kept.push(batch);
  }

  /** What the thread has not taken, and is not going to take. */
  takeLeft(): readonly SpanBatch[] {
    this.#forgetTaken();
    return this.#kept.splice(0);
  }

  get hasUntaken(): boolean {
    return this.#state.read().taken.ended < this.#ended;
  }

  /**
   * What is on its way to the thread.
   *
   * @param withQueue and what the thread has
   */
  underWay(
    { ended, bytes }: Waiting,
    withQueue: boolean,
  ): { readonly events: number; readonly bytes: number } {
    return this.#state.underWay({ ended: this.#ended + ended, bytes: this.#bytes + bytes }, withQueue);
  }

  /** The counts of what is on its way, and of what the thread has said of the rest, both of one moment. */
  stats({ ended, bytes }: Waiting): { readonly onTheWay: ExporterStats; readonly taken: ExporterStats } {
    const { stats, taken } = this.#state.read();
    const events = this.#ended - taken.ended + ended;
    const queuedBytes = this.#bytes - taken.bytes + bytes;
    return { onTheWay: { ...NO_STATS, ended: events, buffered: events, queuedBytes }, taken: stats };
  }

  #forgetTaken(): void {
    const count = this.#state.takenBatches - this.#forgotten;
    if (count <= 0) return;
    this.#kept.splice(0, count);
    this.#forgotten += count;
  }
}
