/**
 * Who reads a folder: one process at a time, so that the events of a run are stored in their order, and it is known when all is read.
 *
 * The name of the lock says whose it is, as the name of a segment does: `reader.1f3a5b7d-4711-88123.lock`. One of a process that has ended
 * is renamed, which one of several succeeds in. Where there is none, everybody makes one of his own and has it only when he sees no other.
 */
import { unlinkSync } from "node:fs";
import { readdir, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isOwnerAlive, ownSegmentOwner, type SegmentOwner, TOUCH_MILLIS } from "./segment-owner.js";
import { isMissing, type SpoolFolder } from "./spool-folder.js";

const FORM = /^reader\.(?<machine>[0-9a-f]{8})-(?<pid>\d+)-(?<start>\w+)\.lock$/;

export class ReaderLock {
  readonly #path: string;
  readonly #touching: NodeJS.Timeout;

  private constructor(path: string) {
    this.#path = path;
    this.#touching = setInterval(() => {
      const now = new Date();
      // Should it be gone, others take the folder: each file is still read by one process only.
      void utimes(path, now, now).catch(() => undefined);
    }, TOUCH_MILLIS).unref();
  }

  /** `undefined`: another process reads the folder. Makes the folder when it is missing. @throws what the file system says */
  static async take(folder: SpoolFolder): Promise<ReaderLock | undefined> {
    folder.make();
    const path = join(folder.path, nameOf(ownSegmentOwner()));
    for (const { path: other, owner, touchedAt } of await locks(folder)) {
      if (other === path || isOwnerAlive(owner, touchedAt)) return undefined;
      const isOurs = await rename(other, path).then(
        () => true,
        (error: unknown) => {
          if (isMissing(error)) return false;
          throw error;
        },
      );
      if (!isOurs) return undefined;
    }
    await writeFile(path, "", { mode: 0o600 });
    if ((await locks(folder)).every(({ path: other }) => other === path)) return new ReaderLock(path);
    await unlink(path);
    return undefined;
  }

  /** In this turn. */
  release(): void {
    clearInterval(this.#touching);
    try {
      unlinkSync(this.#path);
    } catch {
      // Whoever comes next finds that its owner has ended.
    }
  }
}

interface FoundLock {
  readonly path: string;
  readonly owner: SegmentOwner;
  readonly touchedAt: number;
}

async function locks(folder: SpoolFolder): Promise<readonly FoundLock[]> {
  const found = await Promise.all(
    (await readdir(folder.path)).map(async (file): Promise<FoundLock | undefined> => {
      const { machine, pid, start } = FORM.exec(file)?.groups ?? {};
      if (machine === undefined || start === undefined) return undefined;
      const path = join(folder.path, file);
      const owner = { machine, pid: Number(pid), start };
      return stat(path).then(
        ({ mtimeMs }) => ({ path, owner, touchedAt: mtimeMs }),
        () => undefined,
      );
    }),
  );
  return found.filter((lock) => lock !== undefined);
}

const nameOf = ({ machine, pid, start }: SegmentOwner): string => `reader.${machine}-${pid}-${start}.lock`;
