import { type Span, SpanStatusCode } from "@opentelemetry/api";
import { ATTR_ERROR_TYPE } from "../event/semconv.js";
import { describeError, type ErrorDescription } from "../internal/describe-error.js";
import { quietly } from "./quietly.js";

/** A message or a stack longer than this is cut: the place for what is large is the result. */
const MAX_TEXT_CHARACTERS = 32_768;

/**
 * Writes on a span that its action failed: status ERROR with the message, `error.type`, and an exception event with the
 * stack. What was thrown may be anything at all.
 */
export function recordFailure(
  span: Span,
  thrown: unknown,
  described: ErrorDescription = describeError(thrown),
): ErrorDescription {
  const failure = { type: cut(described.type), message: cut(described.message) };
  quietly("a failure could not be written on its span", () => {
    span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
    span.setAttribute(ATTR_ERROR_TYPE, failure.type);
    span.recordException({ name: failure.type, message: failure.message, ...stackOf(thrown) });
  });
  return failure;
}

function stackOf(thrown: unknown): { stack?: string } {
  try {
    const stack: unknown = (thrown as Error | undefined)?.stack;
    return typeof stack === "string" ? { stack: cut(stack) } : {};
  } catch {
    // A getter of the host's: the failure is told without its stack.
    return {};
  }
}

const cut = (text: string): string =>
  text.length <= MAX_TEXT_CHARACTERS ? text : `${text.slice(0, MAX_TEXT_CHARACTERS)}…`;
