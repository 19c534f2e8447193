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
