/**
 * Reads spans with an exporter's options: what a dialect reads in a span, and the event that becomes of it. Total: whatever a
 * span holds, nothing is thrown.
 */
import { diag, isSpanContextValid } from "@opentelemetry/api";
import { EnvReader } from "../../src/config/env-reader.js";
import { type LlmCalls, resolveCaptureContent, resolveLlmCalls } from "../../src/config/reading-options.js";
import {
  type ActionEvent,
  correlationId,
  type SpanAttribution,
  sanitizeText,
} from "../../src/event/index.js";
import { describeError } from "../../src/internal/describe-error.js";
import { agentActionsDialect } from "./dialects/agent-actions.js";
import { resolveDialects } from "./dialects/custom/resolve-dialects.js";
import type { Dialect, Reading } from "./dialects/dialect.js";
import { DialectChain, type DialectReading } from "./dialects/dialect-chain.js";
import { withLargeTexts } from "./large-contents.js";
import { buildEvent, type EventDefaults } from "./mapping/build-event.js";
import { isAction } from "./mapping/describe-action.js";
import type { InheritedValues } from "./mapping/inherited.js";
import { hideContent } from "./redaction/hide-content.js";
import { redactWithLongTexts } from "./redaction/redact-long-texts.js";
import { createPlainRedactor, type Redactor } from "./redaction/redactor.js";
import type { ReadableSpan } from "./sdk-types.js";
import { SpanMemory, type SpanPage, type SpanSnapshot } from "./span-memory.js";
import type { Transformed, TransformOptions } from "./transform.js";

export type { DialectReading } from "./dialects/dialect-chain.js";
export type { SpanSnapshot } from "./span-memory.js";

/** What a dialect reads in a span, and what becomes of it. */
export interface ReadSpan {
  readonly transformed: Transformed;
  /** Absent where no dialect knows the span, or none could read it. */
  readonly read: DialectReading | undefined;
  /** What held where the span began. */
  readonly contextCorrelationId?: string | undefined;
  /** What the span says of agent and session, else the nearest span around it; the dialects are not asked again for it. */
  readonly nearest?: (() => InheritedValues) | undefined;
}

/** What holds for all that is inside a span, under the names that it has in events. */
export type SpanNames = {
  readonly [Name in "agent_name" | "session_id" | "correlation_id" | "correlation_text"]?:
    | SpanAttribution[Name]
    | undefined;
};

type EventReading = Exclude<Reading, { readonly is: "ignored" }>;

export class SpanReader {
  readonly #dialects: DialectChain;
  readonly #memory: SpanMemory;
  readonly #names = new WeakMap<InheritedValues, SpanNames>();
  readonly #llmCalls: LlmCalls;
  readonly #defaults: EventDefaults;
  readonly #capturesContent: boolean;
  readonly #redact: ReturnType<typeof createPlainRedactor>;

  readonly #largeAbove: number | undefined;

  /** @param largeAbove contents of more characters become a `LargeText`, which has to be given a place; without it all are part of the event */
  constructor(options: TransformOptions = {}, largeAbove?: number) {
    this.#largeAbove = largeAbove;
    const { dialects: given, llmCalls, redaction = {}, captureContent, ...defaults } = options;
    this.#dialects = new DialectChain(resolveDialects(given), largeAbove);
    this.#memory = new SpanMemory(this.#dialects);
    this.#llmCalls = readLlmCalls(llmCalls);
    this.#defaults = defaults;
    this.#capturesContent = readCaptureContent(captureContent);
    this.#redact = createPlainRedactor(redaction);
  }

  /** How often a dialect threw; the others were asked. */
  get dialectErrors(): number {
    return this.#dialects.errors;
  }

  /**
   * Has what is read in this span remembered for as long as the span lives. To be called, before they are read, with spans that somebody
   * asks about again: the parent of each span that starts, and all spans of a batch.
   */
  keep(span: ReadableSpan): void {
    try {
      this.#memory.keep(span);
    } catch {
      // What cannot be read says so when it is read.
    }
  }

  /**
   * What a span says, and a new event of it. Dialects are asked once for each span that has ended.
   *
   * @param ancestors nearest first
   * @param contextCorrelationId what held where the span began, for a span that does not say it itself
   */
  read(span: ReadableSpan, ancestors: readonly ReadableSpan[], contextCorrelationId?: string): ReadSpan {
    try {
      const page = this.#memory.pageOf(span, !span.ended);
      const { read, error } = this.#memory.snapshot(page, ancestors);
      if (read === undefined)
        return {
          transformed: error === undefined ? notAnAction("no dialect knows this span") : cannotBeRead(error),
          read,
        };
      if (read.reading.is === "ignored")
        return { transformed: notAnAction(read.reading.reason), read, contextCorrelationId };
      const transformed = this.#build(read.reading, read.dialect, page, ancestors, contextCorrelationId);
      const nearest = () => this.#memory.nearestValues(page, ancestors);
      return { transformed, read, contextCorrelationId, nearest };
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
      return this.#build(reading, dialect, this.#memory.pageOf(span), ancestors, contextCorrelationId);
    } catch (error) {
      return cannotBeRead(error);
    }
  }

