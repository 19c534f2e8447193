/**
 * Sends a signal to a process by its id. Answers whether the process was there to get it; signal 0 only asks.
 * A process that this one may not signal counts as there.
 */
export function signalPid(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    if (error instanceof Error && "code" in error && error.code === "EPERM") return true;
    throw error;
  }
}
