import { spawn } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { signalExitCode } from "../framework/exit-codes.js";
import type { Interruption } from "../framework/interruption.js";

/** What the supervisor reports about the program that it runs. */
export type SupervisorReport =
  | { readonly type: "exited"; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: "failed"; readonly code: string; readonly message: string };

/** What the supervisor is asked. */
export interface SupervisorRequest {
  readonly signal: NodeJS.Signals;
}

export interface SupervisedProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Its signals are passed on to the program, which decides what to do with them. */
  readonly interruption: Interruption;
  /** Called with a sentence that says why the program could not be run. */
  readonly onFailure: (message: string) => void;
}

/** What shells return when a program is not there, and when it is there and may not be run. */
const EXIT_NOT_FOUND = 127;
const EXIT_NOT_EXECUTABLE = 126;

/**
 * Runs a program with the standard streams of this process and returns the exit code that a shell would: the
 * program's own, or 128 and the number of the signal that ended it. The program ends when this process does.
 */
export function runSupervised({
  command,
  args,
  env,
  interruption,
  onFailure,
}: SupervisedProgram): Promise<number> {
  const atTerminal = process.stdin.isTTY === true;
  const supervisor = spawn(
    process.execPath,
    [
      fileURLToPath(new URL("./supervisor.js", import.meta.url)),
      atTerminal ? "direct" : "group",
      command,
      ...args,
    ],
    { env, stdio: ["inherit", "inherit", "inherit", "ipc"], detached: !atTerminal },
  );
  interruption.onSignal((signal) => {
    // Ctrl-C reaches every process at the terminal by itself.
    if (atTerminal && signal === "SIGINT") return;
    const request: SupervisorRequest = { signal };
    if (supervisor.connected) supervisor.send(request);
  });
  return new Promise((resolve, reject) => {
    let exitCode: number | undefined;
    supervisor.on("message", (report: SupervisorReport) => {
      if (report.type === "failed") onFailure(`${command} could not be run: ${report.message}`);
      exitCode = exitCodeOf(report);
    });
    supervisor.once("error", reject);
    supervisor.once("exit", (code, signal) => resolve(exitCode ?? signalOrCode(code, signal)));
  });
}

/** Why a program cannot be run, as far as its file shows, and how a shell would end; `undefined` when nothing speaks against it. */
export async function whyNotRunnable(
  command: string,
  { PATH = "" }: NodeJS.ProcessEnv,
): Promise<{ readonly message: string; readonly exitCode: number } | undefined> {
  // There, extensions and the command interpreter decide.
  if (process.platform === "win32") return undefined;
  const files = command.includes("/")
    ? [command]
    : PATH.split(delimiter).map((folder) => join(folder, command));
  const found = await Promise.all(files.map(accessOf));
  if (found.includes("executable")) return undefined;
  const where = command.includes("/") ? "" : " in PATH";
  return found.includes("present")
    ? { message: `${command} could not be run: it is not executable`, exitCode: EXIT_NOT_EXECUTABLE }
    : { message: `${command} could not be run: there is no such program${where}`, exitCode: EXIT_NOT_FOUND };
}

async function accessOf(file: string): Promise<"executable" | "present" | "absent"> {
  try {
    if (!(await stat(file)).isFile()) return "present";
    await access(file, constants.X_OK);
    return "executable";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EACCES" ? "present" : "absent";
  }
}

function exitCodeOf(report: SupervisorReport): number {
  if (report.type === "failed") return report.code === "EACCES" ? EXIT_NOT_EXECUTABLE : EXIT_NOT_FOUND;
  return signalOrCode(report.code, report.signal);
}

function signalOrCode(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 1) : signalExitCode(signal);
}
