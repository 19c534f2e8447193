import { readFile } from "node:fs/promises";
import type { Reading } from "./measured-child.js";

const TICKS_PER_SECOND = 100;

/** proc(5): of a process that cannot be asked, its processor time and the most memory that it ever had. */
export async function readingOf(pid: number, records = 0): Promise<Reading> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]);
  return {
    records,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    peakBytes: kilobytes * 1_024,
  };
}
