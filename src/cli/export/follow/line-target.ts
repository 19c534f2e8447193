import { type FileHandle, open } from "node:fs/promises";
import { CommandError } from "../../framework/exit-codes.js";
import type { Output } from "../../framework/output.js";

/** Where lines go that are written as they come. */
export interface LineTarget {
  write(line: string): Promise<void>;
  /** Resolves when all lines so far are with the reader, or on the disk: to `false` where the reader is gone. */
  flush(): Promise<boolean>;
  close(): Promise<void>;
}

/** Standard output; a pipe has the lines when `flush` resolves to `true`. */
export const outputTarget = (out: Output): LineTarget => ({
  write: async (line) => out.result(line),
  flush: () =>
    new Promise((resolve) => {
      if (out.readerGone.aborted) resolve(false);
      else process.stdout.write("", (error) => resolve(!error && !out.readerGone.aborted));
    }),
  close: async () => undefined,
});

/**
 * A file that lines are added to. A last line that was not finished, because a process was killed, is taken away: it is written again.
 *
 * @throws CommandError where it cannot be written
 */
export async function fileTarget(path: string): Promise<LineTarget> {
  const refused = (error: unknown): CommandError =>
    new CommandError(
      `${path} cannot be written: ${error instanceof Error ? error.message : error}. Another place: --output FILE`,
    );
  let handle: FileHandle;
  try {
    handle = await open(path, "a+", 0o600);
    const { size } = await handle.stat();
    const end = await endOfLines(handle, size);
    if (end < size) await handle.truncate(end);
  } catch (error) {
    throw refused(error);
  }
  return {
    write: (line) =>
      handle.appendFile(`${line}\n`).catch((error) => {
        throw refused(error);
      }),
    flush: () =>
      handle.sync().then(
        () => true,
        (error) => {
          throw refused(error);
        },
      ),
    close: () => handle.close(),
  };
}

const PORTION = 65_536;

/** Where the last whole line ends. */
async function endOfLines(handle: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; end -= PORTION) {
    const from = Math.max(end - PORTION, 0);
    const { buffer } = await handle.read({ buffer: Buffer.alloc(end - from), position: from });
    const at = buffer.lastIndexOf(0x0a);
    if (at !== -1) return from + at + 1;
  }
  return 0;
}
