import { constants } from "node:os";
import { SIGNAL_EXIT_BASE } from "./exit-codes.js";

/** The exit code that a shell gives to a process which a signal ended. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return SIGNAL_EXIT_BASE + constants.signals[signal];
}
