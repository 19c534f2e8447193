import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { signalPid } from "./signal-pid.js";

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
