import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { describeError } from "../src/internal/describe-error.js";
import { type ExporterOptions, resolveExporterOptions } from "./options.js";
import { Pipeline } from "./pipeline.js";
import { warnOfApiCopies } from "./registration/warn-of-api-copies.js";
import { serializeEvent } from "./serialize.js";
import { createTransform, type Transform } from "./transform.js";
import { createKafkaTransport } from "./transport/kafka-transport.js";
import type { Outcome } from "./waiting-line.js";

/** The way into a pipeline for spans: read, transform, serialise, count. The same for span processor and exporter. */
export class SpanIntake {
  readonly pipeline: Pipeline;
  readonly #transform: Transform;
  readonly #maxRecordBytes: number;

  /** @throws ConfigError when a value in `options` cannot be used; it lists all of them */
  constructor(options: ExporterOptions) {
    const resolved = resolveExporterOptions(options);
    this.#maxRecordBytes = resolved.maxRecordBytes;
    this.#transform = createTransform(options);
    this.pipeline = new Pipeline(resolved, resolved.transport ?? createKafkaTransport(resolved));
  }

  /** Never throws. `settle` is called once, unless the span is no action. */
  take(
    span: ReadableSpan,
    ancestors: readonly ReadableSpan[],
    settle?: (outcome: Outcome) => void,
  ): "taken" | "dropped" | "not_action" {
    try {
      warnOfApiCopies();
      const transformed = this.#transform(span, { ancestors });
      if (transformed.outcome === "not_an_action") {
        this.pipeline.countNotAction();
        return "not_action";
      }
      const limits = { maxRecordBytes: this.#maxRecordBytes };
      const record = serializeEvent(transformed.kind, transformed.event, limits);
      return this.pipeline.offer(record, settle) ? "taken" : "dropped";
    } catch (error) {
      this.#report(error);
      settle?.({ delivered: false, reason: "internal_error" });
      return "dropped";
    }
  }

  /** Runs what must not throw into the SDK, which would throw it into the agent. */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.pipeline.warn(`A defect of otel-agent-actions: ${describeError(error).message}`);
    }
  }

  #report(error: unknown): void {
    this.pipeline.drop(
      "internal_error",
      `An event was dropped by a defect of otel-agent-actions: ${describeError(error).message}`,
    );
  }
}
