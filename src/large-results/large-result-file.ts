/**
 * Contents that are too large for a record, as files of one folder: `ab/cdef….json.gz`, named by the SHA-256 of the JSON text in them, so that
 * equal ones are one file. Nobody changes a file: it is written under another name, brought to the disk, and renamed.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { LargeResult } from "../event/large-result.js";

export const FILE_NAME = /^[0-9a-f]{62}\.json\.gz$/;
/** What a file is called until it is whole. */
export const UNFINISHED_NAME = /^\.[0-9a-z-]+\.part$/;

export const folderOfFile = (folder: string, sha256: string): string => join(folder, sha256.slice(0, 2));

export const pathOfFile = (folder: string, sha256: string): string =>
  join(folderOfFile(folder, sha256), `${sha256.slice(2)}.json.gz`);

/** A large content cannot be given back. The message says which one, and why. */
export class LargeResultError extends Error {
  override readonly name = "LargeResultError";
  /** `missing`: there is no such file. `changed`: what is in it is not what was written. `unreadable`: the system refuses it. */
  readonly reason: "missing" | "changed" | "unreadable";

  constructor(reason: LargeResultError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * The JSON text of a large content, after it was read once to check that it is what was written.
 *
 * @throws LargeResultError
 */
export async function openLargeResult(folder: string, expected: LargeResult): Promise<Readable> {
  const path = pathOfFile(folder, expected.sha256);
  try {
    await pipeline(createReadStream(path), createGunzip(), checked(expected), async (chunks) => {
      for await (const _ of chunks);
    });
  } catch (error) {
    throw asLargeResultError(error, path, expected);
  }
  return Readable.from(read(path, expected), { objectMode: false });
}

// The file may be replaced between the two readings: what is passed on is checked too, and ends with an error instead of its end.
async function* read(path: string, expected: LargeResult): AsyncGenerator<Buffer> {
  const file = createReadStream(path);
  const text = createGunzip();
  const check = checked(expected);
  const reading = pipeline(file, text, check);
  reading.catch(() => undefined);
  try {
    for await (const chunk of check) yield chunk as Buffer;
    await reading;
  } catch (error) {
    throw asLargeResultError(error, path, expected);
  } finally {
    file.destroy();
    text.destroy();
  }
}

/** Passes bytes on, and fails where they are others than were written. */
function checked({ sha256, bytes }: LargeResult): Transform {
  const hash = createHash("sha256");
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      seen += chunk.length;
      // What unpacks to more than it may is not read to its end.
      if (seen > bytes) return done(new ContentChanged());
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done: TransformCallback) {
      done(seen === bytes && hash.digest("hex") === sha256 ? null : new ContentChanged());
    },
  });
}

class ContentChanged extends Error {}

function asLargeResultError(error: unknown, path: string, { sha256 }: LargeResult): LargeResultError {
  if (error instanceof LargeResultError) return error;
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "ENOENT")
    return new LargeResultError("missing", `There is no file of the large result ${sha256}.`);
  const isChanged =
    error instanceof ContentChanged || code.startsWith("Z_") || code === "ERR_STREAM_PREMATURE_CLOSE";
  return isChanged
    ? new LargeResultError(
        "changed",
        `The file of the large result ${sha256} was changed: its SHA-256 is another one.`,
      )
    : new LargeResultError(
        "unreadable",
        `The file of the large result ${sha256} cannot be read: ${code || error} (${path})`,
      );
}

/** Removes the file; one that is gone is as good. Throws what the file system throws. */
export const removeLargeResult = (folder: string, sha256: string): Promise<void> =>
  rm(pathOfFile(folder, sha256), { force: true });
