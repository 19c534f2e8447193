import { randomUUID } from "node:crypto";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { CommandError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";

/** Where an export is written to. */
export interface ExportSink {
  /** Writes a line. Resolves when more may be written. */
  write(text: string): Promise<void>;
  /** Writes bytes as they are. Resolves when more may be written. */
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** What was written is whole. */
  finish(): Promise<void>;
  /** Leaves nothing behind, where that can be. After `finish` it does nothing. Never rejects. */
  discard(): Promise<void>;
}

/** Standard output, which waits for its reader by itself. */
export const standardOutput = (out: Output): ExportSink => ({
  write: async (text) => out.result(text),
  writeBytes: async () => {
    throw new Error("Standard output is for lines.");
  },
  finish: async () => undefined,
  discard: async () => undefined,
});

/**
 * A file that is there when it is whole, and not before: it is written beside its place and renamed. Its owner may read it, as it has what agents
 * were told and did.
 *
 * @throws CommandError where it cannot be written
 */
export async function outputFile(path: string): Promise<ExportSink> {
  const refused = (error: unknown): CommandError =>
    new CommandError(
      `${path} cannot be written: ${error instanceof Error ? error.message : error}. Another place: --output FILE`,
    );
  let handle: FileHandle;
  let target: string;
  let partial: string;
  try {
    target = await placeOf(path);
    partial = `${target}.${randomUUID()}.partial`;
    handle = await open(partial, "wx", 0o600);
  } catch (error) {
    throw refused(error);
  }
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  };
  let isDone = false;
  const writeBytes = async (bytes: Uint8Array): Promise<void> => {
    await handle.writeFile(bytes).catch((error) => {
      throw refused(error);
    });
  };
  return {
    write: (text) => writeBytes(Buffer.from(`${text}\n`)),
    writeBytes,
    async finish() {
      try {
        await handle.sync();
        await close();
        await rename(partial, target);
      } catch (error) {
        throw refused(error);
      }
      isDone = true;
    },
    async discard() {
      if (isDone) return;
      await close().catch(() => undefined);
      await rm(partial, { force: true }).catch(() => undefined);
    },
  };
}

/** The file itself where the path is a link. What is no file, such as /dev/stdout, is not put in its place. */
async function placeOf(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    if (!(await stat(real)).isFile()) throw new Error("it is no regular file");
    return real;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return path;
    throw error;
  }
}
