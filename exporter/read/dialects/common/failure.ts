import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  EVENT_EXCEPTION,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, textAt } from "./attributes.js";

/** What went wrong, as far as the span says. */
export interface Failure {
  /** `error.type` of the conventions: a class, a code, or `Error` where nothing is known. */
  readonly type: string;
  readonly message: string | undefined;
  readonly stacktrace?: string | undefined;
}

/** `SpanStatusCode` of the OpenTelemetry API, which the types alone cannot give at run time. */
const STATUS_OK = 1;
const STATUS_ERROR = 2;

/**
 * The failure of a span by the general rules: status ERROR, or `error.type`, or an exception event. An exception on a span
 * that goes on to a result, or that is marked OK, was caught, and is none.
 */
export function readFailure(span: ReadableSpan, hasResult = false): Failure | undefined {
  const exception = exceptionOf(span);
  const failed =
    hasErrorStatus(span) ||
    textAt(span.attributes, ATTR_ERROR_TYPE) !== undefined ||
    (exception !== undefined && !hasResult && (span.status.code !== STATUS_OK || isLeaving(exception)));
  return failed ? describeFailure(span, exception) : undefined;
}

// Some mark it OK, because it is no failure; the tool waits all the same.
const isLeaving = (exception: Attributes): boolean =>
  INTERRUPTS.has(shortType(textAt(exception, ATTR_EXCEPTION_TYPE) ?? ""));

export const hasErrorStatus = (span: ReadableSpan): boolean => span.status.code === STATUS_ERROR;

/** The attributes of the span's last exception event: the one that it ended with. */
export function exceptionOf(span: ReadableSpan): Attributes | undefined {
  for (let index = span.events.length - 1; index >= 0; index--) {
    const event = span.events[index];
    if (event?.name === EVENT_EXCEPTION) return event.attributes ?? {};
  }
  return undefined;
}

/** Reads what the span says of a failure that is known to have happened. */
export function describeFailure(span: ReadableSpan, exception = exceptionOf(span)): Failure {
  const { attributes, status } = span;
  const thrown = textAt(exception ?? {}, ATTR_EXCEPTION_MESSAGE);
  const isMore = status.message?.includes(TRACEBACK) || (thrown !== undefined && isPrinted(status.message));
  const told = textAt(attributes, ATTR_ERROR_TYPE);
  const type = typeIn(told);
  const isLess = type === undefined && told !== undefined && isGenericMessage(status.message);
  const said = isMore ? (thrown ?? status.message) : isLess ? told : status.message || thrown;
  const named = type ?? classOf(exception ?? {});
  const failure = failureSaying(
    said ?? textAt(attributes, "error.message") ?? (type === undefined ? told : undefined),
    named,
  );
  const stacktrace = textAt(exception ?? {}, ATTR_EXCEPTION_STACKTRACE);
  return stacktrace === undefined ? failure : { ...failure, stacktrace };
}

/** What instrumentations say of any failure, whatever went wrong: `Tool execution failed`, `Error running tool (non-fatal)`. */
export const isGenericMessage = (message: string | undefined): boolean =>
  message !== undefined && GENERIC.test(message);

const GENERIC =
  /^(?:(?:tool|function|agent|workflow)[ _](?:execution|call|invocation|run)? ?(?:failed|error)|error (?:in|running|executing|calling|invoking) (?:the )?(?:tool|function|agent)(?: (?:run|call|execution))?(?: \(non-fatal\))?)\.?$/i;

/**
 * Up to so many characters a message is searched for what is written around it: the agent waits for it. Nothing is cut here, where a secret
 * could stand at the edge.
 */
const MAX_SEARCHED = 131_072;

const isPrinted = (message = ""): boolean => message.length <= MAX_SEARCHED && PRINTED.test(message);

/** An exception as Python prints it with more than one argument: `ChatClientException("no", InternalServerError('no'))`. */
const PRINTED = /^[A-Za-z_][\w.]{0,100}\(["'][\s\S]*["'], [\s\S]*\)$/;

// Python's way of printing a class; and some write the message there, which has blanks as no type has.
function typeIn(told: string | undefined): string | undefined {
  const printed = /^<class '([^']{1,200})'>$/.exec(told ?? "")?.[1];
  return printed ?? (told !== undefined && /\s/.test(told.trim()) ? undefined : told);
}

// The SDK for JavaScript writes an error's code before its class; a number (of HTTP, of a DOMException) says less than the stack.
function classOf(exception: Attributes): string | undefined {
  const type = textAt(exception, ATTR_EXCEPTION_TYPE);
  if (type === undefined || !/^\d+$/.test(type)) return type;
  const stack = textAt(exception, ATTR_EXCEPTION_STACKTRACE) ?? "";
  return /^([A-Za-z_$][\w$]{0,80})(?::|\n|$)/.exec(stack)?.[1] ?? type;
}

/** Python's way of writing a stack, which LangChain appends to the error: `ValueError('no')Traceback (most recent call last): ...`. */
const TRACEBACK = "Traceback (most recent call last):";

/**
 * An error as Python writes it (`ValueError('no')`, or, for some classes, its message alone), where a stack is behind it, or where its type
 * is known. The stack's last line says the type again.
 */
