import { runDetached } from "../deliver/run-detached.js";
import type { ResolvedExporterOptions } from "../resolve-exporter-options.js";
import type { SpanBatch } from "./span-operations.js";
import { MILLIS } from "./thread-for.js";

/** So much is told at once; more would hold the agent for longer. */
const MAX_ENDED = 64;
const MAX_BYTES = 262_144;

/** What is done when it is time. None may throw. */
interface Telling {
  tell(): void;
  /** Says what is open; returns whether anything is. */
  sayOpen(): boolean;
}

/**
 * When the thread is told of spans that ended: at the end of the turn, or, while others were told some milliseconds ago, when these are over; at once
 * where there is much. Waking this thread costs more than telling, so a span that comes alone has no timer. Of spans that are open, and may be
 * published as running, it is told now and then. Nothing here keeps a process alive.
 */
export class TellTimes {
  readonly #telling: Telling;
  readonly #tellMillis: number;
  /** 0: never. */
  readonly #openMillis: number;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  /** `performance.now()` */
  #toldAt = Number.NEGATIVE_INFINITY;
  /** Made once: with async hooks in use, making one costs as much as a span. */
  #openTimer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isOver = false;

  constructor(
    {
      lingerMillis,
      inFlightAfterMillis,
    }: Pick<ResolvedExporterOptions, "lingerMillis" | "inFlightAfterMillis">,
    telling: Telling,
  ) {
    this.#telling = telling;
    this.#tellMillis = Math.min(MILLIS.tell, lingerMillis);
    this.#openMillis = Math.min(MILLIS.open, Math.ceil(inFlightAfterMillis / 4));
  }

  spanStarted(): void {
    if (this.#isLooking || this.#openMillis === 0 || this.#isOver) return;
    this.#isLooking = true;
    if (this.#openTimer !== undefined) this.#openTimer.refresh();
    else this.#openTimer = runDetached(() => setTimeout(() => this.#lookAtOpen(), this.#openMillis).unref());
  }

  /** @param waiting what is written and not told yet */
  spanEnded({ ended, bytes }: Pick<SpanBatch, "ended" | "bytes">): void {
    if (ended >= MAX_ENDED || bytes >= MAX_BYTES) this.#telling.tell();
    else if (this.#timer === undefined && this.#immediate === undefined && !this.#isOver) this.#tellSoon();
  }

  told(): void {
    this.#toldAt = performance.now();
    this.#forgetTimes();
  }

  /** What is to be told now is told by whoever stops it. */
  stop(): void {
    this.#isOver = true;
    this.#forgetTimes();
    clearTimeout(this.#openTimer);
  }

  #tellSoon(): void {
    const wait = this.#toldAt + this.#tellMillis - performance.now();
    if (wait > 0) this.#timer = runDetached(() => setTimeout(() => this.#telling.tell(), wait).unref());
    // It lasts for less than a turn, and holds on to nothing of the agent for longer.
    else this.#immediate = setImmediate(() => this.#telling.tell()).unref();
  }

  #forgetTimes(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
  }

  #lookAtOpen(): void {
    this.#isLooking = this.#telling.sayOpen();
    if (this.#isLooking && !this.#isOver) this.#openTimer?.refresh();
  }
}
