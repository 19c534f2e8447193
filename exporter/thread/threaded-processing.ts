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
import { takeLargeContents } from "../deliver/record-sink.js";
import { runDetached } from "../deliver/run-detached.js";
import { log, say } from "../deliver/say.js";
import type { ExporterOptions } from "../options.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { ResolvedExporterOptions } from "../resolve-exporter-options.js";
import { isSampled, SpanProcessing } from "../span-processing.js";
import { MirroredSpans } from "./mirrored-spans.js";
import type { SpanBatch } from "./span-operations.js";
import { NO_STATS, sumOfStats, withQueueLost } from "./stats-numbers.js";
import { MILLIS, optionsOfThread } from "./thread-for.js";
import { type StartThread, ThreadLink } from "./thread-link.js";
import { ThreadState } from "./thread-state.js";
import { ToldSpans } from "./told-spans.js";

/** So much is told at once; more would hold the agent for longer. */
const MAX_ENDED = 64;
const MAX_BYTES = 262_144;

export class ThreadedProcessing {
  readonly #options: ExporterOptions;
  readonly #resolved: ResolvedExporterOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #start: StartThread | undefined;
  readonly #state = new ThreadState();
  readonly #spans = new ToldSpans();
  /** What the thread has not taken yet. */
  readonly #told: SpanBatch[] = [];
  /** Batches that are no longer in there. */
  #forgotten = 0;
  /** Of all that was told. */
  #sent = { batches: 0, ended: 0, bytes: 0 };
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
  #timer: NodeJS.Timeout | undefined;
  #openTimer: NodeJS.Timeout | undefined;
  readonly #leaveExitFlush: () => void;

  /** @param start see {@link ThreadLink} */
  constructor(options: ExporterOptions, resolved: ResolvedExporterOptions, start?: StartThread) {
    this.#options = options;
    this.#resolved = resolved;
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.#env = env;
    this.#start = start;
    this.#leaveExitFlush = resolved.flushOnExit ? flushAtExit(this.#processEnd) : () => undefined;
    if (resolved.largeResults !== undefined) takeLargeContents(resolved.largeResultsMaxWaitingBytes);
    // What earlier processes left in a spool does not wait for the first span of this one.
    if (resolved.spool !== "off") this.#startLink();
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
    const { stats, taken } = this.#state.read();
    const { ended, bytes } = this.#spans.waiting;
    const onTheWay = this.#sent.ended - taken.ended + ended;
    const queuedBytes = this.#sent.bytes - taken.bytes + bytes;
    const told = { ...NO_STATS, ended: onTheWay, buffered: onTheWay, queuedBytes };
    return sumOfStats(sumOfStats(here, stats), told);
  }

  #started(span: ReadableSpan, parentContext: Context): void {
    this.#spans.started(span, parentContext);
    if (this.#openTimer !== undefined || this.#resolved.inFlightAfterMillis === 0 || this.#end) return;
    const every = Math.min(MILLIS.open, Math.ceil(this.#resolved.inFlightAfterMillis / 4));
    this.#openTimer = runDetached(() => setInterval(() => this.#guard(() => this.#sayOpen()), every).unref());
  }

  #sayOpen(): void {
    this.#spans.sayOpen();
    if (!this.#spans.waiting.isEmpty) this.#tell();
    if (this.#spans.hasOpen) return;
    clearInterval(this.#openTimer);
    this.#openTimer = undefined;
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
    else this.#tellSoon();
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
    const { ended, bytes } = this.#spans.waiting;
    const told = { ended: this.#sent.ended + ended, bytes: this.#sent.bytes + bytes };
    const { spool, maxQueueSize, maxQueueBytes } = this.#resolved;
    // With a spool, what the thread has no room for goes to the disk: only what is on its way is bounded here.
    const underWay = this.#state.underWay(told, spool === "off");
    return underWay.events < maxQueueSize && underWay.bytes <= maxQueueBytes ? undefined : "queue_full";
  }

  #tellSoon(): void {
    const { ended, bytes } = this.#spans.waiting;
    if (ended >= MAX_ENDED || bytes >= MAX_BYTES) this.#tell();
    else if (this.#timer === undefined && this.#end === undefined) {
      const millis = Math.min(MILLIS.tell, this.#resolved.lingerMillis);
      this.#timer = runDetached(() => setTimeout(() => this.#tell(), millis).unref());
    }
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#spans.waiting.isEmpty || this.#local !== undefined) return;
    const batch = this.#spans.take();
    const { batches, ended, bytes } = this.#sent;
    this.#sent = { batches: batches + 1, ended: ended + batch.ended, bytes: bytes + batch.bytes };
    this.#forgetTaken();
    this.#told.push(batch);
    const link = this.#link ?? this.#startLink();
    try {
      link?.send(batch);
    } catch (error) {
      this.#withoutThread(describeError(error).message);
    }
  }

  #startLink(): ThreadLink | undefined {
    try {
      this.#link = new ThreadLink({
        options: optionsOfThread(this.#options, this.#resolved),
        env: this.#env,
        state: this.#state,
        onEnd: (why) => this.#withoutThread(why),
        start: this.#start,
      });
    } catch (error) {
      this.#withoutThread(describeError(error).message);
    }
    return this.#link;
  }

  #forgetTaken(): void {
    const count = this.#state.takenBatches - this.#forgotten;
    if (count <= 0) return;
    this.#told.splice(0, count);
    this.#forgotten += count;
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
    this.#leaveExitFlush();
    clearInterval(this.#openTimer);
    this.#startLocal();
  }

  #startLocal(): SpanProcessing {
    const local = new SpanProcessing(this.#options, this.#resolved);
    const mirrored = new MirroredSpans(local);
    this.#forgetTaken();
    for (const batch of this.#told.splice(0)) mirrored.read(batch);
    if (!this.#spans.waiting.isEmpty) mirrored.read(this.#spans.take());
    this.#local = local;
    return local;
  }

  async #shutDown(): Promise<void> {
    clearInterval(this.#openTimer);
    this.#tell();
    clearTimeout(this.#timer);
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
        const { taken, hasPending } = threaded.#state.read();
        return hasPending || threaded.#spans.waiting.ended > 0 || taken.ended < threaded.#sent.ended;
      },
      flush: async (isSignal, isEnd) => {
        this.#tell();
        await this.#link?.ask({ to: "end", isSignal, isEnd }, flushTimeoutMillis + MILLIS.patience);
      },
      keepLeft: () => this.#keepLeft(),
      report: () => void this.#link?.ask({ to: "report" }, MILLIS.patience),
    };
  }

  /** The end of the process: there is no later turn in which the thread could be heard. */
  #keepLeft(): void {
    this.#tell();
    this.#isAtEnd = true;
    const link = this.#link;
    if (link === undefined || this.#local !== undefined) return;
    if (!this.#state.waitForOwner(MILLIS.begin) && this.#state.claim("agent")) {
      const { processEnd } = this.#startLocal();
      processEnd.keepLeft();
      processEnd.report();
    } else if (!link.askNow({ to: "keep left" }, MILLIS.end)) {
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
