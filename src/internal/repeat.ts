import { backoffMillis } from "./backoff-millis.js";
import { delay } from "./delay.js";

export interface RepeatOptions {
  /** Ends the repeating: at once where it pauses, after the turn that is under way otherwise. */
  readonly signal: AbortSignal;
  /** @param failures in a row, from 1 */
  readonly onFailure: (error: unknown, failures: number) => void;
  /** A turn went well after so many that failed. */
  readonly onRecovery: (failures: number) => void;
}

const BACKOFF = { initialMillis: 1_000, maximumMillis: 30_000 };

/**
 * Takes turns until it is aborted, and pauses between them: for as many milliseconds as the turn returned, and after a failure for one second,
 * which doubles up to 30 with each further one. Never rejects; a turn that fails because of the end is not reported.
 */
export async function repeat(
  turn: () => Promise<number>,
  { signal, onFailure, onRecovery }: RepeatOptions,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let pause: number;
    try {
      pause = await turn();
      if (failures > 0) onRecovery(failures);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      onFailure(error, failures);
      pause = backoffMillis(failures, BACKOFF);
    }
    await delay(pause, signal);
  }
}
