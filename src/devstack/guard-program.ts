import type { ChildProcess } from "node:child_process";
import type { GuardedCommand, GuardReport, GuardRequest } from "./guard.js";

/**
 * The whole program of the guard process: the text of this function is what `node -e` runs there.
 *
 * Its promise: when the channel to the parent closes, it ends every process that it has started, removes `folder` when
 * it was given one, and exits. The operating system closes the channel however the parent ends, also by SIGKILL, so
 * nothing outlives the parent by more than the grace period of its processes.
 *
 * Since only the text travels, nothing from outside the function may be used in it. Types are fine: they are erased.
 */
export function guardProgram(folder: string | null): void {
  const { spawn } = process.getBuiltinModule("node:child_process");
  const { closeSync, openSync, rmSync } = process.getBuiltinModule("node:fs");
  const running = new Map<number, { child: ChildProcess; command: GuardedCommand }>();
  const cleanups = new Map<string, GuardedCommand>();
  let ending = false;

  // For whoever finds it in a list of processes.
  process.title = `agent-actions guard of ${folder ?? "a kept folder"}`;
  process.on("message", (request: GuardRequest) => {
    if (request.type === "spawn") start(request.id, request.command);
    else deliver(request.id, request.signal);
  });
  process.once("disconnect", end);
  // Whatever goes wrong here, ending early is better than leaving something behind.
  process.on("uncaughtException", end);
  // A service manager that stops a whole group of processes asks the guard too.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);

  function start(id: number, command: GuardedCommand): void {
    if (ending) return;
    let child: ChildProcess;
    try {
      child = launch(command, command.command, command.args);
    } catch (error) {
      report({ type: "failed", id, reason: String(error) });
      return;
    }
    running.set(id, { child, command });
    if (command.cleanupCommand) cleanups.set(command.cleanupCommand.join(" "), command);
    child.once("spawn", () => report({ type: "spawned", id, pid: child.pid ?? 0 }));
    child.on("error", (error) => {
      // A signal that could not be sent ends up here too, and then the process is still there.
      if (child.pid === undefined) report({ type: "failed", id, reason: error.message });
      if (child.pid === undefined) gone(id);
    });
    child.once("exit", (code, signal) => {
      report({ type: "exited", id, code, signal });
      gone(id);
    });
  }

  function launch(context: GuardedCommand, file: string, args: readonly string[]): ChildProcess {
    const log = openSync(context.logFile, "a");
    try {
      return spawn(file, [...args], {
        cwd: context.cwd,
        env: context.env,
        stdio: ["ignore", log, log],
        windowsHide: true,
        shell: context.shell ?? false,
        ...context.account,
      });
    } finally {
      closeSync(log);
    }
  }

  function deliver(id: number, signal: NodeJS.Signals): void {
    const target = running.get(id);
    if (!target) return;
    const { signalCommand } = target.command;
    if (signalCommand) aside(target.command, signalCommand, signal);
    else target.child.kill(signal);
  }

  function aside(context: GuardedCommand, [file, ...args]: readonly string[], signal: string): ChildProcess {
    const helper = launch(
      context,
      file ?? "",
      args.map((arg) => arg.replace("{signal}", signal)),
    );
    // What went wrong with a command that starts stands in the log; one that does not even start has no other way out.
    helper.on("error", () => undefined);
    return helper;
  }

  function report(message: GuardReport): void {
    // The parent may be gone before this process knows. Without a callback that would be an uncaught error.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  function gone(id: number): void {
    running.delete(id);
    if (ending) leaveWhenAlone();
  }

  function end(): void {
    if (ending) return;
    ending = true;
    for (const [id, { command }] of running) {
      deliver(id, command.endSignal);
      // A stopped process takes no other signal until it is continued.
      deliver(id, "SIGCONT");
      setTimeout(() => deliver(id, "SIGKILL"), command.graceMillis);
    }
    leaveWhenAlone();
  }

  function leaveWhenAlone(): void {
    if (running.size > 0) return;
    const [next] = cleanups;
    if (next) {
      const [key, command] = next;
      cleanups.delete(key);
      aside(command, command.cleanupCommand ?? [], "").once("close", leaveWhenAlone);
      return;
    }
    // Processes of a server that was killed may still write for an instant.
    if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    process.exit();
  }
}
