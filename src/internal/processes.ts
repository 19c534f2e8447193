import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const POLL_MILLIS = 10;

/** Resolves when the process with this id, which need not be a child of this one, runs no more. */
export async function pidGone(pid: number): Promise<void> {
  while (signalPid(pid, 0) && !(await isZombie(pid))) await sleep(POLL_MILLIS);
}

/** Ended, but not yet taken notice of by its parent: in a container whose first process is no init, it stays so for ever. */
async function isZombie(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name, in parentheses, may itself hold spaces and parentheses.
  return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
}

/**
 * Sends a signal to a process by its id. Returns whether the process was there to get it; signal 0 only asks.
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

/** Process ids of the direct children of `pid`; none on Windows. */
export async function childPids(pid: number): Promise<readonly number[]> {
  if (process.platform === "win32") return [];
  if (process.platform === "linux") {
    // Slim container images have no ps.
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
    return text.split(" ").filter(Boolean).map(Number);
  }
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child);
}
