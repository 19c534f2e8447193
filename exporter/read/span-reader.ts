/**
 * Reads spans with an exporter's options: what a dialect reads in a span, and the event that becomes of it. Total: whatever a
 * span holds, nothing is thrown.
 */
import { diag } from "@opentelemetry/api";
import { resolveCaptureContent } from "../../src/config/capture-content.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { correlationId, type SpanAttribution } from "../../src/event/index.js";
import { describeError } from "../../src/internal/describe-error.js";
import { resolveDialects } from "./dialects/custom/resolve-dialects.js";
import type { Dialect, Reading } from "./dialects/dialect.js";
import { buildEvent, type EventDefaults } from "./mapping/build-event.js";
import { describeAction, type LlmCalls } from "./mapping/describe-action.js";
import { agentNameOf, correlationOf, sessionIdOf } from "./mapping/inherited.js";
import { hideContent } from "./redaction/hide-content.js";
import { createPlainRedactor } from "./redaction/redactor.js";
import type { ReadableSpan } from "./sdk-types.js";
import type { Transformed, TransformOptions } from "./transform.js";

/** What a dialect reads in a span. */
export interface DialectReading {
  readonly dialect: Dialect;
  readonly reading: Reading;
}

/** What a dialect reads in a span, and what becomes of it. */
export interface ReadSpan {
  readonly transformed: Transformed;
  /** Absent where no dialect knows the span, or none could read it. */
  readonly read: DialectReading | undefined;
  /** What held where the span began. */
  readonly contextCorrelationId?: string | undefined;
}

/** What holds for all that is inside a span, under the names that it has in events. */
export type SpanNames = {
  readonly [Name in "agent_name" | "session_id" | "correlation_id" | "correlation_text"]?:
    | SpanAttribution[Name]
    | undefined;
};

type EventReading = Exclude<Reading, { readonly is: "ignored" }>;

export class SpanReader {
  readonly #dialects: readonly Dialect[];
  readonly #llmCalls: LlmCalls;
  readonly #defaults: EventDefaults;
  readonly #capturesContent: boolean;
  readonly #redact: ReturnType<typeof createPlainRedactor>;

  constructor(options: TransformOptions = {}) {
    const { dialects: given, llmCalls = "none", redaction = {}, captureContent, ...defaults } = options;
    this.#dialects = resolveDialects(given);
    this.#llmCalls = llmCalls;
    this.#defaults = defaults;
    this.#capturesContent = readCaptureContent(captureContent);
    this.#redact = createPlainRedactor(redaction);
  }

  /**
   * @param ancestors nearest first
   * @param contextCorrelationId what held where the span began, for a span that does not say it itself
   */
  read(span: ReadableSpan, ancestors: readonly ReadableSpan[], contextCorrelationId?: string): ReadSpan {
    try {
      const read = this.#readingOf(span, ancestors);
      if (read === undefined) return { transformed: notAnAction("no dialect knows this span"), read };
      if (read.reading.is === "ignored")
        return { transformed: notAnAction(read.reading.reason), read, contextCorrelationId };
      const transformed = this.#build(read.reading, read.dialect, span, ancestors, contextCorrelationId);
      return { transformed, read, contextCorrelationId };
    } catch (error) {
      return { transformed: cannotBeRead(error), read: undefined };
    }
  }

  /** The event of a reading that stands for more, or for less, than the whole of a span. */
  build(
    reading: EventReading,
    dialect: Dialect,
    span: ReadableSpan,
    ancestors: readonly ReadableSpan[],
    contextCorrelationId?: string,
  ): Transformed {
    try {
      return this.#build(reading, dialect, span, ancestors, contextCorrelationId);
    } catch (error) {
      return cannotBeRead(error);
    }
  }

  /** What a span says now, also one that is open; `undefined` where no dialect knows it yet. */
  glance(span: ReadableSpan, ancestors: readonly ReadableSpan[]): DialectReading | undefined {
    try {
      return this.#readingOf(span, ancestors);
    } catch {
      return undefined;
    }
  }

  /** Whether an event is made of a reading. */
  isAction({ reading }: DialectReading): boolean {
    try {
      return (
        reading.is !== "ignored" && reading.is !== "event" && describeAction(reading, this.#llmCalls).isAction
      );
    } catch {
      return false;
    }
  }

  /** Whether the span or one around it names an agent. */
  knowsAgent(span: ReadableSpan, ancestors: readonly ReadableSpan[]): boolean {
    return agentNameOf([span, ...ancestors], this.#dialects) !== undefined;
  }

  /** What the span itself names for all that is inside it, as an event would tell it. Never throws. */
  namesOf(span: ReadableSpan): SpanNames {
    const { uuid, text } = correlationOf([span]);
    const names: SpanNames = {
      agent_name: agentNameOf([span], this.#dialects),
      session_id: sessionIdOf([span], this.#dialects),
      ...(uuid === correlationId(span.spanContext().traceId).uuid
        ? {}
        : { correlation_id: uuid, correlation_text: text }),
    };
    return this.#redact(names);
  }

  /** Whether the span is a run without a name, whose event is called as its agent. */
  isNamelessRun(span: ReadableSpan): boolean {
    const reading = this.glance(span, [])?.reading;
    return reading?.is === "run" && !reading.name?.trim();
  }

  #readingOf(span: ReadableSpan, ancestors: readonly ReadableSpan[]): DialectReading | undefined {
    for (const dialect of this.#dialects) {
      const reading = dialect.read(span, ancestors);
      if (reading !== undefined) return { dialect, reading };
    }
    return undefined;
  }

  #build(
    reading: EventReading,
    dialect: Dialect,
    span: ReadableSpan,
    ancestors: readonly ReadableSpan[],
    contextCorrelationId?: string,
  ): Transformed {
    const built = buildEvent(reading, {
      lineage: [span, ...ancestors],
      contextCorrelationId,
      dialect,
      dialects: this.#dialects,
      llmCalls: this.#llmCalls,
      defaults: this.#defaults,
    });
    if (built.outcome !== "event") return built;
    const { kind, event } = built;
    const shown = this.#redact(this.#capturesContent ? event : hideContent(kind, event));
    return { outcome: "event", kind, event: shown, dialect: built.dialect };
  }
}

const notAnAction = (reason: string): Transformed => ({ outcome: "ignored", reason });

const cannotBeRead = (error: unknown): Transformed =>
  notAnAction(`the span cannot be read: ${describeError(error).type}`);

function readCaptureContent(option: boolean | undefined): boolean {
  const env = new EnvReader(process.env);
  const answer = resolveCaptureContent(option, env);
  const log = diag.createComponentLogger({ namespace: "otel-agent-actions" });
  for (const problem of env.problems) log.warn(`${problem}. Content is captured.`);
  return answer;
}
