/**
 * Has spans read, redacted and sent by a thread of its own: the agent's thread copies what they say, and tells it some at a time. What was told
 * is kept here until the thread has taken it, so that a thread that cannot start, or fails, loses none of it: the agent's own thread does the
 * work from then on.
 * What is accepted fits into the queue: what is on its way counts with what the thread has. No method throws or rejects.
 */
import { type Context, isSpanContextValid } from "@opentelemetry/api";
import { describeError } from "../../src/internal/describe-error.js";
import type { ExporterStats } from "../deliver/delivery-counters.js";
import { DROP_SENTENCES } from "../deliver/drop-sentences.js";
import { type FlushAtExit, flushAtExit } from "../deliver/exit-flush.js";
import { runDetached } from "../deliver/run-detached.js";
import { log, say } from "../deliver/say.js";
import { takeLargeContents } from "../deliver/take-large-contents.js";
import type { ExporterOptions } from "../options.js";
import { isSampled } from "../read/is-sampled.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { ResolvedExporterOptions } from "../resolve-options-with.js";
import type { SpanProcessing } from "../span-processing.js";
import { whenEventsAreLeft } from "./events-left.js";
import { MirroredSpans } from "./mirrored-spans.js";
import { NO_STATS, sumOfStats, withQueueLost } from "./stats-numbers.js";
import { TellTimes } from "./tell-times.js";
import { MILLIS, optionsOfThread } from "./thread-for.js";
import { type StartThread, ThreadLink } from "./thread-link.js";
import { ThreadState } from "./thread-state.js";
import { ToldBatches } from "./told-batches.js";
import { ToldSpans } from "./told-spans.js";

/** Makes what processes spans in the thread that calls it. */
export type MakeProcessing = (options: ExporterOptions, resolved: ResolvedExporterOptions) => SpanProcessing;

export class ThreadedProcessing {
  readonly #options: ExporterOptions;
  readonly #resolved: ResolvedExporterOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #makeLocal: MakeProcessing;
  readonly #start: StartThread | undefined;
  readonly #state = new ThreadState();
  readonly #spans = new ToldSpans();
  readonly #told = new ToldBatches(this.#state);
  #link: ThreadLink | undefined;
  /** Does the work where there is no thread any more. */
  #local: SpanProcessing | undefined;
  /** What became of events where there is no thread any more. */
  #former = NO_STATS;
  #tooLate = 0;
  #end: Promise<void> | undefined;
  /** Listeners of `exit` that come later may still record: there is no later turn, so each action is kept in its own. */
  #isAtEnd = false;
  /** The thread did not answer at the end: nothing more is accepted. */
  #isOver = false;
  readonly #times: TellTimes;
  #stopLooking: () => void = () => undefined;
  readonly #leaveExitFlush: () => void;

