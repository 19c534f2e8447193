import type { Attributes, Context, SpanKind } from "@opentelemetry/api";
import type { ErrorDescription } from "../internal/describe-error.js";

/** How a call or an action stands on its span, by the conventions that its writer keeps to. */
export interface SpanTemplate {
  readonly spanName: string;
  /** @default INTERNAL */
  readonly kind?: SpanKind;
  /** Known before the span starts, so that samplers can see them. An object of its own: the source's are added to it. */
  readonly attributes: Attributes;
  /** Arguments, as JSON text. Called at the start, before the host's code can change them, and only where content may be captured. */
  readonly content?: () => Attributes;
  /** The context around the span. @default the active one */
  readonly parent?: Context;
  /** Attributes that the spans of the API's actions inside carry too. */
  readonly inherited?: Attributes;
  /** Where what was returned goes on by itself: what settles when it has finished. */
  readonly until?: (value: unknown) => PromiseLike<unknown> | undefined;
  /** What is written of a call that returned. @default nothing */
  readonly returned?: (value: unknown) => SpanOutcome;
  /** What is written of a call that threw. @default {@link failureOf} */
  readonly threw?: (error: unknown) => SpanOutcome;
}

/** How an action whose result can be set while it goes on stands on its span. */
export interface ActionSpanTemplate extends SpanTemplate {
  readonly result: (value: unknown) => SpanOutcome;
}

/** What is written when a call has ended. */
export interface SpanOutcome {
  readonly attributes?: Attributes;
  /** Results, as JSON text. Called only where content may be captured. */
  readonly content?: () => Attributes;
  /** The call failed, though it may have returned. */
  readonly failure?: ErrorDescription;
  /** What was thrown, whatever it is. Where this key is present, an exception event with the stack is written. */
  readonly thrown?: unknown;
}
