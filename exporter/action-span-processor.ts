import type { Context } from "@opentelemetry/api";
import { describeError } from "../src/internal/describe-error.js";
import type { ExporterStats } from "./deliver/delivery-counters.js";
import { DeliveryMetrics } from "./deliver/delivery-metrics.js";
import { log } from "./deliver/say.js";
import type { ExporterOptions } from "./options.js";
import type { ReadableSpan, SpanProcessor } from "./read/sdk-types.js";
import { markAsOurs } from "./registration/own-members.js";
import { warnOfApiCopies } from "./registration/warn-of-api-copies.js";
import type { ResolvedExporterOptions } from "./resolve-options-with.js";
import type { SpanProcessing } from "./span-processing.js";
import { reasonAgainstThread } from "./thread/thread-for.js";
import { type MakeProcessing, ThreadedProcessing } from "./thread/threaded-processing.js";

/**
 * The span processor without what reads, redacts and sends: that is made by `makeLocal`, where no thread does it, and so may be
 * loaded when it is needed.
 */
export class ActionSpanProcessor implements SpanProcessor {
  readonly #processing: SpanProcessing | ThreadedProcessing;
  readonly #metrics: DeliveryMetrics;

  constructor(options: ExporterOptions, resolved: ResolvedExporterOptions, makeLocal: MakeProcessing) {
    markAsOurs(this);
    this.#processing = processingFor(options, resolved, makeLocal);
    this.#metrics = new DeliveryMetrics({
      type: "agent_action_span_processor",
      maxQueueSize: resolved.maxQueueSize,
      stats: () => this.stats(),
    });
  }

  onStart(span: ReadableSpan, parentContext: Context): void {
    this.#processing.onStart(span, parentContext);
  }

  onEnd(span: ReadableSpan): void {
    try {
      warnOfApiCopies();
      this.#metrics.watch();
    } catch (error) {
      log().warn(`A defect of otel-agent-actions: ${describeError(error).message}`);
    }
    this.#processing.onEnd(span);
  }

  /** Sends what is held, too. Resolves when everything that ended before is delivered or dropped, or at the deadline `flushTimeoutMillis`. */
  forceFlush(): Promise<void> {
    return this.#processing.forceFlush();
  }

  /** Delivers what it can within `shutdownTimeoutMillis`, says what it could not, and disconnects. */
  shutdown(): Promise<void> {
    return this.#processing.shutdown();
  }

  /** Where everything is that ended so far. */
  stats(): ExporterStats {
    return this.#processing.stats();
  }
}

function processingFor(
  options: ExporterOptions,
  resolved: ResolvedExporterOptions,
  makeLocal: MakeProcessing,
): SpanProcessing | ThreadedProcessing {
  const reason = reasonAgainstThread(options, resolved);
  if (reason === undefined) return new ThreadedProcessing(options, resolved, makeLocal);
  const message = `${reason}. The agent's own thread reads, redacts and sends.`;
  if (resolved.spanThread) log().info(`spanThread has no effect: ${message}`);
  else log().debug(`There is no thread for spans: ${message}`);
  return makeLocal(options, resolved);
}
