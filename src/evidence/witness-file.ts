/** Whether the log goes on from what a witness's file has: one that was emptied, or restored from a backup, does not. */
import { open, stat } from "node:fs/promises";
import type pg from "pg";
import { readState, subtreesOf } from "./log-table.js";
import { rootOf } from "./merkle.js";
import { type Checkpoint, readCheckpoint, type VerifierKey } from "./note.js";

/** The file of a witness has a checkpoint of another log than that of the database. */
export class OtherEvidenceLog extends Error {
  override readonly name = "OtherEvidenceLog";
}

/** Some hundred checkpoints: a file gets one a second. */
const TAIL_BYTES = 65_536;
const NOTHING_TO_READ: ReadonlySet<string> = new Set(["ENOENT", "EACCES", "EPERM"]);

/**
 * Holds the log against the largest checkpoint at the end of the file that the key has signed. A file that is not there, may not be read
 * or has none says nothing. Throws {@link OtherEvidenceLog}, and what the file system and Postgres throw.
 */
export async function checkWitnessFile(file: string, pool: pg.Pool, key: VerifierKey): Promise<void> {
  // The file first: what others add to it meanwhile is in the log by then.
  const known = largestCheckpoint(await readTail(file), key);
  if (known === undefined) return;
  const size = (await readState(pool))?.treeSize ?? 0;
  const what =
    size < known.size
      ? `and the log has ${size}: it was emptied, or an older database was restored`
      : !known.root.equals(await rootOf(known.size, subtreesOf(pool, known.size)))
        ? "with another root than that of the log: it was emptied, changed or restored"
        : undefined;
  if (what !== undefined)
    throw new OtherEvidenceLog(
      `${file} has a signed checkpoint of ${known.size} leaves, ${what}. Nothing is added to the file: keep it, run agent-actions audit verify --checkpoint with it, and give the service another file`,
    );
}

/** Of a text that may begin and end within a note. `undefined`: the key has signed none. */
export function largestCheckpoint(text: string, key: VerifierKey): Checkpoint | undefined {
  const parts = text.split("\n\n");
  let largest: Checkpoint | undefined;
  for (let at = 1; at < parts.length; at++) {
    if (!parts[at]?.startsWith("\u2014 ")) continue;
    const checkpoint = readCheckpoint(`${parts[at - 1]?.replace(/^\n+/, "")}\n\n${parts[at]}\n`, key);
    if (checkpoint !== undefined && checkpoint.size > (largest?.size ?? 0)) largest = checkpoint;
  }
  return largest;
}

async function readTail(file: string): Promise<string> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    // Whoever opens a pipe waits for its other end.
    if (!(await stat(file)).isFile()) return "";
    handle = await open(file, "r");
  } catch (error) {
    if (NOTHING_TO_READ.has((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
