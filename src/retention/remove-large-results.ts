import { stat } from "node:fs/promises";
import type pg from "pg";
import { LargeResultError, removeLargeResult } from "../large-results/large-result-file.js";
import { removeUnusedFiles } from "../large-results/unused-files.js";
import { releaseLargeResults, usedLargeResults } from "../store/large-results/large-result-uses.js";

/**
 * Removes files of large contents whose rows are gone, or say them no more, and those for which no row ever came. Returns how many.
 *
 * @param folder `undefined`: it is not known here
 * @throws LargeResultError where the folder cannot be used, what Postgres throws, and the signal's reason
 */
export async function removeLargeResults(
  pool: pg.Pool,
  folder: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  if (folder === undefined) return 0;
  try {
    // Before the rows of a folder that is not this one are told that their files are gone.
    await checkFolder(folder);
    const { files } = await releaseLargeResults(pool, (sha256) => removeLargeResult(folder, sha256), signal);
    const used = (sha256s: readonly string[]) => usedLargeResults(pool, sha256s);
    return files + (await removeUnusedFiles(folder, { used, signal }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    const why = `The folder of large results cannot be used: ${(error as Error).message}. The next round tries again.`;
    throw new LargeResultError("unreadable", why);
  }
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) return;
  const what = found === undefined ? "There is no folder" : "This is no folder:";
  throw new LargeResultError(
    "unreadable",
    `${what} ${folder}, so no large result was removed: name the one that AGENT_ACTIONS_LARGE_RESULTS names for agents.`,
  );
}