  /**
   * @param makeLocal called when there is no thread, or no time for one any more
   * @param start see {@link ThreadLink}
   */
  constructor(
    options: ExporterOptions,
    resolved: ResolvedExporterOptions,
    makeLocal: MakeProcessing,
    start?: StartThread,
  ) {
    this.#options = options;
    this.#resolved = resolved;
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.#env = env;
    this.#makeLocal = makeLocal;
    this.#start = start;
    this.#times = new TellTimes(resolved, {
      tell: () => this.#guard(() => this.#tell()),
      sayOpen: () => this.#sayOpen(),
    });
    this.#leaveExitFlush = resolved.flushOnExit ? flushAtExit(this.#processEnd) : () => undefined;
    if (resolved.largeResults !== undefined) takeLargeContents(resolved.largeResultsMaxWaitingBytes);
    const { spoolDirectory } = resolved;
    // What earlier processes left in a spool does not wait for the first span of this one.
    if (resolved.spool !== "off" && spoolDirectory !== undefined)
      this.#stopLooking = whenEventsAreLeft(spoolDirectory, () => this.#guard(() => this.#startLink()));
  }

  onStart(span: ReadableSpan, parentContext: Context): void {
    if (this.#local !== undefined) this.#local.onStart(span, parentContext);
    else this.#guard(() => this.#started(span, parentContext));
  }

  onEnd(span: ReadableSpan): void {
    if (this.#local !== undefined) this.#local.onEnd(span);
    else this.#guard(() => this.#ended(span));
  }

  async forceFlush(): Promise<void> {
    if (this.#end !== undefined) return this.#end;
    this.#tell();
    await this.#link?.ask({ to: "flush" }, this.#resolved.flushTimeoutMillis + MILLIS.patience);
    await this.#local?.forceFlush();
  }

  shutdown(): Promise<void> {
    this.#end ??= this.#shutDown();
    return this.#end;
  }

  stats(): ExporterStats {
    const late = {
      ...NO_STATS,
      ended: this.#tooLate,
      dropped: { ...NO_STATS.dropped, shut_down: this.#tooLate },
    };
    const here = sumOfStats(this.#former, late);
    if (this.#local !== undefined) return sumOfStats(here, this.#local.stats());
    const { onTheWay, taken } = this.#told.stats(this.#spans.waiting);
    return sumOfStats(sumOfStats(here, taken), onTheWay);
  }

  #started(span: ReadableSpan, parentContext: Context): void {
    this.#spans.started(span, parentContext);
    this.#times.spanStarted();
  }

  #sayOpen(): boolean {
    this.#guard(() => {
      this.#spans.sayOpen();
      if (!this.#spans.waiting.isEmpty) this.#tell();
    });
    return this.#spans.hasOpen;
  }

  #ended(span: ReadableSpan): void {
    const { ack } = this.#spans.startOf(span);
    const reason = this.#reasonAgainst();
    let isTaken = reason === undefined;
    if (reason === "shut_down") this.#tooLate++;
    else if (reason !== undefined) this.#spans.lost(span, reason, DROP_SENTENCES[reason]);
    else isTaken = this.#tryToSay(span);
    if (ack !== undefined) {
      const isTold = isTaken && (isSampled(span) || this.#resolved.recordUnsampled);
      ack.taken = (isTold && isSpanContextValid(span.spanContext())) || ack.taken === true;
    }
    if (this.#isAtEnd && isTaken) this.#keepLate();
    else this.#times.spanEnded(this.#spans.waiting);
  }

  #tryToSay(span: ReadableSpan): boolean {
    try {
      this.#spans.ended(span);
      return true;
    } catch (error) {
      const why = describeError(error).message;
      this.#spans.lost(
        span,
        "internal_error",
        `An event was dropped by a defect of otel-agent-actions: ${why}`,
      );
      return false;
    }
  }

  #reasonAgainst(): keyof typeof DROP_SENTENCES | undefined {
    if (this.#end !== undefined || this.#isOver) return "shut_down";
    const { spool, maxQueueSize, maxQueueBytes } = this.#resolved;
    // With a spool, what the thread has no room for goes to the disk: only what is on its way is bounded here.
    const underWay = this.#told.underWay(this.#spans.waiting, spool === "off");
    return underWay.events < maxQueueSize && underWay.bytes <= maxQueueBytes ? undefined : "queue_full";
  }

  #tell(): void {
    this.#times.told();
    if (this.#spans.waiting.isEmpty || this.#local !== undefined) return;
    const batch = this.#spans.take();
    this.#told.add(batch);
    const link = this.#link ?? this.#startLink();
    try {
      link?.send(batch);
    } catch (error) {
      this.#withoutThread(describeError(error).message);
    }
  }

  #startLink(): ThreadLink | undefined {
    this.#stopLooking();
    const options = {
      options: optionsOfThread(this.#options, this.#resolved),
      pauseMillis: this.#resolved.lingerMillis,
      env: this.#env,
      state: this.#state,
      onEnd: (why: string) => this.#withoutThread(why),
      start: this.#start,
    };
    try {
      this.#link = runDetached(() => new ThreadLink(options));
    } catch (error) {
      this.#withoutThread(describeError(error).message);
    }
    return this.#link;
  }

  /** The agent's own thread does the work from now on, and begins with what the other one has not taken. */
  #withoutThread(why: string): void {
    if (this.#local !== undefined) return;
    const { stats } = this.#state.read();
    const left = stats.held + stats.buffered + stats.inFlight;
    // What was on its way to Kafka may have arrived all the same.
    this.#former = withQueueLost(stats);
    const message = `The thread of spanThread cannot be used: ${why}. The agent's own thread does its work from now on.`;
    if (left > 0) say("warn", `${message} Events that it had, and that may not have arrived: ${left}.`);
    else log().warn(message);
    this.#startLocal();
  }

  #startLocal(): SpanProcessing {
    this.#times.stop();
    // The end of the process is heard of here.
    const local = this.#makeLocal(this.#options, { ...this.#resolved, flushOnExit: false });
    const mirrored = new MirroredSpans(local);
    for (const batch of this.#told.takeLeft()) mirrored.read(batch);
    if (!this.#spans.waiting.isEmpty) mirrored.read(this.#spans.take());
    this.#local = local;
    return local;
  }

  async #shutDown(): Promise<void> {
    this.#stopLooking();
    this.#tell();
    this.#times.stop();
    await this.#link?.ask({ to: "shut down" }, this.#resolved.shutdownTimeoutMillis + MILLIS.patience);
    await this.#local?.shutdown();
    this.#leaveExitFlush();
    await this.#link?.end();
  }

  get #processEnd(): FlushAtExit {
    const threaded = this;
    const { flushTimeoutMillis } = this.#resolved;
    return {
      get hasPending() {
        if (threaded.#local !== undefined) return threaded.#local.processEnd.hasPending;
        // In this order: what the thread takes meanwhile is pending there then.
        const isOnTheWay = threaded.#spans.waiting.ended > 0 || threaded.#told.hasUntaken;
        return isOnTheWay || threaded.#state.read().hasPending;
      },
      flush: async (isSignal, isEnd) => {
        if (isEnd) this.#doWithoutThread();
        this.#tell();
        if (this.#local !== undefined) await this.#local.processEnd.flush(isSignal, isEnd);
        else await this.#link?.ask({ to: "end", isSignal, isEnd }, flushTimeoutMillis + MILLIS.patience);
      },
      keepLeft: () => this.#keepLeft(),
      report: () => {
        if (this.#local !== undefined) this.#local.processEnd.report();
        else void this.#link?.ask({ to: "report" }, MILLIS.patience);
      },
    };
  }

  /** A program that ends before a thread was needed needs none any more. */
  #doWithoutThread(): void {
    const isUnneeded = this.#link === undefined && this.#local === undefined && !this.#spans.waiting.isEmpty;
    if (isUnneeded) this.#startLocal();
  }

  /** The end of the process: there is no later turn in which the thread could be heard. */
  #keepLeft(): void {
    this.#isAtEnd = true;
    this.#doWithoutThread();
    this.#tell();
    // The last line is said now; what came later would be in no count.
    if (this.#resolved.spool === "off") this.#isOver = true;
    const link = this.#link;
    // A thread that has not begun yet has taken nothing.
    if (link !== undefined && this.#local === undefined && this.#state.claim("agent")) this.#startLocal();
    if (this.#local !== undefined) this.#local.processEnd.keepLeft();
    else if (link !== undefined && !link.askNow({ to: "keep left" }, MILLIS.end)) {
      this.#isOver = true;
      const { buffered, held, inFlight } = this.stats();
      const silent = "The thread of spanThread did not answer at the end of the process.";
      const left = buffered + held + inFlight;
      say("warn", `${silent} Events that it had, and that may not have arrived: ${left}.`);
    }
  }

  #keepLate(): void {
    if (this.#link === undefined) this.#startLocal().processEnd.keepLeft();
    else {
      this.#tell();
      this.#isOver = !this.#link.askNow({ to: "keep late" }, MILLIS.end);
    }
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      log().warn(`A defect of otel-agent-actions: ${describeError(error).message}`);
    }
  }
}
