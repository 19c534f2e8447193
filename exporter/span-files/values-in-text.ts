/**
 * The values that a text is made of, whatever kept them there: one JSON document, one a line, several one after the other with
 * lines of a log between them, what `util.inspect` prints, or a spreadsheet as CSV.
 */
import { parseJsonExactly } from "../read/dialects/common/decode-json.js";
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
  const scattered = scatteredValues(text);
  if (scattered.length > 0) return scattered;
  const records = parseCsv(text);
  if (records.length > 0) return records.map((value, index) => ({ place: `record ${index + 1}: `, value }));
  problems.push(`${lineOfError(text, whole.message)}: not JSON (${whole.message})`);
  return [];
}

/** The values of one line of a file that has a document a line. */
export function valuesOfLine(line: string, number: number, problems: string[]): readonly FileValue[] {
  if (line.trim() === "") return [];
  const document = parsed(line);
  if (document.ok) return itemsOf({ place: `line ${number}: `, value: document.value });
  problems.push(`line ${number}: not JSON (${document.message})`);
  return [];
}

/** Whether a line is a document of its own. */
export const isDocumentLine = (line: string): boolean => isDocument(parsed(line));

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

// A number or a word can begin a line of a log as well.
const isDocument = (read: Parsed): boolean =>
  read.ok && typeof read.value === "object" && read.value !== null;

function itemsOf({ place, value }: FileValue): readonly FileValue[] {
  if (!Array.isArray(value)) return [{ place, value }];
  return value.map((item: unknown, index) => ({ place: `${place}[${index}]: `, value: item }));
}

// Objects begin at the beginning of a line and end at the beginning of one; short ones on the same line.
function scatteredValues(text: string): readonly FileValue[] {
  const values: FileValue[] = [];
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(/^\{(?:.*\}\s*$|[\s\S]*?^\},?\s*$)/gm)) {
    const value = jsonOrInspected(match[0].replace(/,\s*$/, ""));
    line += text.slice(counted, match.index).split("\n").length - 1;
    counted = match.index;
    if (value !== undefined) values.push({ place: `line ${line}: `, value });
  }
  return values;
}

function jsonOrInspected(text: string): unknown {
  const json = parsed(text);
  if (json.ok) return json.value;
  try {
    return new InspectedText(text).value();
  } catch {
    return undefined;
  }
}

function lineOfError(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return `line ${text.split("\n").length}`;
  return `line ${text.slice(0, Number(position)).split("\n").length}`;
}
