import { setTimeout as sleep } from "node:timers/promises";
import { signalPid } from "./signal-pid.js";

const POLL_MILLIS = 10;

/** Resolves when no process has this id any more. For processes that are not children of this one. */
export async function pidGone(pid: number): Promise<void> {
  while (signalPid(pid, 0)) await sleep(POLL_MILLIS);
}
