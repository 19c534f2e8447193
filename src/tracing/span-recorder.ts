import type { Context } from "@opentelemetry/api";
import type { DeliveryAck } from "../event/delivery-ack.js";
import { reportProblem } from "./guard.js";
import { RecordedSpan, type SpanSource } from "./recorded-span.js";
import { type LogTimes, loggedTimes, SpanClock } from "./span-clock.js";
import type { SpanOutcome, SpanTemplate } from "./span-template.js";

/** The span of something that is over. */
export interface LoggedSpan {
  readonly template: SpanTemplate;
  readonly times: LogTimes;
  readonly outcome?: SpanOutcome | undefined;
}

/**
 * Writes the spans of the API and of instrumentations. Whatever telemetry does, the host's call is made exactly once, and the host
 * gets what it returned or threw. A template is made only where there is a tracer.
 */
export class SpanRecorder<Source extends SpanSource = SpanSource> {
  readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  get enabled(): boolean {
    return this.source.tracer !== undefined;
  }

  get capturesContent(): boolean {
    return this.source.capturesContent;
  }

  /**
   * Makes the host's call inside a span, which ends when the call does: at once, when its promise or thenable settles, or when
   * the generator or stream that it gives is finished.
   *
   * @param template `undefined`: this call is none that is recorded
   * @param call given the context that it runs in, for what carries it to another process
   */
  run<T>(template: () => SpanTemplate | undefined, call: (context: Context | undefined) => T): T {
    const span = this.open(template);
    return span === undefined ? call(undefined) : span.observe(() => call(span.context));
  }

  /** Starts a span for something that goes on; whoever opens it ends it. Never throws. */
  open<Template extends SpanTemplate>(
    makeTemplate: () => Template | undefined,
    ack?: DeliveryAck,
  ): RecordedSpan<Template> | undefined {
    try {
      const { tracer } = this.source;
      if (tracer === undefined) return undefined;
      const template = makeTemplate();
      return template && new RecordedSpan(this.source, tracer, template, new SpanClock(), ack);
    } catch (error) {
      reportProblem("a span could not be started", error);
      return undefined;
    }
  }

  /**
   * Writes one span of something that is over. Never throws.
   *
   * @returns whether a pipeline has accepted its event: `false` too when no provider is registered, when it was not sampled, and when
   * telemetry itself failed
   */
  log(describe: () => LoggedSpan): boolean {
    try {
      const { tracer } = this.source;
      if (tracer === undefined) return false;
      const { template, times, outcome } = describe();
      const span = new RecordedSpan(this.source, tracer, template, loggedTimes(times), {});
      return span.isRecording && span.end(outcome);
    } catch (error) {
      reportProblem("an action could not be logged", error);
      return false;
    }
  }
}
