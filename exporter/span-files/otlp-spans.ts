/**
 * Reads spans that were exported as OTLP/JSON: one document, a list of documents, or one document a line, as the OpenTelemetry
 * Collector's file exporter writes them. The result has the shape that span processors and exporters see, so everything that
 * is made for live spans works on files too.
 */

import { EventError } from "../../src/errors.js";
import { isPlainObject } from "../../src/event/json.js";
import type { SpanToMap } from "../correlate/mapped-span.js";
import { withAncestors } from "../correlate/span-ancestors.js";
import { parseJsonExactly } from "../read/dialects/common/decode-json.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import { readSpan } from "./otlp-span.js";

/**
 * The spans in the order of the file.
 *
 * @throws EventError which names every line and member that is wrong
 */
export function readOtlpJson(text: string): readonly SpanToMap[] {
  const problems: string[] = [];
  const spans = documentsIn(text, problems).flatMap(({ place, value }) =>
    spansOfDocument(value, problems, place),
  );
  if (problems.length > 0) throw new EventError(problems);
  return withAncestors(spans);
}

interface Document {
  /** Where the document stands, for messages: empty when it is the whole text. */
  readonly place: string;
  readonly value: unknown;
}

function documentsIn(text: string, problems: string[]): readonly Document[] {
  if (text.trim() === "") return [];
  const whole = parsed(text);
  if (whole.ok) return [whole.value].flat().map((value) => ({ place: "", value }));
  const lines = text.split("\n");
  const first = lines.find((line) => line.trim() !== "") ?? "";
  // One document that is broken, or one document a line? The first line shows which.
  if (!parsed(first).ok) {
    problems.push(`${lineOfError(text, whole.message)}: not JSON (${whole.message})`);
    return [];
  }
  return lines.flatMap((line, index) => documentOfLine(line, index + 1, problems));
}

function documentOfLine(line: string, number: number, problems: string[]): readonly Document[] {
  if (line.trim() === "") return [];
  const document = parsed(line);
  if (document.ok) return [{ place: `line ${number}: `, value: document.value }];
  problems.push(`line ${number}: not JSON (${document.message})`);
  return [];
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

function parsed(text: string): Parsed {
  try {
    return { ok: true, value: parseJsonExactly(text) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function lineOfError(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return `line ${text.split("\n").length}`;
  return `line ${text.slice(0, Number(position)).split("\n").length}`;
}

/**
 * The spans of one document that can be read. For everything that cannot, a sentence that begins with its place is added
 * to `problems`.
 */
export function spansOfDocument(value: unknown, problems: string[], place = ""): readonly ReadableSpan[] {
  const groups = listAt(value, "resourceSpans");
  if (groups === undefined) {
    problems.push(`${place}no list "resourceSpans": is this an OTLP/JSON export of traces?`);
    return [];
  }
  return groups.flatMap((group, index) =>
    spansOfResource(group, `${place}resourceSpans[${index}]`, problems),
  );
}

function spansOfResource(group: unknown, place: string, problems: string[]): ReadableSpan[] {
  const resource = memberOf(group, "resource");
  // Exporters of before 2022 called scopes libraries.
  const scopes = listAt(group, "scopeSpans") ?? listAt(group, "instrumentationLibrarySpans");
  if (scopes === undefined) {
    // Protobuf does not write empty lists, so an absent one says that there are none.
    if (!isPlainObject(group) || group.scopeSpans !== undefined)
      problems.push(`${place}: "scopeSpans" is not a list`);
    return [];
  }
  return scopes.flatMap((scoped, index) => {
    const scope = memberOf(scoped, "scope") ?? memberOf(scoped, "instrumentationLibrary");
    const spans = listAt(scoped, "spans") ?? [];
    if (memberOf(scoped, "spans") !== undefined && !Array.isArray(memberOf(scoped, "spans")))
      problems.push(`${place}.scopeSpans[${index}]: "spans" is not a list`);
    return spans.flatMap((span, number) => {
      const reading = readSpan(span, resource, scope);
      if (reading.ok) return [reading.span];
      problems.push(`${place}.scopeSpans[${index}].spans[${number}]: ${reading.problem}`);
      return [];
    });
  });
}

const memberOf = (value: unknown, name: string): unknown => (isPlainObject(value) ? value[name] : undefined);

function listAt(value: unknown, name: string): readonly unknown[] | undefined {
  const list = memberOf(value, name);
  return Array.isArray(list) ? list : undefined;
}
