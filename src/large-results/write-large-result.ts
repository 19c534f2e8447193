/** Writes large contents to their folder, in the turn of the caller, who is a thread of its own. */
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import type { LargeResult } from "../event/large-result.js";
import { folderOfFile, pathOfFile } from "./large-result-file.js";

export interface WrittenResult extends LargeResult {
  /** Bytes that its file takes. */
  readonly storedBytes: number;
}

/** How often it is looked at what other processes have written. */
const LOOK_AGAIN_MILLIS = 60_000;

export class LargeResultWriter {
  readonly #folder: string;
  readonly #maxBytes: number;
  #used = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** @param maxBytes most bytes of all files in the folder, whoever wrote them */
  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /**
   * Writes a JSON text, or finds it there. Returns when it is on the disk.
   *
   * @returns `"full"` where the folder has no room for it
   * @throws what the file system throws
   */
  write(json: string): WrittenResult | "full" {
    const text = Buffer.from(json, "utf8");
    const sha256 = createHash("sha256").update(text).digest("hex");
    const path = pathOfFile(this.#folder, sha256);
    const there = sizeOf(path);
    if (there !== undefined) {
      // Whoever removes what nobody uses passes over what was asked for just now.
      const now = new Date();
      utimesSync(path, now, now);
      return { sha256, bytes: text.length, storedBytes: there };
    }
    const packed = gzipSync(text);
    if (this.#bytesUsed() + packed.length > this.#maxBytes) return "full";
    const folder = folderOfFile(this.#folder, sha256);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#put(packed, folder, path);
    this.#used += packed.length;
    return { sha256, bytes: text.length, storedBytes: packed.length };
  }

  #put(bytes: Buffer, folder: string, path: string): void {
    const unfinished = join(folder, `.${process.pid}-${threadId}-${++this.#count}.part`);
    const file = openSync(unfinished, "w", 0o600);
    try {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(unfinished, path);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
    syncFolder(folder);
  }

  #bytesUsed(): number {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_AGAIN_MILLIS) return this.#used;
    this.#lookedAt = now;
    this.#used = bytesIn(this.#folder);
    return this.#used;
  }
}

/** The new name is on the disk too, where the system can say so. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const opened = openSync(folder, "r");
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

function bytesIn(folder: string): number {
  const parts = entriesOf(folder).filter((name) => /^[0-9a-f]{2}$/.test(name));
  return parts.reduce(
    (sum, part) =>
      entriesOf(join(folder, part)).reduce((all, name) => all + (sizeOf(join(folder, part, name)) ?? 0), sum),
    0,
  );
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
