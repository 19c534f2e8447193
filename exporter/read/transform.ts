/**
 * From a span to an event, or to the reason why there is none. Pure: no clock, no randomness, no state. Total: whatever the
 * span holds, nothing is thrown. The span is only read, and read once, now: what others change in it later does not show.
 */

import type { LlmCalls } from "../../src/config/reading-options.js";
import type { EventKind, EventOfKind } from "../../src/event/index.js";
import type { DialectList } from "./dialects/custom/resolve-dialects.js";
import type { EventDefaults } from "./mapping/build-event.js";
import type { RedactionOptions } from "./redaction/redaction-options.js";
import type { ReadableSpan } from "./sdk-types.js";
import { SpanReader } from "./span-reader.js";

export interface TransformOptions extends EventDefaults {
  /** Which calls of a model become actions, beside those that failed. @default AGENT_ACTIONS_EXPORTER_LLM_CALLS, then "none" */
  readonly llmCalls?: LlmCalls;
  /**
   * Whether arguments, results, prompts and messages go into events.
   * @default OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, then true
   */
  readonly captureContent?: boolean;
  /** What is hidden in every event. Credentials are, without being asked for. */
  readonly redaction?: RedactionOptions;
  /**
   * The dialects, in the order in which they are asked, or definitions of some (docs/own-dialect.md).
   * @default those of the file AGENT_ACTIONS_EXPORTER_DIALECTS_FILE, then DIALECTS
   */
  readonly dialects?: DialectList;
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
      /**
       * `invalid`: it would be an event, and its trace id or span id is none that OpenTelemetry allows. The event's id is made of both, so
       * all of these would be one row.
       */
      readonly outcome: "ignored" | "invalid";
      /** A sentence for people, without a full stop. */
      readonly reason: string;
    };

export type Transform = (span: ReadableSpan, surroundings?: SpanSurroundings) => Transformed;

const ALONE: SpanSurroundings = Object.freeze({ ancestors: Object.freeze([]) });

export function createTransform(options: TransformOptions = {}): Transform {
  const reader = new SpanReader(options);
  return (span, { ancestors } = ALONE) => reader.read(span, ancestors).transformed;
}
