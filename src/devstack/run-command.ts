import { open } from "node:fs/promises";
import { DevStackError } from "../errors.js";
import type { Guard, GuardedCommand } from "./guard.js";

/** Runs a command to its end under the guard. Throws with the end of its output unless it exits with 0. */
export async function runCommand(guard: Guard, what: string, command: GuardedCommand): Promise<void> {
  const process = await guard.spawn(command).catch((cause: unknown) => {
    throw new DevStackError(`${what} could not be run (${command.command}): ${String(cause)}`, { cause });
  });
  const { code, signal } = await process.exited;
  if (code === 0) return;
  throw new DevStackError(
    `${what} failed (${signal ? `killed by ${signal}` : `exit code ${code}`}). The end of its output:\n${await logTail(command.logFile)}`,
  );
}

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
