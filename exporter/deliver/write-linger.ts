import { runDetached } from "./run-detached.js";

/** Handing a write to another thread costs more than writing some records, so a few wait for company. */
const WRITE_AFTER_MILLIS = 50;

/** How long records that are to be written wait for others. */
export class WriteLinger {
  readonly #onOver: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(onOver: () => void) {
    this.#onOver = onOver;
  }

  /** Whether they have waited for long enough. */
  get isOver(): boolean {
    return this.#isOver;
  }

  start(): void {
    this.#timer ??= runDetached(() =>
      setTimeout(() => {
        this.#timer = undefined;
        this.#isOver = true;
        this.#onOver();
      }, WRITE_AFTER_MILLIS).unref(),
    );
  }

  /** They are being written: those that come now wait anew. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isOver = false;
  }
}
