import { spawn } from "node:child_process";
import type { SupervisorReport, SupervisorRequest } from "./supervised-program.js";

/*
 * Runs between the command line and a program of the user, with the program's own standard streams, and ends the
 * program when the command line is gone, however that came: the channel between the two then closes, also after a
 * SIGKILL. It takes no signal for itself; those from the terminal reach the program directly, others are passed on.
 *
 * As leader of a process group of its own (`group`), it signals the group, so that a shell's children end with the
 * shell. At a terminal it must not have a group of its own, or the program could not read from the terminal.
 */
const [mode, command = "", ...args] = process.argv.slice(2);
const leadsGroup = mode === "group";
const PATIENCE_MILLIS = 2_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.on(signal, () => undefined);

const child = spawn(command, args, { stdio: "inherit", shell: process.platform === "win32" });

let ended = false;
child.once("error", (error: NodeJS.ErrnoException) =>
  finish({ type: "failed", code: error.code ?? "", message: error.message }),
);
child.once("exit", (code, signal) => finish({ type: "exited", code, signal }));

process.on("message", ({ signal }: SupervisorRequest) => pass(signal));
process.once("disconnect", () => {
  if (ended) return;
  pass("SIGTERM");
  setTimeout(() => pass("SIGKILL"), PATIENCE_MILLIS).unref();
});

function pass(signal: NodeJS.Signals): void {
  if (leadsGroup) process.kill(0, signal);
  else child.kill(signal);
}

function finish(report: SupervisorReport): void {
  ended = true;
  if (process.connected) process.send?.(report, () => process.disconnect());
}
