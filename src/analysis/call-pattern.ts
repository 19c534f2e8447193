/** Which calls fit a pattern of a sequence. No regular expressions: whatever the pattern, it takes the time of the text. */
import type { CallPattern, SequenceRule } from "../config/sequence-rules.js";

/** What patterns look at. */
export interface PatternCall {
  readonly tool: string;
  /** The text of JSON, or its beginning. */
  readonly parameters: string | undefined;
  readonly path: string | undefined;
  readonly operation: string | undefined;
  readonly failed: boolean;
}

/** A pattern of texts, taken apart at its `*`. */
interface Form {
  readonly first: string;
  readonly middle: readonly string[];
  readonly last: string;
  readonly isWhole: boolean;
}

function formOf(pattern: string): Form {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  // Of two `*` beside each other, one says nothing.
  return { first, middle: rest.filter((part) => part !== ""), last: last ?? "", isWhole: last === undefined };
}

/** Whether a text has the form of a pattern, in which `*` is any text. Both are in lower case. */
export const hasForm = (text: string, pattern: string): boolean => isOf(text, formOf(pattern));

function isOf(text: string, { first, middle, last, isWhole }: Form): boolean {
  if (isWhole) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  // The leftmost place of each part leaves the most for those that follow.
  let from = first.length;
  const end = text.length - last.length;
  for (const part of middle) {
    const at = text.indexOf(part, from);
    if (at < 0 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

/** Whether a text has one of the forms. Most have none of what any form needs, which one look shows. */
function anyOf(patterns: readonly string[]): (text: string | undefined) => boolean {
  const forms = patterns.map((pattern) => formOf(pattern.toLowerCase()));
  const needed = forms.map(({ first, middle, last }) =>
    [first, ...middle, last].reduce((longest, part) => (part.length > longest.length ? part : longest), ""),
  );
  // Literal texts side by side: nothing in it goes back.
  const first = needed.includes("")
    ? undefined
    : new RegExp(needed.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"), "i");
  return (text) => {
    if (text === undefined || first?.test(text) === false) return false;
    const lower = text.toLowerCase();
    return forms.some((form) => isOf(lower, form));
  };
}

type Fits = (call: PatternCall) => boolean;

function fitsOf({ tools, files, arguments: given, except, operations, outcome = "any" }: CallPattern): Fits {
  const fitsTool = tools && remembered(anyOf(tools));
  const [fitsFile, fitsArguments, isExcepted] = [files, given, except].map(
    (patterns) => patterns && anyOf(patterns),
  );
  return ({ tool, parameters, path, operation, failed }) => {
    if (outcome !== "any" && failed !== (outcome === "failed")) return false;
    if (operations !== undefined && (operation === undefined || !operations.includes(operation)))
      return false;
    if (fitsTool?.(tool) === false || fitsFile?.(path) === false) return false;
    if (fitsArguments?.(parameters) === false) return false;
    return isExcepted === undefined || !(isExcepted(path) || isExcepted(parameters));
  };
}

const MAX_REMEMBERED = 1_000;

/** Agents have few tools, and call them often. */
function remembered(of: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= MAX_REMEMBERED) known.clear();
    const value = of(text);
    known.set(text, value);
    return value;
  };
}

/** What a call is in each of some rules: bit n is the step n, and the bit above all steps what takes it back. */
export type Marks = readonly number[];

/** Returns a function that marks calls: `undefined` for one that is nothing in any rule. */
export function markerOf(rules: readonly SequenceRule[]): (call: PatternCall) => Marks | undefined {
  const compiled = rules.map(({ steps, unless }) => [...steps, unless].map((any) => any.map(fitsOf)));
  return (call) => {
    let all = 0;
    const marks = compiled.map((parts) => {
      let bits = 0;
      for (let index = 0; index < parts.length; index++)
        if ((parts[index] as readonly Fits[]).some((fits) => fits(call))) bits |= 1 << index;
      all |= bits;
      return bits;
    });
    return all === 0 ? undefined : marks;
  };
}
