/**
 * Has large contents redacted and written by a thread of its own, so that the agent waits for none of it: handing a content over takes turns of
 * a million characters. It is started with the first content, ends when there is nothing more for a while, and keeps no process alive.
 *
 * Each content comes to one end, exactly once: it is on the disk, or not kept for one reason. A thread that fails or hangs is replaced.
 */
import { Worker } from "node:worker_threads";
import type { NotKeptReason } from "../../src/event/large-result.js";
import { settlesWithin } from "../../src/internal/settles-within.js";
import type { WrittenResult } from "../../src/large-results/write-large-result.js";
import type { LargeText } from "../read/large-text.js";
import type { Destination, FromThread, KeepSettings, ToThread } from "./keep-messages.js";
import { LargeResultCounts, type LargeResultStats } from "./large-result-stats.js";

export type KeptContent =
  | { readonly written: WrittenResult; readonly shown: string }
  | { readonly content: Uint8Array }
  | { readonly notKept: NotKeptReason };

export interface KeeperOptions extends KeepSettings {
  /** Most characters that wait. */
  readonly maxWaiting: number;
  /** Told why a content was not kept, where the reason does not say it. Must not throw. */
  readonly onFailure: (why: string) => void;
  /** Starts the thread; throws where it cannot. @default a worker thread of `keep-thread.ts` */
  readonly start?: ((settings: KeepSettings) => KeepThread) | undefined;
}

/** What is used of a worker thread. */
export interface KeepThread {
  postMessage(message: ToThread): void;
  on(event: "message", listener: (message: FromThread) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  unref(): void;
  terminate(): Promise<unknown>;
}

interface Job {
  readonly text: LargeText;
  readonly to: Destination;
  readonly done: (kept: KeptContent) => void;
  isBegun: boolean;
}

/** Characters of one message. */
const PART_LENGTH = 1_000_000;
/** From the last part of a content to its file. */
const LIMIT_MILLIS = 120_000;
const IDLE_MILLIS = 10_000;
/** What is left at the end of a process is redacted for so long: whoever stops it kills it some seconds later, and then all is lost. */
const GIVE_UP_MILLIS = 2_000;

export class LargeResultKeeper {
  readonly #options: KeeperOptions;
  readonly #counts = new LargeResultCounts();
  /** The first is under way. */
  readonly #jobs: Job[] = [];
  #waiting = 0;
  /** No thread has ever answered, and one has failed: there is none here, as in a bundle. */
  #cannotStart = false;
  #hasAnswered = false;
  #thread: KeepThread | undefined;
  #timer: NodeJS.Timeout | undefined;
  #whenIdle: (() => void)[] = [];

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  get stats(): LargeResultStats {
    return this.#counts.snapshot(this.#jobs.length, this.#waiting);
  }

  /** Whether so many more characters may wait. Where not, those that were to become a file are counted as not kept. */
  takes(length: number, to: Destination = "file"): boolean {
    if (to !== "file" && this.#cannotStart) return false;
    if (this.#waiting + length <= this.#options.maxWaiting) return true;
    if (to === "file") this.#counts.notKept("busy");
    return false;
  }

  /** Never throws. @param done called once, in a later turn or by {@link giveUp}; must not throw */
  keep(text: LargeText, to: Destination, done: (kept: KeptContent) => void): void {
    this.#waiting += text.text.length;
    this.#jobs.push({ text, to, done, isBegun: false });
    if (this.#jobs.length === 1) setImmediate(() => this.#begin());
  }

  /** Whether all that was to be kept came to its end when the time was up; `undefined` where nothing is under way. */
  settled(limitMillis: number): Promise<boolean> | undefined {
    if (this.#jobs.length === 0) return undefined;
    return settlesWithin(new Promise<void>((resolve) => this.#whenIdle.push(resolve)), limitMillis);
  }

  /** Ends all that is under way, in this turn. What the agent's own thread has no time for is cut. */
  giveUp(): void {
    this.#endThread();
    const began = performance.now();
    while (this.#jobs.length > 0)
      this.#end({ notKept: performance.now() - began < GIVE_UP_MILLIS ? "unfinished" : "timed_out" });
  }

  #begin(): void {
    const [job] = this.#jobs;
    if (job === undefined || job.isBegun) return;
    job.isBegun = true;
    try {
      this.#hand(this.#running(), job, 0);
    } catch (error) {
      this.#failed(error);
    }
  }

  #hand(thread: KeepThread, job: Job, from: number): void {
    if (thread !== this.#thread || job !== this.#jobs[0]) return;
    const { name, text, form } = job.text;
    try {
      if (from < text.length) {
        send(thread, { part: text.slice(from, from + PART_LENGTH) });
        setImmediate(() => this.#hand(thread, job, from + PART_LENGTH));
        return;
      }
      send(thread, { end: { name, form, to: job.to } });
      this.#within(LIMIT_MILLIS, () => {
        this.#endThread();
        this.#next({ notKept: "timed_out" });
      });
    } catch (error) {
      this.#failed(error);
    }
  }

  #running(): KeepThread {
    clearTimeout(this.#timer);
    if (this.#thread !== undefined) return this.#thread;
    const { folder, maxBytes, redaction, start = startThread } = this.#options;
    const thread = start({ folder, maxBytes, redaction });
    thread.on("message", (message: FromThread) => {
      if (thread === this.#thread) this.#answered(message);
    });
    thread.on("error", (error) => {
      if (thread === this.#thread) this.#failed(error);
    });
    // Behind the listeners: one for messages keeps the process alive.
    thread.unref();
    this.#thread = thread;
    return thread;
  }

  #answered(message: FromThread): void {
    this.#hasAnswered = true;
    if ("notKept" in message && message.why !== undefined) this.#options.onFailure(message.why);
    this.#next(message);
  }

  #failed(error: unknown): void {
    this.#options.onFailure(error instanceof Error ? error.message : String(error));
    this.#cannotStart = !this.#hasAnswered;
    this.#endThread();
    this.#next({ notKept: "failed" });
  }

  #next(kept: KeptContent): void {
    clearTimeout(this.#timer);
    this.#end(kept);
    if (this.#jobs.length > 0) setImmediate(() => this.#begin());
    else if (this.#thread !== undefined) this.#within(IDLE_MILLIS, () => this.#endThread());
  }

  #end(kept: KeptContent): void {
    const job = this.#jobs.shift();
    if (job === undefined) return;
    this.#waiting -= job.text.text.length;
    if ("written" in kept) this.#counts.kept(kept.written);
    else if ("notKept" in kept && (job.to === "file" || kept.notKept === "timed_out"))
      this.#counts.notKept(kept.notKept);
    job.done(kept);
    if (this.#jobs.length > 0) return;
    for (const wake of this.#whenIdle) wake();
    this.#whenIdle = [];
  }

  #within(millis: number, late: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(late, millis);
    this.#timer.unref();
  }

  #endThread(): void {
    clearTimeout(this.#timer);
    const thread = this.#thread;
    this.#thread = undefined;
    thread?.terminate().catch(() => undefined);
  }
}

const send = (thread: KeepThread, message: ToThread): void => thread.postMessage(message);

// Nothing of what the agent's own threads are started with: `--import` of this package would record in there.
const startThread = (settings: KeepSettings): KeepThread =>
  new Worker(new URL("./keep-thread.js", import.meta.url), {
    workerData: settings,
    execArgv: [],
    env: {},
    name: "otel-agent-actions large results",
  });