  /** What a span says now, also one that is open; `undefined` where no dialect knows it yet. */
  readNow(span: ReadableSpan, ancestors: readonly ReadableSpan[]): DialectReading | undefined {
    return this.snapshot(span, ancestors).read;
  }

  /** The same, with what shows whether the span may say more later: the same object as long as it says no more. */
  snapshot(span: ReadableSpan, ancestors: readonly ReadableSpan[]): SpanSnapshot {
    try {
      return this.#memory.snapshot(this.#memory.pageOf(span), ancestors);
    } catch (error) {
      return { read: undefined, error, attributes: 0 };
    }
  }

  /** Whether an event of the kind `action` is made of a reading. */
  isAction({ reading }: DialectReading): boolean {
    try {
      return reading.is !== "ignored" && reading.is !== "event" && isAction(reading, this.#llmCalls);
    } catch {
      return false;
    }
  }

  /** Whether the span or one around it names an agent. */
  knowsAgent(span: ReadableSpan, ancestors: readonly ReadableSpan[]): boolean {
    try {
      return this.#memory.nearestValues(this.#memory.pageOf(span), ancestors).agentName !== undefined;
    } catch {
      return false;
    }
  }

  /** What the span itself names for all that is inside it, as it would stand in an event. Never throws. */
  namesOf(span: ReadableSpan): SpanNames {
    try {
      const own = this.#memory.ownValues(this.#memory.pageOf(span));
      const names = this.#names.get(own) ?? this.#redact(spanNames(own, span));
      this.#names.set(own, names);
      return names;
    } catch {
      return {};
    }
  }

  /** Whether the span is a run without a name, whose event is called as its agent. */
  isNamelessRun(span: ReadableSpan): boolean {
    try {
      const page = this.#memory.pageOf(span);
      const { read } = page.snapshot ?? this.#memory.snapshot(page, []);
      const reading = read?.reading;
      return reading?.is === "run" && !reading.name?.trim();
    } catch {
      return false;
    }
  }

  readonly #redactEvent: Redactor = (event) => redactWithLongTexts(event, this.#redact);

  #build(
    reading: EventReading,
    dialect: Dialect,
    page: SpanPage,
    ancestors: readonly ReadableSpan[],
    contextCorrelationId?: string,
  ): Transformed {
    const { span } = page;
    const built = buildEvent(reading, {
      span,
      own: this.#memory.ownValues(page, ancestors),
      nearest: this.#memory.nearestValues(page, ancestors),
      contextCorrelationId,
      dialect,
      llmCalls: this.#llmCalls,
      defaults: this.#defaults,
    });
    if (built.outcome !== "event") return built;
    if (!isSpanContextValid(span.spanContext())) return INVALID_IDS;
    const { kind, event } = built;
    if (this.#largeAbove !== undefined && kind === "action" && this.#capturesContent) {
      const isForeign = dialect !== agentActionsDialect;
      const large = withLargeTexts(event as ActionEvent, span, {
        above: this.#largeAbove,
        redact: this.#redactEvent,
        isForeign,
      });
      if (large !== undefined) return { outcome: "event", kind, event: large, dialect: built.dialect };
    }
    const shown = this.#redactEvent(this.#capturesContent ? event : hideContent(kind, event));
    return { outcome: "event", kind, event: shown, dialect: built.dialect };
  }
}

function spanNames(own: InheritedValues, span: ReadableSpan): SpanNames {
  const { agentName, sessionId, correlationText } = own;
  const names: SpanNames = { agent_name: agentName, session_id: sessionId };
  if (correlationText === undefined) return names;
  const { uuid, text } = correlationId(sanitizeText(correlationText));
  const isOfTrace = uuid === correlationId(span.spanContext().traceId).uuid;
  return isOfTrace ? names : { ...names, correlation_id: uuid, correlation_text: text };
}

const INVALID_IDS: Transformed = {
  outcome: "invalid",
  reason: "its trace id or span id is not valid, so that its event could not be distinguished from others",
};

const notAnAction = (reason: string): Transformed => ({ outcome: "ignored", reason });

const cannotBeRead = (error: unknown): Transformed =>
  notAnAction(`the span cannot be read: ${describeError(error).type}`);

/** The option, else what the environment says; whether contents go into events. */
export function readCaptureContent(option: boolean | undefined): boolean {
  const env = new EnvReader(process.env);
  const answer = resolveCaptureContent(option, env);
  const log = diag.createComponentLogger({ namespace: "otel-agent-actions" });
  for (const problem of env.problems) log.warn(`${problem}. Content is captured.`);
  return answer;
}

/** The option, else what the environment says; which calls of a model are actions. */
export function readLlmCalls(option: LlmCalls | undefined): LlmCalls {
  const env = new EnvReader(process.env);
  const answer = resolveLlmCalls(option, env);
  const log = diag.createComponentLogger({ namespace: "otel-agent-actions" });
  for (const problem of env.problems) log.warn(`${problem}. Those that failed are.`);
  return answer;
}
