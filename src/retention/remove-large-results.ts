import type pg from "pg";
import { removeLargeResult } from "../large-results/large-result-file.js";
import { removeUnusedFiles } from "../large-results/unused-files.js";
import { releaseLargeResults, usedLargeResults } from "../store/large-results/large-result-uses.js";

/**
 * Removes files of large contents whose rows are gone, or say them no more, and those for which no row ever came. Returns how many.
 *
 * @param folder `undefined`: it is not known here
 * @throws what Postgres and the file system throw, and the signal's reason
 */
export async function removeLargeResults(
  pool: pg.Pool,
  folder: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  if (folder === undefined) return 0;
  const { files } = await releaseLargeResults(pool, (sha256) => removeLargeResult(folder, sha256), signal);
  const unused = await removeUnusedFiles(folder, {
    used: (sha256s) => usedLargeResults(pool, sha256s),
    signal,
  });
  return files + unused;
}