function pythonFailure(said: string, named: string | undefined): Failure | undefined {
  const stackAt = said.indexOf(TRACEBACK);
  if (stackAt === 0) return ofTraceback(said);
  const once = stackAt < 0 ? said : said.slice(0, stackAt).trim();
  const [, type, , message] = (once.length <= MAX_SEARCHED && WRITTEN_ERROR.exec(once)) || [];
  const stack = stackAt < 0 ? undefined : { stacktrace: said };
  const isOfType =
    named === undefined ? TYPE_NAME.test(type ?? "") : shortType(type ?? "") === shortType(named);
  if (type !== undefined && (stack !== undefined || isOfType))
    return { type: named ?? type, message: message || undefined, ...stack };
  if (stack === undefined) return undefined;
  const again = said.lastIndexOf(`: ${once.split("\n", 1)[0]}`);
  const before = said.slice(0, again);
  const last = /^\n?([A-Za-z_][\w.]{0,200})$/.exec(before.slice(Math.max(before.lastIndexOf("\n"), 0)))?.[1];
  return { type: named ?? shortType(last ?? "Error"), message: once || undefined, ...stack };
}

// Frames are indented; the first line after the last of them that is not is the error.
function ofTraceback(said: string): Failure | undefined {
  const last = said.slice(said.lastIndexOf(TRACEBACK) + TRACEBACK.length).trimEnd();
  const error = /\n([A-Za-z_][\w.]{0,200})(?:: |$)/.exec(last);
  const type = error?.[1];
  const message = error?.[0].endsWith(": ") ? last.slice(error.index + error[0].length) : undefined;
  return type === undefined ? undefined : { type, message: message || undefined, stacktrace: said };
}

const WRITTEN_ERROR = /^([A-Za-z_][\w.]{0,80})\((['"]?)([\s\S]*?)\2,?\)$/;

/**
 * A failure by what was said of it. Some instrumentations write more into the message than the message: the type before it
 * (`TypeError: x`), or the whole stack after it (`x\n\nTypeError: x\n    at ...`).
 *
 * @param named the type, where one was given
 */
export function failureSaying(said: string | undefined, named?: string): Failure {
  const telling = isTelling(named) ? named : undefined;
  if (said === undefined) return { type: telling ?? "Error", message: undefined };
  const python = pythonFailure(said, telling);
  if (python !== undefined) return python;
  const stackAt = said.slice(0, MAX_SEARCHED).search(STACK_START);
  const [once, again] = stackAt < 0 ? [said, ""] : firstOfTwo(said.slice(0, stackAt));
  const type = (TYPE_BEFORE_MESSAGE.exec(once) ?? TYPE_BEFORE_MESSAGE.exec(`${again}: `))?.[1];
  return {
    type: telling ?? type ?? "Error",
    message: withoutType(once, telling) || (telling === undefined ? once : undefined) || undefined,
    ...(stackAt >= 0 && { stacktrace: said }),
  };
}

/** The failure that an answer tells, where it tells one and the span does not. */
export const failureIfSaid = (said: string | undefined): Failure | undefined =>
  said === undefined ? undefined : failureSaying(said);

// A type that nothing else says stays in the message. Python and Java write the type with its module, and the message without. A code that
// the system's own message begins with (`ENOENT: no such file`) is a part of that message.
function withoutType(said: string, telling: string | undefined): string {
  if (telling === undefined) return said.replace(TYPE_BEFORE_MESSAGE, "");
  if (/^[A-Z\d_]+$/.test(telling)) return said;
  const before = [telling, shortType(telling)].find((type) => said.startsWith(`${type}: `));
  return before === undefined ? said : said.slice(before.length + 2);
}

const shortType = (type: string): string => type.slice(type.lastIndexOf(".") + 1);

// Some write a word here whatever happened; then the message may know more.
const isTelling = (type: string | undefined): type is string =>
  type !== undefined && !["Error", "unknown", "_OTHER"].includes(type);

const TYPE_NAME = /(?:Error|Exception|Interrupt|Command|Triggered|Timeout)$/;
const TYPE_BEFORE_MESSAGE =
  /^([A-Za-z_$][\w$.]{0,80}(?:Error|Exception|Interrupt|Command|Triggered|Timeout)|Error|Exception): ?/;
const STACK_START = /\n\s{0,8}at [^\n]/;

/** A message may have blank lines of its own, so the blank line that counts is the one after which it is said again. */
const MAX_BLANK_LINES = 16;

function firstOfTwo(text: string): [once: string, again: string] {
  let at = text.indexOf("\n\n");
  for (let tries = 0; at >= 0 && tries < MAX_BLANK_LINES; tries++) {
    const once = text.slice(0, at);
    const again = text.slice(at + 2);
    if (again.endsWith(once)) return [once, again];
    at = text.indexOf("\n\n", at + 2);
  }
  return [text, ""];
}

/**
 * LangGraph leaves a node by throwing where it waits for a person, or hands over to another graph; Pydantic AI leaves a tool so that
 * waits for an approval or is run elsewhere; Genkit and LlamaIndex leave one that waits for a person. None is a failure.
 */
const INTERRUPTS = new Set([
  "GraphInterrupt",
  "NodeInterrupt",
  "ApprovalRequired",
  "CallDeferred",
  "ToolInterruptError",
  "WaitingForEvent",
]);
const HAND_OVERS = new Set(["ParentCommand", "GraphBubbleUp"]);

export const isInterrupt = (failure: Failure | undefined): boolean =>
  failure !== undefined && INTERRUPTS.has(shortType(failure.type));

export const isControlFlow = (failure: Failure | undefined): boolean =>
  failure !== undefined && (isInterrupt(failure) || HAND_OVERS.has(shortType(failure.type)));
