import { type Context, type Span, type TimeInput, TraceFlags } from "@opentelemetry/api";
import { LIVE_EXPORTERS_KEY, RECEIPT_KEY, type Receipt } from "../event/receipt.js";
import { quietly } from "./quietly.js";

/**
 * Learns whether the pipeline took an event. The receipt travels in the context that one span is started in, and in no
 * other: a context that the host's code ran in would hand it to the spans made there.
 */
export class Custody {
  readonly #receipt: Receipt = {};

  startingIn(context: Context): Context {
    return context.setValue(RECEIPT_KEY, this.#receipt);
  }

  /** Ends the span, and answers whether its event is in the custody of a pipeline. */
  end(span: Span, endTime?: TimeInput): boolean {
    // An ended span no longer says that it recorded.
    const exportable = span.isRecording() && isSampled(span);
    const ended = quietly("a span could not be ended", () => {
      span.end(endTime);
      return true;
    });
    return this.#receipt.taken ?? (ended === true && exportable && hasLiveExporter());
  }
}

function isSampled(span: Span): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

function hasLiveExporter(): boolean {
  const count: unknown = Reflect.get(globalThis, LIVE_EXPORTERS_KEY);
  return typeof count === "number" && count > 0;
}
