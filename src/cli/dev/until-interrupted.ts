import { signalExitCode } from "../framework/exit-codes.js";
import type { Interruption } from "../framework/interruption.js";

/**
 * Waits for a start that cannot be called off. When a signal comes meanwhile, the process ends at once: before
 * everything is up there is nothing to end in good order, and the servers' guard ends what was begun.
 */
export async function untilInterrupted<Value>(
  interruption: Interruption,
  work: Promise<Value>,
): Promise<Value> {
  let up = false;
  interruption.onSignal((name) => {
    if (!up) process.exit(signalExitCode(name));
  });
  try {
    return await work;
  } finally {
    up = true;
  }
}
