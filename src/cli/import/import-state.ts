import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isPlainObject } from "../../event/json.js";
import { UnreadableError } from "../framework/exit-codes.js";

/** How far a file got. */
export interface FileProgress {
  readonly size: number;
  readonly modified: number;
  /** Lines that are done, where the file has a document a line. */
  readonly lines: number;
  readonly isDone: boolean;
}

export interface ImportState {
  /** Lines to skip; `"all"` when the file is as it was when it was done. */
  skip(file: string): Promise<number | "all">;
  /** Lines that are done, whether the file has changed since or not. */
  lines(file: string): number;
  /** Written at once, and whole: a process that is killed leaves the last state, not half of one. */
  save(file: string, lines: number, isDone: boolean): Promise<void>;
}

const VERSION = 1;

/**
 * The state that a file keeps between runs; none without a path.
 *
 * A file that grew is gone on with behind its last line. One that shrank, or has no lines and changed, begins anew.
 *
 * @throws UnreadableError when the file is there and is no state
 */
export async function openState(path: string | undefined): Promise<ImportState> {
  const files = path === undefined ? new Map<string, FileProgress>() : await readState(path);
  return {
    async skip(file) {
      const known = files.get(resolve(file));
      if (known === undefined || path === undefined || file === "-") return 0;
      const { size, mtimeMs } = await stat(file).catch(() => ({ size: -1, mtimeMs: 0 }));
      if (known.isDone && size === known.size && mtimeMs === known.modified) return "all";
      return size >= known.size ? known.lines : 0;
    },
    lines: (file) => files.get(resolve(file))?.lines ?? 0,
    async save(file, lines, isDone) {
      if (path === undefined || file === "-") return;
      const { size, mtimeMs: modified } = await stat(file);
      files.set(resolve(file), { size, modified, lines, isDone });
      const text = JSON.stringify({ version: VERSION, files: Object.fromEntries(files) }, null, 2);
      await writeFile(`${path}.new`, `${text}\n`);
      await rename(`${path}.new`, path);
    },
  };
}

async function readState(path: string): Promise<Map<string, FileProgress>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
    throw new UnreadableError(`${path} cannot be read: ${String(error)}`);
  }
  const files = filesIn(text);
  if (files === undefined) throw new UnreadableError(`${path} is not what import --resume wrote.`);
  return files;
}

function filesIn(text: string): Map<string, FileProgress> | undefined {
  try {
    const state: unknown = JSON.parse(text);
    if (!isPlainObject(state) || state.version !== VERSION || !isPlainObject(state.files)) return undefined;
    const entries = Object.entries(state.files);
    return entries.every(([, progress]) => isProgress(progress))
      ? new Map(entries as [string, FileProgress][])
      : undefined;
  } catch {
    return undefined;
  }
}

const isProgress = (value: unknown): boolean =>
  isPlainObject(value) &&
  [value.size, value.modified, value.lines].every((count) => typeof count === "number") &&
  typeof value.isDone === "boolean";
