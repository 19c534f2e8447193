/** The folder that processes of one machine share: which segments are there, and whose they become. */
import { mkdirSync, renameSync, unlinkSync } from "node:fs";
import { appendFile, readdir, rename, stat, unlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import {
  baseOf,
  byAge,
  CORRUPT_ENDING,
  formatSegmentName,
  parseSegmentName,
  type SegmentName,
} from "./segment-name.js";
import { isOwnerAlive, ownSegmentOwner } from "./segment-owner.js";

export interface SegmentEntry extends SegmentName {
  readonly path: string;
  readonly bytes: number;
  /** Unix milliseconds of its last change. */
  readonly touchedAt: number;
}

export type Holder = "nobody" | "this process" | "a running process" | "a process that has ended";

export class SpoolFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Makes it when it is missing; nobody else may look into it. @throws what the file system says */
  make(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
  }

  pathOf(name: SegmentName): string {
    return join(this.path, formatSegmentName(name));
  }

  /** All segments, the oldest first; none when there is no folder. */
  async list(): Promise<readonly SegmentEntry[]> {
    const found = await Promise.all((await this.#files()).map((file) => this.#entry(file)));
    return found.filter((entry) => entry !== undefined).sort(byAge);
  }

  /** Bytes of all files, also of those that were set aside. */
  async bytes(): Promise<number> {
    const sizes = await Promise.all((await this.#files()).map((file) => this.#sizeOf(file)));
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Files with what could not be read. */
  async corrupt(): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
    const files = (await this.#files()).filter((file) => file.endsWith(CORRUPT_ENDING));
    return Promise.all(
      files.map(async (file) => ({ path: join(this.path, file), bytes: await this.#sizeOf(file) })),
    );
  }

  holderOf({ owner, touchedAt }: SegmentEntry): Holder {
    if (owner === undefined) return "nobody";
    const { machine, pid, start } = ownSegmentOwner();
    if (owner.machine === machine && owner.pid === pid && owner.start === start) return "this process";
    return isOwnerAlive(owner, touchedAt) ? "a running process" : "a process that has ended";
  }

  /**
   * Makes a segment of nobody, or of a process that has ended, this process's own. `undefined` when another process was
   * quicker, or when its owner runs.
   */
  async claim(entry: SegmentEntry): Promise<SegmentEntry | undefined> {
    const holder = this.holderOf(entry);
    if (holder === "this process" || holder === "a running process") return undefined;
    const owned = { ...entry, owner: ownSegmentOwner() };
    const path = this.pathOf(owned);
    try {
      await rename(entry.path, path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    // For those who cannot look its owner up, it was last changed by the one that is gone.
    await this.touch(path);
    return { ...owned, path };
  }

  /** Leaves it to whoever comes. A segment that is gone already is none of our business any more. */
  release(name: SegmentName, path = this.pathOf(name)): void {
    try {
      renameSync(path, this.pathOf({ ...name, owner: undefined }));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** Says that its owner is there. Returns whether the file is. */
  async touch(path: string): Promise<boolean> {
    const now = new Date();
    return utimes(path, now, now).then(
      () => true,
      () => false,
    );
  }

  async remove(path: string): Promise<void> {
    await unlink(path).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  removeNow(path: string): void {
    try {
      unlinkSync(path);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** Keeps bytes that cannot be read beside the segments, for people to look at. */
  async setAside(name: SegmentName, bytes: Buffer): Promise<void> {
    await appendFile(join(this.path, `${baseOf(name)}${CORRUPT_ENDING}`), bytes, { mode: 0o600 });
  }

  /** The same with all of a segment. */
  async setAsideWhole(entry: SegmentEntry): Promise<void> {
    await rename(entry.path, join(this.path, `${baseOf(entry)}${CORRUPT_ENDING}`));
  }

  async #files(): Promise<string[]> {
    try {
      return await readdir(this.path);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async #entry(file: string): Promise<SegmentEntry | undefined> {
    const name = parseSegmentName(file);
    if (name === undefined) return undefined;
    const path = join(this.path, file);
    // It may have been removed, or renamed, since the folder was read.
    const found = await stat(path).catch(() => undefined);
    return found && { ...name, path, bytes: found.size, touchedAt: found.mtimeMs };
  }

  async #sizeOf(file: string): Promise<number> {
    return stat(join(this.path, file)).then(
      ({ size }) => size,
      () => 0,
    );
  }
}

/** Whether the file system says that a file or folder is not there. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";
