import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

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
