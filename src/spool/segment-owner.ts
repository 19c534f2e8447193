/**
 * Whose a segment is: a process, by its id and the time of its start, so that another process which got the same id later is not
 * taken for it. Two containers that share a folder have processes of the same id, so the namespace of the ids belongs to it, too.
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { signalPid } from "../internal/processes.js";

export interface SegmentOwner {
  /** Which machine, start of the machine, and namespace of process ids; 8 hex digits. */
  readonly machine: string;
  readonly pid: number;
  /** When the process started: in clock ticks of `/proc`, or in Unix seconds where there is none. */
  readonly start: string;
}

/** An owner says so often that it is there, by the time of change of its files. */
export const TOUCH_MILLIS = 30_000;
/** Who has not said so for this long is gone, where it cannot be looked up. */
const SILENT_MILLIS = 4 * TOUCH_MILLIS;

let own: SegmentOwner | undefined;

/** This process. */
export function ownSegmentOwner(): SegmentOwner {
  own ??= { machine: machineOf(), pid: process.pid, start: startOf(process.pid) ?? startOfSelf() };
  return own;
}

/**
 * Whether the owner still runs.
 *
 * @param touchedAt Unix milliseconds of the last change of its file: what counts for an owner on another machine or in another container,
 * and on systems without `/proc`
 */
export function isOwnerAlive(owner: SegmentOwner, touchedAt: number): boolean {
  const here = ownSegmentOwner();
  const isFresh = Date.now() - touchedAt < SILENT_MILLIS;
  if (owner.machine !== here.machine) return isFresh;
  if (owner.pid === here.pid) return owner.start === here.start;
  if (!signalPid(owner.pid, 0)) return false;
  const start = startOf(owner.pid);
  return start === undefined ? isFresh : start === owner.start;
}

// Field 22 of /proc/<pid>/stat; the name of the program, in parentheses, may hold blanks and parentheses itself. A zombie is gone.
function startOf(pid: number): string | undefined {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  if (stat === undefined) return undefined;
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" ? "gone" : fields[18];
}

const startOfSelf = (): string => String(Math.round(Date.now() / 1_000 - process.uptime()));

function machineOf(): string {
  const parts = [
    hostname(),
    textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1")),
    textOf(() => readlinkSync("/proc/self/ns/pid")),
  ];
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 8);
}

// Not every system has /proc, and not every process may read it.
function textOf(read: () => string): string | undefined {
  try {
    return read().trim();
  } catch {
    return undefined;
  }
}
