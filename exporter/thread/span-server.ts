import { type DiagLogger, DiagLogLevel, diag } from "@opentelemetry/api";
import type { ExporterStats } from "../deliver/delivery-counters.js";
import type { FlushAtExit } from "../deliver/exit-flush.js";
import { resolveExporterOptions } from "../resolve-exporter-options.js";
import { SpanProcessing } from "../span-processing.js";
import { BatchParts } from "./batch-parts.js";
import { MirroredSpans } from "./mirrored-spans.js";
import type { SpanBatch } from "./span-operations.js";
import {
  type FromThread,
  LOG_LEVELS,
  type Question,
  type ThreadSettings,
  type ToThread,
} from "./thread-messages.js";
import { ThreadState } from "./thread-state.js";

/** How often it is written where the events are, beside after each attempt to send, while some are under way or spans are open. */
const WRITE_MILLIS = 1_000;

/** Processes what another thread tells of its spans. It ends when the port is closed. */
export class SpanServer {
  readonly #port: ThreadSettings["port"];
  readonly #state: ThreadState;
  readonly #processing: SpanProcessing;
  readonly #spans: MirroredSpans;
  readonly #processEnd: FlushAtExit;
  readonly #parts = new BatchParts();
  readonly #taken = { batches: 0, ended: 0, bytes: 0 };
  #isWritten = true;
  #timer: NodeJS.Timeout | undefined;

  constructor({ port, state, options, pauseMillis }: ThreadSettings) {
    this.#port = port;
    this.#state = new ThreadState(state);
    const onAttempted = () => this.#write();
    const resolved = { ...resolveExporterOptions(options), pauseMillis, onAttempted };
    this.#processing = new SpanProcessing(options, resolved);
    this.#processEnd = this.#processing.processEnd;
    this.#spans = new MirroredSpans(this.#processing);
    // Where the agent's thread could not wait for this one it does the work itself.
    if (this.#state.claim("thread")) port.on("message", (message: ToThread) => this.#hear(message));
    else port.close();
  }

  #hear(message: ToThread): void {
    if ("text" in message) this.#take(this.#parts.complete(message));
    else if ("partOf" in message) this.#parts.add(message);
    else if ("ask" in message) void this.#answer(message.ask, message.id);
    else this.#useLogger(message.hasLogger);
  }

  #take(batch: SpanBatch): void {
    this.#spans.read(batch);
    this.#taken.batches++;
    this.#taken.ended += batch.ended;
    this.#taken.bytes += batch.bytes;
    // Writing costs as much as a record does. What came alone is sent at once, and written with what became of it; until then it counts as on its way.
    const isWritten = this.#isWritten && this.#processEnd.hasPending;
    this.#isWritten = false;
    if (!isWritten) this.#write();
    this.#timer ??= setTimeout(() => this.#writeLate(), WRITE_MILLIS).unref();
  }

  async #answer(question: Question, id: number): Promise<void> {
    await this.#doAsAsked(question);
    this.#write();
    this.#state.answer(id);
    this.#tell({ answered: id });
  }

  async #doAsAsked(question: Question): Promise<void> {
    const processEnd = this.#processEnd;
    if (question.to === "flush") await this.#processing.forceFlush();
    else if (question.to === "shut down") await this.#processing.shutdown();
    else if (question.to === "end") await processEnd.flush(question.isSignal, question.isEnd);
    else {
      if (question.to !== "report") processEnd.keepLeft();
      if (question.to !== "keep late") processEnd.report();
    }
  }

  #write(): ExporterStats {
    this.#isWritten = true;
    const stats = this.#processing.stats();
    this.#state.write(this.#taken, stats, this.#processEnd.hasPending);
    return stats;
  }

  // A timer that is cleared wakes the thread all the same: this one is left to end.
  #writeLate(): void {
    const { held, buffered, inFlight, runningEvents, spanAttributions, largeResults } = this.#write();
    const waiting = runningEvents.waiting + spanAttributions.waiting + largeResults.waiting;
    const isUnderWay = held + buffered + inFlight + waiting > 0;
    this.#timer =
      isUnderWay || this.#spans.size > 0
        ? setTimeout(() => this.#writeLate(), WRITE_MILLIS).unref()
        : undefined;
  }

  /** Without a logger of the host, what nobody may miss goes to stderr, from here. */
  #useLogger(hasLogger: boolean): void {
    if (!hasLogger) {
      diag.disable();
      return;
    }
    const logger = Object.fromEntries(
      LOG_LEVELS.map((log) => [log, (...args: unknown[]) => this.#tell({ log, args: args.map(String) })]),
    ) as unknown as DiagLogger;
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  }

  #tell(message: FromThread): void {
    this.#port.postMessage(message);
  }
}
