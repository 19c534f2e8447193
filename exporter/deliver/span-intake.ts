import { describeError } from "../../src/internal/describe-error.js";
import type { DeduplicatedSpan } from "../correlate/map-spans.js";
import { type ExporterOptions, type ResolvedExporterOptions, resolveExporterOptions } from "../options.js";
import type { Transformed } from "../read/transform.js";
import { warnOfApiCopies } from "../registration/warn-of-api-copies.js";
import { createKafkaTransport } from "./kafka-transport.js";
import { Pipeline } from "./pipeline.js";
import { type ActionRecord, serializeEvent } from "./serialize.js";
import type { Outcome } from "./waiting-line.js";

/** The way into a pipeline for what became of a span: serialise, offer, count. The same for span processor and exporter. */
export class SpanIntake {
  readonly pipeline: Pipeline;
  readonly options: ResolvedExporterOptions;

  /** @throws ConfigError when a value in `options` cannot be used; it lists all of them */
  constructor(options: ExporterOptions) {
    this.options = resolveExporterOptions(options);
    this.pipeline = new Pipeline(this.options, this.options.transport ?? createKafkaTransport(this.options));
  }

  /** Never throws. `settle` is called once, unless there is no event. */
  offer(
    transformed: Transformed | DeduplicatedSpan,
    settle?: (outcome: Outcome) => void,
  ): "taken" | "dropped" | "no_event" {
    try {
      warnOfApiCopies();
      if (transformed.outcome === "event")
        return this.pipeline.offer(this.serialize(transformed), settle) ? "taken" : "dropped";
      if (transformed.outcome === "deduplicated") this.pipeline.countDeduplicated();
      else if (transformed.outcome === "ignored") this.pipeline.countIgnored();
      else {
        this.pipeline.drop("invalid_span_id", `An event was dropped: ${transformed.reason}.`);
        settle?.({ delivered: false, reason: "invalid_span_id" });
        return "dropped";
      }
      return "no_event";
    } catch (error) {
      this.reportLoss(error);
      settle?.({ delivered: false, reason: "internal_error" });
      return "dropped";
    }
  }

  serialize({ kind, event }: Extract<Transformed, { outcome: "event" }>): ActionRecord {
    return serializeEvent(kind, event, { maxRecordBytes: this.options.maxRecordBytes });
  }

  /** Counts a span of which nothing became for a reason that is our fault. */
  reportLoss(error: unknown): void {
    this.pipeline.drop("internal_error", lossInWords(error));
  }

  /** Runs what must not throw into the SDK, which would throw it into the agent. */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.pipeline.warn(`A defect of otel-agent-actions: ${describeError(error).message}`);
    }
  }
}

export const lossInWords = (error: unknown): string =>
  `An event was dropped by a defect of otel-agent-actions: ${describeError(error).message}`;
