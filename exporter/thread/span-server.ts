import { type DiagLogger, DiagLogLevel, diag } from "@opentelemetry/api";
import { resolveExporterOptions } from "../resolve-exporter-options.js";
import { SpanProcessing } from "../span-processing.js";
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

/** How often it is written where the events are, while some are under way, and while spans are open. */
const WRITE_MILLIS = { underWay: 20, open: 50 } as const;

/** Processes what another thread tells of its spans. It ends when the port is closed. */
export class SpanServer {
  readonly #port: ThreadSettings["port"];
  readonly #state: ThreadState;
  readonly #processing: SpanProcessing;
  readonly #spans: MirroredSpans;
  readonly #taken = { batches: 0, ended: 0, bytes: 0 };
  #timer: NodeJS.Timeout | undefined;

  constructor({ port, state, options }: ThreadSettings) {
    this.#port = port;
    this.#state = new ThreadState(state);
    this.#processing = new SpanProcessing(options, resolveExporterOptions(options));
    this.#spans = new MirroredSpans(this.#processing);
    // Where the agent's thread could not wait for this one it does the work itself.
    if (this.#state.claim("thread")) port.on("message", (message: ToThread) => this.#hear(message));
    else port.close();
  }

  #hear(message: ToThread): void {
    if ("text" in message) this.#take(message);
    else if ("ask" in message) void this.#answer(message.ask, message.id);
    else this.#useLogger(message.hasLogger);
  }

  #take(batch: SpanBatch): void {
    this.#spans.read(batch);
    this.#taken.batches++;
    this.#taken.ended += batch.ended;
    this.#taken.bytes += batch.bytes;
    this.#write();
  }

  async #answer(question: Question, id: number): Promise<void> {
    await this.#doAsAsked(question);
    this.#write();
    this.#state.answer(id);
    this.#tell({ answered: id });
  }

  async #doAsAsked(question: Question): Promise<void> {
    const { processEnd } = this.#processing;
    if (question.to === "flush") await this.#processing.forceFlush();
    else if (question.to === "shut down") await this.#processing.shutdown();
    else if (question.to === "end") await processEnd.flush(question.isSignal, question.isEnd);
    else {
      if (question.to !== "report") processEnd.keepLeft();
      if (question.to !== "keep late") processEnd.report();
    }
  }

  #write(): void {
    const stats = this.#processing.stats();
    this.#state.write(this.#taken, stats, this.#processing.processEnd.hasPending);
    const { held, buffered, inFlight, runningEvents, spanAttributions, largeResults } = stats;
    const waiting = runningEvents.waiting + spanAttributions.waiting + largeResults.waiting;
    const isUnderWay = held + buffered + inFlight + waiting > 0;
    clearTimeout(this.#timer);
    if (isUnderWay || this.#spans.size > 0)
      this.#timer = setTimeout(
        () => this.#write(),
        isUnderWay ? WRITE_MILLIS.underWay : WRITE_MILLIS.open,
      ).unref();
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
