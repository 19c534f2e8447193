import { pathOf } from "../compare/value-differences.js";
import type { JsonValue } from "../event/json.js";
import { largeResultOf } from "../event/large-result.js";
import { missingParts, type RecordedAction } from "../recorded/recorded-action.js";

/** Why a recorded result cannot be given back: a part of it is not there. */
export interface MissingPart {
  /** `redacted`, `trimmed`, `hidden`, `cut`, `elsewhere` or `unfinished`. */
  readonly how: string;
  /** Where: `$.token`; `$` for all of it. */
  readonly path: string;
}

/** Marks that are written where something was left out, and by whom. */
const MARKS: readonly { readonly how: string; readonly pattern: RegExp }[] = [
  { how: "redacted", pattern: /\[redacted\]|\[redaction failed\]/ },
  { how: "trimmed", pattern: /…\[trimmed: / },
  {
    how: "trimmed",
    pattern: /^(?:\[nested too deep\]|\[circular\]|\[cannot be written as JSON\]|… \d+ more)$/,
  },
];

/** The first part of a recorded outcome that is missing; `undefined` when it is whole. */
export function missingOf(action: RecordedAction): MissingPart | undefined {
  if (action.status === "running" || action.status === "abandoned") return { how: "unfinished", path: "$" };
  if (action.details.tool_result_hidden === true) return { how: "hidden", path: "$" };
  if (missingParts(action).includes("outcome")) return { how: "cut", path: "$" };
  const found = markedIn(action.details.tool_result ?? null, []);
  if (found?.how === "trimmed" && largeResultOf(action.details, "tool_result") !== undefined)
    return { ...found, how: "elsewhere" };
  if (found !== undefined) return found;
  const inMessage = action.failed ? markedIn(action.errorMessage, ["error_message"]) : undefined;
  return inMessage;
}

/** The first part of a value that is missing; `undefined` when it is whole. */
export const missingIn = (value: JsonValue): MissingPart | undefined => markedIn(value, []);

/** The place of the first mark in a value, in the order of its members. */
function markedIn(value: JsonValue, steps: readonly (string | number)[]): MissingPart | undefined {
  if (typeof value === "string") {
    const mark = MARKS.find(({ pattern }) => pattern.test(value));
    return mark && { how: mark.how, path: pathOf(steps) };
  }
  if (typeof value !== "object" || value === null) return undefined;
  const members: Iterable<[string | number, JsonValue]> = Array.isArray(value)
    ? (value as readonly JsonValue[]).entries()
    : Object.entries(value as Readonly<Record<string, JsonValue>>);
  for (const [step, member] of members) {
    // A member of a list that was cut stands under the key `…`.
    if (step === "…") return { how: "trimmed", path: pathOf(steps) };
    const found = markedIn(member, [...steps, step]);
    if (found !== undefined) return found;
  }
  return undefined;
}
