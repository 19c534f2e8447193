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
 * When the thread is told: some milliseconds after a span has ended, at once where there is much, and now and then while spans are open that may
 * be published as running. No timer keeps a process alive.
 */
export class TellTimes {
  readonly #telling: Telling;
  readonly #tellMillis: number;
  /** 0: never. */
  readonly #openMillis: number;
  #timer: NodeJS.Timeout | undefined;
  #openTimer: NodeJS.Timeout | undefined;
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
    if (this.#openTimer !== undefined || this.#openMillis === 0 || this.#isOver) return;
    this.#openTimer = runDetached(() => setInterval(() => this.#lookAtOpen(), this.#openMillis).unref());
  }

  /** @param waiting what is written and not told yet */
  spanEnded({ ended, bytes }: Pick<SpanBatch, "ended" | "bytes">): void {
    if (ended >= MAX_ENDED || bytes >= MAX_BYTES) this.#telling.tell();
    else if (this.#timer === undefined && !this.#isOver)
      this.#timer = runDetached(() => setTimeout(() => this.#telling.tell(), this.#tellMillis).unref());
  }

  told(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What is to be told now is told by whoever stops it. */
  stop(): void {
    this.#isOver = true;
    this.told();
    this.#stopLooking();
  }

  #lookAtOpen(): void {
    if (!this.#telling.sayOpen()) this.#stopLooking();
  }

  #stopLooking(): void {
    clearInterval(this.#openTimer);
    this.#openTimer = undefined;
  }
}
