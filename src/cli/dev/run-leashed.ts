import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { signalExitCode } from "../framework/exit-codes.js";
import type { Interruption } from "../framework/interruption.js";
import type { LeashReport, LeashRequest } from "./leash-messages.js";

export interface LeashedProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Its signals are passed on to the program, which decides what to do with them. */
  readonly interruption: Interruption;
  /** Told in words why the program could not be run. */
  readonly onFailure: (message: string) => void;
}

/** What shells answer when a program is not there, and when it is there and may not be run. */
const EXIT_NOT_FOUND = 127;
const EXIT_NOT_EXECUTABLE = 126;

/**
 * Runs a program with the standard streams of this process and answers the exit code that a shell would: the
 * program's own, or 128 and the number of the signal that ended it. The program ends when this process does.
 */
export function runLeashed({ command, args, env, interruption, onFailure }: LeashedProgram): Promise<number> {
  const atTerminal = process.stdin.isTTY === true;
  const leash = spawn(
    process.execPath,
    [
      fileURLToPath(new URL("./leash-program.js", import.meta.url)),
      atTerminal ? "direct" : "group",
      command,
      ...args,
    ],
    { env, stdio: ["inherit", "inherit", "inherit", "ipc"], detached: !atTerminal },
  );
  interruption.onSignal((signal) => {
    // Ctrl-C reaches every process at the terminal by itself.
    if (atTerminal && signal === "SIGINT") return;
    const request: LeashRequest = { signal };
    if (leash.connected) leash.send(request);
  });
  return new Promise((resolve, reject) => {
    let exitCode: number | undefined;
    leash.on("message", (report: LeashReport) => {
      if (report.type === "failed") onFailure(`${command} could not be run: ${report.message}`);
      exitCode = exitCodeOf(report);
    });
    leash.once("error", reject);
    leash.once("exit", (code, signal) => resolve(exitCode ?? signalOrCode(code, signal)));
  });
}

function exitCodeOf(report: LeashReport): number {
  if (report.type === "failed") return report.code === "EACCES" ? EXIT_NOT_EXECUTABLE : EXIT_NOT_FOUND;
  return signalOrCode(report.code, report.signal);
}

function signalOrCode(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 1) : signalExitCode(signal);
}
