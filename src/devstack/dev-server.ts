import { DevStackError } from "../errors.js";
import { childPids, pidGone, signalPid } from "../internal/processes.js";
import type { GuardedCommand, GuardedProcess } from "./guard.js";
import { logTail } from "./run-command.js";
import type { StackHome } from "./stack-home.js";

/**
 * A server that tests can treat as the world treats servers. It is `running`, `paused` or `stopped`:
 *
 * - `stop` and `kill` lead to `stopped` from anywhere, with the data kept; both do nothing when it is stopped already;
 * - `restart` leads to `running` from anywhere, on the same port and the same data, and resolves when clients are served;
 * - `pause` and `resume` go between `running` and `paused`: connections stay open and nothing responds (not on Windows);
 * - `close` is the end: the server is stopped, and a temporary folder is removed.
 *
 * The calls are to be made one after another, each after the one before it has resolved.
 */
export interface DevServer {
  /** Process id, `undefined` while stopped. */
  readonly pid: number | undefined;
  /** Where the server's log is. */
  readonly logFile: string;
  /** Resolves, with the end of its log in the message, when the server ends without having been asked to. */
  readonly crashed: Promise<DevStackError>;
  /** Ends the server in good order. */
  stop(): Promise<void>;
  /** Ends the server at once, as a crash of the machine would. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

export interface DevServerSetup {
  /** As it stands in messages: `Kafka`. */
  readonly name: string;
  readonly home: StackHome;
  /** This server is the only one in its home, so the home ends with it. */
  readonly ownsHome: boolean;
  readonly command: GuardedCommand;
  readonly stopSignal: NodeJS.Signals;
  /**
   * A server that was killed has left something outside of its folder, which only its successor takes away: the shared
   * memory of Postgres.
   */
  readonly successorCleansUp?: boolean;
  /** Resolves when a client is served in full. Called again after every restart. */
  readonly ready: (aborted: AbortSignal) => Promise<void>;
}

const READY_MILLIS = 90_000;
const STOP_MILLIS = 20_000;

/** Starts the server and resolves when it is ready. Rejects with the end of its log when it is not. */
export async function startDevServer(setup: DevServerSetup): Promise<DevServer> {
  const server = new ManagedServer(setup);
  await server.restart();
  return server;
}

class ManagedServer implements DevServer {
  readonly crashed: Promise<DevStackError>;
  readonly #setup: DevServerSetup;
  readonly #reportCrash: (error: DevStackError) => void;
  #process: GuardedProcess | undefined;
  #unclean = false;

  constructor(setup: DevServerSetup) {
    this.#setup = setup;
    let report: (error: DevStackError) => void = () => undefined;
    this.crashed = new Promise((resolve) => {
      report = resolve;
    });
    this.#reportCrash = report;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get logFile(): string {
    return this.#setup.command.logFile;
  }

  async stop(): Promise<void> {
    await this.#end(this.#setup.stopSignal);
  }

  async kill(): Promise<void> {
    this.#unclean = true;
    await this.#end("SIGKILL");
  }

  async restart(): Promise<void> {
    await this.stop();
    const release = this.#setup.home.guard.hold();
    try {
      await this.#start();
    } finally {
      release();
    }
  }

  async #start(): Promise<void> {
    const { home, command, ready, name } = this.#setup;
    const process = await home.guard.spawn(command).catch((cause: unknown) => {
      throw new DevStackError(`${name} could not be run (${command.command}): ${String(cause)}`, { cause });
    });
    this.#process = process;
    const given = new AbortController();
    const giveUp = (reason: string) => given.abort(new DevStackError(reason));
    const deadline = setTimeout(
      () => giveUp(`it did not respond within ${READY_MILLIS / 1_000} s`),
      READY_MILLIS,
    );
    const exit = process.exited.then(() => giveUp("it ended while it was starting"));
    try {
      await ready(given.signal);
    } catch (cause) {
      await this.kill();
      const reason = cause instanceof Error ? cause.message : String(cause);
      const tail = await logTail(command.logFile);
      throw new DevStackError(
        `${name} did not come up: ${reason}.\nThe end of ${command.logFile}:\n${tail}`,
        {
          cause,
        },
      );
    } finally {
      clearTimeout(deadline);
    }
    this.#unclean = false;
    void exit.then(() => this.#ended(process));
  }

  async pause(): Promise<void> {
    await this.#signalAll("SIGSTOP");
  }

  async resume(): Promise<void> {
    await this.#signalAll("SIGCONT");
  }

  async close(): Promise<void> {
    const { home, ownsHome, command, stopSignal, successorCleansUp } = this.#setup;
    // A server that cannot start again must not stand in the way of the end.
    if (this.#unclean && successorCleansUp) await this.restart().catch(() => undefined);
    await this.#end(home.temporary ? command.endSignal : stopSignal);
    if (ownsHome) await home.guard.close();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const process = this.#process;
    if (!process) return;
    this.#process = undefined;
    const release = this.#setup.home.guard.hold();
    const children = await childPids(process.pid);
    process.signal(signal);
    // A paused process takes no signal but SIGKILL until it is continued.
    process.signal("SIGCONT");
    for (const pid of children) signalPid(pid, signal === "SIGKILL" ? "SIGKILL" : "SIGCONT");
    const patience = setTimeout(() => process.signal("SIGKILL"), STOP_MILLIS);
    await process.exited;
    clearTimeout(patience);
    // Postgres refuses to start again while a child of its predecessor is attached to the shared memory.
    await Promise.all(children.map(pidGone));
    release();
  }

  /** The children of Postgres serve the connections. They come second: a parent that is stopped makes no more of them. */
  async #signalAll(signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
    const process = this.#process;
    if (!process) throw new DevStackError(`${this.#setup.name} is stopped.`);
    // Not by way of the guard, unless the process is elsewhere: the signal has to be there before the children are listed.
    if (this.#setup.command.signalCommand) process.signal(signal);
    else signalPid(process.pid, signal);
    for (const pid of await childPids(process.pid)) signalPid(pid, signal);
  }

  async #ended(process: GuardedProcess): Promise<void> {
    if (this.#process !== process) return;
    this.#process = undefined;
    this.#unclean = true;
    const { name, command } = this.#setup;
    this.#reportCrash(
      new DevStackError(
        `${name} ended by itself. The end of ${command.logFile}:\n${await logTail(command.logFile)}`,
      ),
    );
  }
}
