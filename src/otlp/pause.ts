import { setImmediate } from "node:timers/promises";

/** What one go may take before others have a turn. */
const SLICE_MILLIS = 10;

/** Lets the process do other things in between, so that no request holds it for long. */
export class Pause {
  #since = performance.now();

  /** Resolves at once, or after a turn of the event loop when this one has taken long enough. */
  async due(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MILLIS) return;
    await setImmediate();
    this.#since = performance.now();
  }
}
