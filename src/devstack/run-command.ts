import { DevStackError } from "../errors.js";
import type { Guard } from "./guard.js";
import type { GuardedCommand } from "./guarded-command.js";
import { logTail } from "./log-tail.js";

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
