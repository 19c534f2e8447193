import { EventError } from "../../src/errors.js";
import { isPlainObject } from "../../src/event/json.js";
import type { SpanToMap } from "../correlate/mapped-span.js";
import { withAncestors } from "../correlate/span-ancestors.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import { jaegerFormat } from "./jaeger.js";
import { langfuseFormat } from "./langfuse.js";
import { nodeConsoleFormat } from "./node-console.js";
import { otlpFormat, tempoFormat } from "./otlp.js";
import { phoenixFormat } from "./phoenix.js";
import { anyAgentFormat, pythonFormat } from "./python.js";
import type { FileValue, SpanFileFormat } from "./span-file-format.js";
import { valuesInText } from "./values-in-text.js";

/** Every form of file that is read. What only one tool writes comes before what looks like several. */
export const SPAN_FILE_FORMATS: readonly SpanFileFormat[] = [
  otlpFormat,
  tempoFormat,
  jaegerFormat,
  langfuseFormat,
  phoenixFormat,
  pythonFormat,
  anyAgentFormat,
  nodeConsoleFormat,
];

/**
 * The spans of a text in any of the known forms, with those around them, in their order.
 *
 * @throws EventError which names everything that is wrong, and what was found where none of the forms is
 */
export function readSpanText(text: string): readonly SpanToMap[] {
  const problems: string[] = [];
  const spans = spansOfValues(valuesInText(text, problems), problems);
  if (problems.length > 0) throw new EventError(problems);
  return withAncestors(spans);
}

/** The spans of these values that can be read. For everything that cannot, a sentence is added to `problems`. */
export function spansOfValues(values: readonly FileValue[], problems: string[]): readonly ReadableSpan[] {
  return values.flatMap(({ place, value }) => {
    const format = SPAN_FILE_FORMATS.find((candidate) => candidate.matches(value));
    if (format !== undefined) return format.read(value, problems, place);
    if (!isEmptyResponse(value)) problems.push(`${place}${found(value)}: none of the known forms. ${KNOWN}`);
    return [];
  });
}

const KNOWN = `Known are ${SPAN_FILE_FORMATS.map(({ name }) => name).join(", ")}`;

// An API that found nothing says so.
const isEmptyResponse = (value: unknown): boolean =>
  isPlainObject(value) && Array.isArray(value.data) && value.data.length === 0;

const MAX_NAMES = 8;

function found(value: unknown): string {
  if (!isPlainObject(value)) return `found ${Array.isArray(value) ? "a list" : `a ${typeof value}`}`;
  const names = Object.keys(value);
  const listed = names.slice(0, MAX_NAMES).map((name) => JSON.stringify(name));
  if (names.length > listed.length) listed.push(`${names.length - listed.length} more`);
  return names.length === 0 ? "found an object without members" : `found an object with ${listed.join(", ")}`;
}
