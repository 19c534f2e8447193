/**
 * The values that a text is made of, whatever kept them there: one JSON document, one a line, several one after the other with
 * lines of a log between them, what `util.inspect` prints, or a spreadsheet as CSV.
 */
import { parseJsonExactly } from "../read/dialects/common/decode-json.js";
import { valuesOfLine as objectsOfLine } from "../transcripts/values-of-line.js";
import { parseCsv } from "./parse-csv.js";
import { InspectedText } from "./parse-inspected.js";
import type { FileValue } from "./span-file-format.js";

/** Every line that is wrong adds a sentence to `problems`. */
export function valuesInText(text: string, problems: string[]): readonly FileValue[] {
  if (text.trim() === "") return [];
  const whole = parsed(text);
  if (whole.ok) return itemsOf({ place: "", value: whole.value });
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  if (isDocument(parsed(lines[first] ?? "")))
    return lines.flatMap((line, index) => valuesOfLine(line, index + 1, problems));
  const scattered = scatteredValues(text, problems);
  if (scattered.length > 0) return scattered;
  const records = parseCsv(text);
  if (records.length > 0) return records.map((value, index) => ({ place: `record ${index + 1}: `, value }));
  problems.push(`${lineOfError(text, whole.message)}: not JSON (${whole.message})`);
  return [];
}

/** The values of one line of a file that has a document a line. */
export function valuesOfLine(line: string, number: number, problems: string[]): readonly FileValue[] {
  if (line.trim() === "") return [];
  const place = `line ${number}: `;
  const document = parsed(line);
  if (document.ok) return itemsOf({ place, value: document.value });
  const { values, isTorn } = objectsOfLine(line, (text) => orUndefined(() => parseJsonExactly(text)));
  if (isTorn) problems.push(`${place}not JSON (${document.message})`);
  return values.map((value) => ({ place, value }));
}

/** Whether a line is a document of its own. */
export const isDocumentLine = (line: string): boolean => isDocument(parsed(line));

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

/** Some editors and programs write it before the first line. */
const BYTE_ORDER_MARK = "\ufeff";

function parsed(text: string): Parsed {
  try {
    return { ok: true, value: parseJsonExactly(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

// A number or a word can begin a line of a log as well.
const isDocument = (read: Parsed): boolean =>
  read.ok && typeof read.value === "object" && read.value !== null;

function itemsOf({ place, value }: FileValue): readonly FileValue[] {
  if (!Array.isArray(value)) return [{ place, value }];
  return value.map((item: unknown, index) => ({ place: `${place}[${index}]: `, value: item }));
}

// Objects begin at the beginning of a line and end at the beginning of one; short ones on the same line.
function scatteredValues(text: string, problems: string[]): readonly FileValue[] {
  const values: FileValue[] = [];
  const cut: string[] = [];
  let line = 1;
  let counted = 0;
  const passOver = (end: number): void => {
    const between = text.slice(counted, end);
    const piece = PIECE_OF_SPAN.exec(between);
    if (piece !== null) {
      const place = line + between.slice(0, piece.index).split("\n").length - 1;
      cut.push(`line ${place}: a piece of a span that was cut off: write it whole, or take it out`);
    }
    line += between.split("\n").length - 1;
    counted = end;
  };
  for (const match of text.matchAll(/^\{(?:.*\}\s*$|[\s\S]*?^\},?\s*$)/gm)) {
    passOver(match.index);
    const found = jsonOrInspected(match[0].replace(/,\s*$/, ""));
    if (found.length === 0) continue;
    for (const value of found) values.push({ place: `line ${line}: `, value });
    line += match[0].split("\n").length - 1;
    counted += match[0].length;
  }
  passOver(text.length);
  if (values.length > 0) problems.push(...cut);
  return values;
}

/** What only an object says in which spans are; a line of a log may name a trace too. */
const PIECE_OF_SPAN =
  /"(?:resourceSpans|scopeSpans|traceId|trace_id|spanId|span_id)"\s*:|^\{[^}]*?\btrace_?id\s*:/im;

/** One object, or several one after the other; none where it is neither JSON nor what `util.inspect` prints. */
function jsonOrInspected(text: string): readonly unknown[] {
  const json = parsed(text);
  if (json.ok) return [json.value];
  if (text.includes("\n")) return inspectedValues(text);
  const { values, isTorn } = objectsOfLine(text, (one) => orUndefined(() => parseJsonExactly(one)));
  return isTorn ? inspectedValues(text) : values;
}

function inspectedValues(text: string): readonly unknown[] {
  const values: unknown[] = [];
  for (let at = 0; text.slice(at).trim() !== ""; ) {
    const inspected = new InspectedText(text, at);
    const value = orUndefined(() => inspected.value());
    if (value === undefined) return [];
    values.push(value);
    at = inspected.position;
  }
  return values;
}

function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function lineOfError(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return `line ${text.split("\n").length}`;
  return `line ${text.slice(0, Number(position)).split("\n").length}`;
}
