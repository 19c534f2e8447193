import type { Attributes } from "@opentelemetry/api";
import type { ErrorDescription } from "../internal/describe-error.js";
import type { SpanSpec } from "./open-span.js";

/** How one sort of action stands on its span. Attributes that are JSON text are made only when the span records. */
export interface ActionForm extends SpanSpec {
  /** What was asked for, written down before the host's code can change it. */
  started(): Attributes;
  /** What came out. */
  result(value: unknown): Attributes;
  /** Whether what the callback returns counts as the result where nothing else was set. */
  readonly keepsReturnValue: boolean;
  /** Why the action failed, where what was returned says so; `undefined` when it did not. */
  readonly failureIn?: (value: unknown) => unknown;
  /** What a failure adds, beside status, `error.type` and the exception event. */
  failed(error: ErrorDescription): Attributes;
}
