import { open } from "node:fs/promises";

const TAIL_BYTES = 8_192;

/** The last `lines` lines of a log file, or a remark that there are none. */
export async function logTail(file: string, lines = 30): Promise<string> {
  const text = await lastBytes(file);
  const tail = text.trimEnd().split("\n").slice(-lines).join("\n");
  return tail === "" ? "(its log is empty)" : tail;
}

async function lastBytes(file: string): Promise<string> {
  const handle = await open(file, "r").catch(() => undefined);
  if (!handle) return "";
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size - start), position: start });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
