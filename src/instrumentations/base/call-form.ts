import type { Attributes, Context, SpanKind } from "@opentelemetry/api";
import type { ErrorDescription } from "../../internal/describe-error.js";

/** How a call of the host's stands on its span, by the conventions that the instrumentation keeps to. */
export interface CallForm {
  readonly spanName: string;
  /** Default: internal. */
  readonly kind?: SpanKind;
  /** Known before the span starts, so that samplers can see them. Names and ids only. */
  readonly attributes: Attributes;
  /** Arguments, as JSON text. Asked at the start, and only where content may be captured. */
  readonly content?: () => Attributes;
  /** Around the span; default: what is active. */
  readonly parent?: Context;
  /** Where what was returned goes on by itself: what settles when it has finished. */
  readonly until?: (value: unknown) => PromiseLike<unknown> | undefined;
  /** What a call that returned says. Default: nothing. */
  readonly returned?: (value: unknown) => Outcome;
  /** What a call that threw says. Default: status ERROR with what was thrown. */
  readonly threw?: (error: unknown) => Outcome;
}

/** What is written when a call has ended. */
export interface Outcome {
  readonly attributes?: Attributes;
  /** Results, as JSON text. Asked only where content may be captured. */
  readonly content?: () => Attributes;
  /** The call failed, though it may have returned. */
  readonly failure?: ErrorDescription;
  /** What was thrown, for the exception event with its stack. */
  readonly thrown?: unknown;
}
