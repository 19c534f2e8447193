import { SpoolFolder } from "../../src/spool/spool-folder.js";
import { FIRST_LOOK_MILLIS, LOOK_MILLIS } from "../deliver/look-times.js";
import { runDetached } from "../deliver/run-detached.js";

/**
 * Looks now and then whether processes that have ended left events in a folder, and calls `found` once when they did: sending them is the
 * thread's work, and a program that records nothing needs no thread otherwise. Keeps no process alive. Returns how to stop.
 */
export function whenEventsAreLeft(directory: string, found: () => void): () => void {
  const folder = new SpoolFolder(directory);
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const lookIn = (millis: number) => {
    timer = runDetached(() => setTimeout(() => void look(), millis).unref());
  };
  const look = async () => {
    const areLeft = await hasEventsLeft(folder);
    if (isStopped) return;
    if (areLeft) found();
    else lookIn(LOOK_MILLIS);
  };
  lookIn(FIRST_LOOK_MILLIS);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

async function hasEventsLeft(folder: SpoolFolder): Promise<boolean> {
  try {
    return (await folder.list()).some((entry) => {
      const holder = folder.holderOf(entry);
      return holder === "nobody" || holder === "a process that has ended";
    });
  } catch {
    // Whoever sends them reports why they cannot be read.
    return true;
  }
}
