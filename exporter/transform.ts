/**
 * From a span to an event, or to the reason why there is none. Pure: no clock, no randomness, no state. Total: whatever the
 * span holds, nothing is thrown. The span is only read, and read once, now: what others change in it later does not show.
 */
import { diag } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { resolveCaptureContent } from "../src/config/capture-content.js";
import { EnvReader } from "../src/config/env-reader.js";
import type { EventKind, EventOfKind } from "../src/event/index.js";
import { describeError } from "../src/internal/describe-error.js";
import type { Dialect } from "./dialects/dialect.js";
import { DIALECTS } from "./dialects/index.js";
import { buildEvent, type EventDefaults } from "./mapping/build-event.js";
import type { LlmCalls } from "./mapping/describe-action.js";
import { hideContent } from "./redaction/hide-content.js";
import type { RedactionOptions } from "./redaction/redaction-options.js";
import { createPlainRedactor } from "./redaction/redactor.js";

export interface TransformOptions extends EventDefaults {
  /** Which calls of a model become actions, beside those that failed. @default "none" */
  readonly llmCalls?: LlmCalls;
  /**
   * Whether arguments, results, prompts and messages go into events.
   * @default OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, then true
   */
  readonly captureContent?: boolean;
  /** What is hidden in every event. Credentials are, without being asked for. */
  readonly redaction?: RedactionOptions;
  /** The dialects, in the order in which they are asked. @default DIALECTS */
  readonly dialects?: readonly Dialect[];
}

/** The spans around a span. */
export interface SpanSurroundings {
  /** Nearest first; they may be live spans that have not ended. */
  readonly ancestors: readonly ReadableSpan[];
}

export type Transformed =
  | {
      readonly outcome: "event";
      readonly kind: EventKind;
      readonly event: EventOfKind[EventKind];
      readonly dialect: string;
    }
  | {
      readonly outcome: "not_an_action";
      /** A sentence for people, without a full stop. */
      readonly reason: string;
    };

export type Transform = (span: ReadableSpan, surroundings?: SpanSurroundings) => Transformed;

const ALONE: SpanSurroundings = Object.freeze({ ancestors: Object.freeze([]) });

export function createTransform(options: TransformOptions = {}): Transform {
  const { dialects = DIALECTS, llmCalls = "none", redaction = {}, captureContent, ...defaults } = options;
  const capturesContent = readCaptureContent(captureContent);
  const redact = createPlainRedactor(redaction);

  return (span, { ancestors } = ALONE) => {
    try {
      const built = build(span, ancestors);
      if (built.outcome !== "event") return built;
      const { kind, event, dialect } = built;
      return {
        outcome: "event",
        kind,
        event: redact(capturesContent ? event : hideContent(kind, event)),
        dialect,
      };
    } catch (error) {
      return { outcome: "not_an_action", reason: `the span cannot be read: ${describeError(error).type}` };
    }
  };

  function build(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Transformed {
    for (const dialect of dialects) {
      const reading = dialect.read(span, ancestors);
      if (reading === undefined) continue;
      if (reading.is === "other") return { outcome: "not_an_action", reason: reading.reason };
      return buildEvent(reading, { lineage: [span, ...ancestors], dialect, dialects, llmCalls, defaults });
    }
    return { outcome: "not_an_action", reason: "no dialect knows this span" };
  }
}

function readCaptureContent(option: boolean | undefined): boolean {
  const env = new EnvReader(process.env);
  const answer = resolveCaptureContent(option, env);
  const log = diag.createComponentLogger({ namespace: "otel-agent-actions" });
  for (const problem of env.problems) log.warn(`${problem}. Content is captured.`);
  return answer;
}
