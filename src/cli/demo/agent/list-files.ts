import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { promisify } from "node:util";

export interface ListedFile {
  /** From the folder on. */
  readonly path: string;
  readonly bytes: number;
  /** In lower case, without the dot. */
  readonly extension: string;
}

/** A folder of any size is surveyed in a second: beyond this many files it is looked at in part. */
export const MAX_FILES = 4_000;

const SKIPPED = new Set(["node_modules", "dist", "build", "target", "coverage", "vendor", "__pycache__"]);

/** Whether git knows files of the folder. */
export async function isTracked(folder: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)("git", ["rev-parse", "--show-prefix"], { cwd: folder });
    return stdout.endsWith("\n");
  } catch {
    // No git, or no repository: either way there is nothing to ask it.
    return false;
  }
}

/** Files that git tracks. Rejects when the folder is in no repository, or there is no git. */
export async function listWithGit(folder: string): Promise<ListedFile[]> {
  const { stdout } = await promisify(execFile)("git", ["ls-files", "-z"], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  });
  return describe(folder, stdout.split("\0").filter(Boolean).slice(0, MAX_FILES));
}

/** Files below the folder, without hidden folders and those that tools fill. */
export async function listByWalking(folder: string): Promise<ListedFile[]> {
  const paths: string[] = [];
  const folders = [folder];
  for (let at = folders.shift(); at !== undefined && paths.length < MAX_FILES; at = folders.shift()) {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isFile()) paths.push(relative(folder, path));
      if (entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name)) folders.push(path);
    }
  }
  return describe(folder, paths.slice(0, MAX_FILES));
}

async function describe(folder: string, paths: readonly string[]): Promise<ListedFile[]> {
  const files = await Promise.all(
    paths.map(async (path) => {
      // git also lists what has been deleted and not committed, and a file can go while it is looked at.
      const found = await stat(join(folder, path)).catch(() => undefined);
      return found?.isFile()
        ? [{ path, bytes: found.size, extension: extname(path).slice(1).toLowerCase() }]
        : [];
    }),
  );
  return files.flat();
}
