import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FILE_NAME, UNFINISHED_NAME } from "./large-result-file.js";

/** Longer than an event may be in a spool: after that no row will come that uses the file. */
const UNUSED_MILLIS = 8 * 86_400_000;
/** No file is written for longer. */
const UNFINISHED_MILLIS = 86_400_000;
const AT_ONCE = 1_000;

export interface UnusedFiles {
  /** Of these, those that are used. */
  readonly used: (sha256s: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Breaks off between two parts. */
  readonly signal: AbortSignal;
  /** Unix milliseconds. @default now */
  readonly now?: number;
}

/**
 * Removes files that no row has come for in eight days, and what a process that was killed has left of one. Files that are not of this kind
 * are left alone. Returns how many went.
 *
 * @throws what the file system throws, also where there is no such folder, what `used` throws, and the signal's reason
 */
export async function removeUnusedFiles(
  folder: string,
  { used, signal, now = Date.now() }: UnusedFiles,
): Promise<number> {
  let removed = 0;
  for (const part of await readdir(folder)) {
    if (!/^[0-9a-f]{2}$/.test(part)) continue;
    const within = join(folder, part);
    const old: string[] = [];
    for (const name of await entries(within)) {
      const limit = FILE_NAME.test(name)
        ? UNUSED_MILLIS
        : UNFINISHED_NAME.test(name)
          ? UNFINISHED_MILLIS
          : Number.POSITIVE_INFINITY;
      if (now - (await changedAt(join(within, name))) > limit) old.push(name);
    }
    for (let from = 0; from < old.length; from += AT_ONCE) {
      signal.throwIfAborted();
      const names = old.slice(from, from + AT_ONCE);
      const kept = await used(
        names.filter((name) => FILE_NAME.test(name)).map((name) => part + name.slice(0, 62)),
      );
      const gone = names.filter((name) => !kept.has(part + name.slice(0, 62)));
      for (const name of gone) await rm(join(within, name), { force: true });
      removed += gone.length;
    }
  }
  return removed;
}

async function entries(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

/** Unix milliseconds; of what is gone meanwhile, now. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Number.POSITIVE_INFINITY;
    throw error;
  }
}
