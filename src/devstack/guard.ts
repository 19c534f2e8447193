import { type ChildProcess, spawn } from "node:child_process";
import { DevStackError } from "../errors.js";
import { signalPid } from "../internal/processes.js";
import { guardProgram } from "./guard-program.js";

/** A process that the guard starts, with all it needs to end it when nobody is left to say how. */
export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Takes what the process writes to stdout and stderr. Made when absent, else added to. */
  readonly logFile: string;
  /** Sent when the parent is gone. SIGKILL follows after `graceMillis`. */
  readonly endSignal: NodeJS.Signals;
  readonly graceMillis: number;
  /** Account of an unprivileged user. Only for a parent that runs as root. */
  readonly account?: { readonly uid: number; readonly gid: number };
  /**
   * Delivers a signal in place of kill(2), for a process that lives elsewhere, as in a container.
   * `{signal}` in an argument stands for the signal's name.
   */
  readonly signalCommand?: readonly string[];
  /** Run once before the guard itself ends, when all processes are gone. */
  readonly cleanupCommand?: readonly string[];
  /** The command is a script of the command interpreter, such as `mvn.cmd` on Windows. */
  readonly shell?: boolean;
}

/** From the parent to the guard. The end of the channel is the third request: end everything. */
export type GuardRequest =
  | { readonly type: "spawn"; readonly id: number; readonly command: GuardedCommand }
  | { readonly type: "signal"; readonly id: number; readonly signal: NodeJS.Signals };

/** From the guard to the parent. */
export type GuardReport =
  | { readonly type: "spawned"; readonly id: number; readonly pid: number }
  | { readonly type: "failed"; readonly id: number; readonly reason: string }
  | ({ readonly type: "exited"; readonly id: number } & ProcessExit);

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that ends when this one does, however this one ends. */
export interface GuardedProcess {
  readonly pid: number;
  /** Resolves when the process is gone; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Sends a signal; does nothing when the process is gone. */
  signal(signal: NodeJS.Signals): void;
}

/** Starts processes by way of a small process beside this one, which outlives this one just long enough to end them. */
export interface Guard {
  /** Rejects when the file cannot be run. */
  spawn(command: GuardedCommand): Promise<GuardedProcess>;
  /** Ends what still runs, removes the folder and resolves when the guard itself is gone. */
  close(): Promise<void>;
  /**
   * A guard does not keep this process from ending when it has nothing else to do: that ends the servers too. While
   * somebody holds it, it does. Returns the function that lets go.
   */
  hold(): () => void;
}

interface Waiting {
  readonly spawned: (pid: number) => void;
  readonly failed: (error: Error) => void;
  readonly exited: (exit: ProcessExit) => void;
  pid?: number;
}

/** `folder`, when given, is removed with everything in it once all processes are gone. */
export function createGuard(folder?: string): Guard {
  const child = startGuardProcess(folder);
  const waiting = new Map<number, Waiting>();
  const closed = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let lastId = 0;
  let holders = 0;
  keep(child, false);

  child.on("message", (report: GuardReport) => {
    const process = waiting.get(report.id);
    if (!process) return;
    if (report.type === "spawned") {
      process.pid = report.pid;
      process.spawned(report.pid);
      return;
    }
    waiting.delete(report.id);
    if (report.type === "failed") process.failed(new DevStackError(report.reason));
    else process.exited({ code: report.code, signal: report.signal });
  });
  child.once("exit", () => abandon(waiting));

  function request(message: GuardRequest): void {
    if (child.connected) child.send(message, () => undefined);
  }

  function hold(): () => void {
    holders += 1;
    keep(child, true);
    return once(() => {
      holders -= 1;
      if (holders === 0) keep(child, false);
    });
  }

  return {
    hold,
    spawn(command) {
      const id = ++lastId;
      const release = hold();
      const started = new Promise<GuardedProcess>((resolve, reject) => {
        if (!child.connected) throw new DevStackError("The guard process of the development stack is gone.");
        const exited = new Promise<ProcessExit>((settle) => {
          waiting.set(id, {
            spawned: (pid) =>
              resolve({ pid, exited, signal: (signal) => request({ type: "signal", id, signal }) }),
            failed: reject,
            exited: settle,
          });
        });
        request({ type: "spawn", id, command });
      });
      return started.finally(release);
    },
    async close() {
      keep(child, true);
      if (child.connected) child.disconnect();
      await closed;
    },
  };
}

function startGuardProcess(folder: string | undefined): ChildProcess {
  // Some compilers wrap named functions in a helper called __name, which does not travel with the text.
  const program = `const __name = (f) => f; (${guardProgram})(${JSON.stringify(folder ?? null)})`;
  // NODE_OPTIONS is meant for the application: a debugger or instrumentation has no business in the guard.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return spawn(process.execPath, ["-e", program], {
    env,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    // In a session of its own, Ctrl-C at the terminal reaches only the parent, which can then end things in order.
    detached: true,
    windowsHide: true,
  });
}

function keep(child: ChildProcess, held: boolean): void {
  for (const handle of [child, child.channel]) {
    if (held) handle?.ref();
    else handle?.unref();
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}

/** The guard is gone. If it was killed, its processes are still there: end them from here. */
function abandon(waiting: Map<number, Waiting>): void {
  for (const [id, { pid, failed, exited }] of waiting) {
    waiting.delete(id);
    if (pid === undefined)
      failed(new DevStackError("The guard process of the development stack was killed."));
    else {
      signalPid(pid, "SIGKILL");
      exited({ code: null, signal: "SIGKILL" });
    }
  }
}
