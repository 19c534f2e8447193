import type { ExporterStats } from "../deliver/delivery-counters.js";
import { NO_STATS, numbersOf, statsOf } from "./stats-numbers.js";

/** Who processes the batches: decided once, by whoever is first. */
export type Owner = "thread" | "agent";

/** What the thread has taken of what it was told. */
export interface Taken {
  readonly batches: number;
  /** Spans that ended. */
  readonly ended: number;
  readonly bytes: number;
}

const OWNERS: Readonly<Record<Owner, number>> = { thread: 1, agent: 2 };
const UNDECIDED = 0;
/** Places in the part of whole numbers. */
const LOCK = 0;
const OWNER = 1;
const ANSWERED = 2;
const PENDING = 3;
const WHOLE_NUMBERS = 4;
/** Places in the part of counts. */
const BATCHES = 0;
const ENDED = 1;
const BYTES = 2;
const STATS = 3;
const COUNTS = STATS + numbersOf(NO_STATS).length;
/** Writing takes a microsecond: whoever reads tries again so often at most. */
const MAX_TRIES = 10_000;

/** Memory of two threads: where the events are, as of the last time that the thread wrote it, and what each waits for. */
export class ThreadState {
  readonly buffer: SharedArrayBuffer;
  readonly #whole: Int32Array;
  readonly #counts: Float64Array;

  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(WHOLE_NUMBERS * 4 + COUNTS * 8);
    this.#whole = new Int32Array(this.buffer, 0, WHOLE_NUMBERS);
    this.#counts = new Float64Array(this.buffer, WHOLE_NUMBERS * 4, COUNTS);
  }

  /** Returns whether that one processes the batches from now on. */
  claim(owner: Owner): boolean {
    const before = Atomics.compareExchange(this.#whole, OWNER, UNDECIDED, OWNERS[owner]);
    return before === UNDECIDED || before === OWNERS[owner];
  }

  /** For the thread. */
  write({ batches, ended, bytes }: Taken, stats: ExporterStats, hasPending: boolean): void {
    Atomics.add(this.#whole, LOCK, 1);
    this.#counts[BATCHES] = batches;
    this.#counts[ENDED] = ended;
    this.#counts[BYTES] = bytes;
    this.#counts.set(numbersOf(stats), STATS);
    Atomics.store(this.#whole, PENDING, Number(hasPending));
    Atomics.add(this.#whole, LOCK, 1);
  }

  /** What was written last, all of one moment. */
  read(): { readonly taken: Taken; readonly stats: ExporterStats; readonly hasPending: boolean } {
    let numbers: number[] = [];
    let hasPending = false;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const before = Atomics.load(this.#whole, LOCK);
      numbers = [...this.#counts];
      hasPending = Atomics.load(this.#whole, PENDING) === 1;
      if (before % 2 === 0 && before === Atomics.load(this.#whole, LOCK)) break;
    }
    const [batches = 0, ended = 0, bytes = 0] = numbers;
    return { taken: { batches, ended, bytes }, stats: statsOf(numbers.slice(STATS)), hasPending };
  }

  get takenBatches(): number {
    return this.#counts[BATCHES] ?? 0;
  }

  /**
   * What is on its way to the thread. One number may be older than the other by some microseconds.
   *
   * @param withQueue and what it has
   */
  underWay(
    told: Omit<Taken, "batches">,
    withQueue: boolean,
  ): { readonly events: number; readonly bytes: number } {
    const at = (index: number) => this.#counts[index] ?? 0;
    const way = { events: told.ended - at(ENDED), bytes: told.bytes - at(BYTES) };
    if (!withQueue) return way;
    return {
      events: way.events + at(HELD) + at(BUFFERED) + at(IN_FLIGHT),
      bytes: way.bytes + at(QUEUED_BYTES),
    };
  }

  /** For the thread: what was asked for is done. What was asked earlier may take longer. */
  answer(id: number): void {
    if (id > Atomics.load(this.#whole, ANSWERED)) Atomics.store(this.#whole, ANSWERED, id);
    Atomics.notify(this.#whole, ANSWERED);
  }

  /** Waits in this turn until the thread has answered; returns whether it has. */
  waitForAnswer(id: number, millis: number): boolean {
    const deadline = performance.now() + millis;
    for (;;) {
      const answered = Atomics.load(this.#whole, ANSWERED);
      if (answered >= id) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#whole, ANSWERED, answered, left);
    }
  }
}

const placeOf = (name: "held" | "buffered" | "inFlight" | "queuedBytes"): number => {
  const marked = { ...NO_STATS, [name]: 1 };
  return STATS + numbersOf(marked).indexOf(1);
};

const HELD = placeOf("held");
const BUFFERED = placeOf("buffered");
const IN_FLIGHT = placeOf("inFlight");
const QUEUED_BYTES = placeOf("queuedBytes");
