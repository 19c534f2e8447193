import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { diag } from "@opentelemetry/api";
import { hasDiagLogger } from "../../src/internal/api-global.js";
import { settlesWithin } from "../../src/internal/settles-within.js";
import type { ExporterOptions } from "../options.js";
import { PacedPort } from "./paced-port.js";
import type { SpanBatch } from "./span-operations.js";
import type { FromThread, Question, ThreadSettings, ToThread } from "./thread-messages.js";
import type { ThreadState } from "./thread-state.js";

export interface LinkOptions {
  readonly options: ExporterOptions;
  /** See {@link ThreadSettings}. */
  readonly pauseMillis: number;
  readonly env: NodeJS.ProcessEnv;
  readonly state: ThreadState;
  /** The thread could not be started, or has ended by itself. Called once. */
  readonly onEnd: (why: string) => void;
  /** Starts the thread; throws where it cannot. @default a worker thread of `span-thread.ts` */
  readonly start?: StartThread | undefined;
}

export type StartThread = (settings: ThreadSettings, env: NodeJS.ProcessEnv) => SpanThread;

/** What is used of a worker thread. */
export interface SpanThread {
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

/**
 * The way to the thread and back. It keeps no process alive, except while an answer is waited for. To be made detached: its port holds on to the async
 * context in which it is made.
 */
export class ThreadLink {
  readonly #state: ThreadState;
  readonly #port: MessagePort;
  readonly #messages: PacedPort;
  readonly #thread: SpanThread;
  readonly #waiting = new Map<number, () => void>();
  #lastId = 0;
  #hasLogger = false;
  #isOver = false;

  /** @throws where no thread can be started */
  constructor({ options, pauseMillis, env, state, onEnd, start = startThread }: LinkOptions) {
    this.#state = state;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const settings = { isSpanThread: true, port: port2, state: state.buffer, options, pauseMillis } as const;
    this.#thread = start(settings, env);
    const ended = (why: string) => {
      if (this.#isOver) return;
      this.#close();
      onEnd(why);
    };
    this.#messages = new PacedPort(port1, ended);
    this.#thread.on("error", (error) => ended(error instanceof Error ? error.message : String(error)));
    this.#thread.on("exit", (code) => ended(`it ended with the code ${code}`));
    this.#port.on("message", (message: FromThread) => this.#hear(message));
    // Behind the listeners: one for messages keeps the process alive.
    this.#thread.unref();
    this.#port.unref();
  }

  send(batch: SpanBatch): void {
    const hasLogger = hasDiagLogger();
    if (hasLogger !== this.#hasLogger) this.#post({ hasLogger });
    this.#hasLogger = hasLogger;
    this.#post(batch);
  }

  /** Whether it was answered within the time, or the thread has ended. Keeps the process alive meanwhile. */
  async ask(question: Question, millis: number): Promise<boolean> {
    if (this.#isOver) return true;
    const id = ++this.#lastId;
    const answered = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    this.#port.ref();
    this.#post({ ask: question, id });
    const inTime = await settlesWithin(answered, millis);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#port.unref();
    return inTime;
  }

  /** The same in this turn, for the end of the process. */
  askNow(question: Question, millis: number): boolean {
    if (this.#isOver) return true;
    const id = ++this.#lastId;
    this.#post({ ask: question, id });
    this.#messages.postAll();
    const inTime = this.#state.waitForAnswer(id, millis);
    for (
      let one = receiveMessageOnPort(this.#port);
      one !== undefined;
      one = receiveMessageOnPort(this.#port)
    )
      this.#hear(one.message);
    return inTime;
  }

  /** Ends the thread. */
  async end(): Promise<void> {
    this.#close();
    await this.#thread.terminate();
  }

  #close(): void {
    this.#isOver = true;
    this.#messages.stop();
    for (const resolve of this.#waiting.values()) resolve();
    this.#port.close();
  }

  #hear(message: FromThread): void {
    if ("answered" in message) this.#waiting.get(message.answered)?.();
    else diag[message.log](...(message.args as [string, ...string[]]));
  }

  #post(message: ToThread): void {
    this.#messages.post(message);
  }
}

// Nothing of what the agent's own threads are started with: `--import` of this package would record in there.
const startThread: StartThread = (settings, env) =>
  new Worker(new URL("./span-thread.cjs", import.meta.url), {
    workerData: settings,
    transferList: [settings.port],
    execArgv: [],
    env,
    name: "otel-agent-actions spans",
  });
