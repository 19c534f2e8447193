import { isPlainObject } from "../../../src/event/json.js";
import { redactedBeginning, SEARCHED_BEHIND } from "./redacted-beginning.js";
import type { Redactor } from "./redactor.js";

/** The redacted event. A message, or a stack, is cut before it is searched, as far behind its end that a credential there is seen whole. */
export function redactWithLongTexts<Event extends object>(event: Event, redact: Redactor): Event {
  const short = withLongTexts(event, event, (text) => text.slice(0, MESSAGE_LENGTH + SEARCHED_BEHIND));
  if (short === event) return redact(event);
  return withLongTexts(
    redact(short),
    event,
    (safe, { length }) => `${redactedBeginning(safe, MESSAGE_LENGTH, length)}…`,
  );
}

/** What an event has of an error's message, and of its stack: the place for what is large is the result. */
const MESSAGE_LENGTH = 32_768;

/** Where the texts of an error stand in an event. */
const TEXTS_OF_ERRORS = [
  ["error_message"],
  ["action_details", "error_message"],
  ["action_details", "error_context", "stacktrace"],
] as const;

/** The event with `change` made to those texts of an error that are too long in `original`; the event itself where none is. */
function withLongTexts<Event extends object>(
  event: Event,
  original: Event,
  change: (text: string, original: string) => string,
): Event {
  let changed = event;
  for (const path of TEXTS_OF_ERRORS) {
    const long = memberAt(original, path);
    if (typeof long !== "string" || long.length <= MESSAGE_LENGTH) continue;
    changed = withMember(changed, path, (text) => change(String(text), long)) as Event;
  }
  return changed;
}

const memberAt = (holder: unknown, [name, ...rest]: readonly string[]): unknown =>
  name === undefined ? holder : isPlainObject(holder) ? memberAt(holder[name], rest) : undefined;

/** A copy in which the member at a path is another; the same where redaction has left nothing there. */
function withMember(
  holder: unknown,
  [name, ...rest]: readonly string[],
  change: (value: unknown) => unknown,
): unknown {
  if (name === undefined) return change(holder);
  if (!isPlainObject(holder) || !(name in holder)) return holder;
  return { ...holder, [name]: withMember(holder[name], rest, change) };
}
