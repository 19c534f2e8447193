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
  /** Lines to skip; `"all"` when the file is as it was when it was done. Looks at the file, see {@link look}. */
  skip(file: string): Promise<number | "all">;
  /** To be called before a file is read again: what it is now is what is saved, so that what is written to it meanwhile is read the next time. */
  look(file: string): Promise<void>;
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
  const seen = new Map<string, Pick<FileProgress, "size" | "modified">>();
  const look = async (file: string): Promise<void> => {
    if (path === undefined || file === "-") return;
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) seen.delete(resolve(file));
    else seen.set(resolve(file), { size: found.size, modified: found.mtimeMs });
  };
  return {
    look,
    async skip(file) {
      await look(file);
      const known = files.get(resolve(file));
      if (known === undefined || path === undefined || file === "-") return 0;
      const { size, modified } = seen.get(resolve(file)) ?? { size: -1, modified: 0 };
      if (known.isDone && size === known.size && modified === known.modified) return "all";
      return size >= known.size ? known.lines : 0;
    },
    lines: (file) => files.get(resolve(file))?.lines ?? 0,
    async save(file, lines, isDone) {
      if (path === undefined || file === "-") return;
      if (!seen.has(resolve(file))) await look(file);
      const { size, modified } = seen.get(resolve(file)) ?? { size: -1, modified: 0 };
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
