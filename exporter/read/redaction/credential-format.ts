import { startsWord } from "./escapes.js";
import type { TextRule } from "./text-rule.js";

/** Characters as in a regular expression's class, and how many of them. */
export interface Run {
  readonly of: string;
  readonly from: number;
  readonly to: number;
}

/** A credential with a recognisable format: the parts that it is made of, in order. The rest follows from that. */
export interface CredentialFormat {
  /** Whose it is and what it is called there. */
  readonly name: string;
  /** A text stands for itself; the longest is what is looked for first. Where runs come before it they have no upper bound above 64. */
  readonly parts: readonly (string | Run)[];
  /** What could also be words has to have a digit, or letters of both cases by turns. */
  readonly opaque?: true;
}

export const ALPHANUMERIC = "A-Za-z0-9";
export const LOWER = "a-z0-9";
export const HEX = "a-f0-9";
export const ANY_HEX = "A-Fa-f0-9";
export const URL_SAFE = "A-Za-z0-9_-";
export const BASE64 = "A-Za-z0-9+/";
export const UPPER = "A-Z0-9";

/** Exactly `from` characters, or from ... to. */
export const run = (of: string, from: number, to = from): Run => ({ of, from, to });

/** The usual form: a prefix that nobody uses by accident, then at least so many characters of the key's own. */
export function prefixed(name: string, prefixes: readonly string[], of: string, from: number, to = 512) {
  return prefixes.map((prefix): CredentialFormat => ({ name, parts: [prefix, run(of, from, to)] }));
}

export const literalOf = ({ parts }: CredentialFormat): string =>
  parts.filter((part) => typeof part === "string").reduce((a, b) => (b.length > a.length ? b : a));

/**
 * Hides a format wherever its literal occurs. Linear: each occurrence is compared with one pattern of bounded length, which has no
 * choice to take back but the lengths of its runs; what stands before the literal is walked over once.
 */
export function formatRule(format: CredentialFormat): TextRule {
  const literal = literalOf(format);
  const at = format.parts.indexOf(literal);
  const startOfLead = leadMatcher(format.parts.slice(0, at));
  const pattern = new RegExp(format.parts.slice(at).map(patternOf).join(""), "y");
  return {
    name: format.name,
    literals: [literal],
    find({ raw }, hide) {
      for (let index = raw.indexOf(literal); index >= 0; index = raw.indexOf(literal, index + 1)) {
        const start = startOfLead(raw, index);
        if (start === undefined || !startsWord(raw, start)) continue;
        pattern.lastIndex = index;
        if (!pattern.test(raw)) continue;
        const end = pattern.lastIndex;
        if (format.opaque && !isOpaque(raw.slice(start, end))) continue;
        hide(start, end);
        index = end - 1;
      }
    },
  };
}

/** Where the parts start that end at a place, each as long as it can be. */
function leadMatcher(parts: readonly (string | Run)[]): (text: string, end: number) => number | undefined {
  const steps = parts.toReversed().map((part) => {
    if (typeof part === "string")
      return (text: string, end: number) => (text.endsWith(part, end) ? end - part.length : undefined);
    const allowed = new RegExp(`[${part.of}]`);
    const isAllowed = Uint8Array.from({ length: 128 }, (_, code) =>
      allowed.test(String.fromCharCode(code)) ? 1 : 0,
    );
    return (text: string, end: number) => {
      let start = end;
      while (end - start < part.to && isAllowed[text.charCodeAt(start - 1)] === 1) start--;
      return end - start < part.from ? undefined : start;
    };
  });
  return (text, end) => {
    let start: number | undefined = end;
    for (const step of steps) if (start !== undefined) start = step(text, start);
    return start;
  };
}

function patternOf(part: string | Run): string {
  return typeof part === "string"
    ? part.replace(/[.*+?^$()|{}[\]\\/]/g, "\\$&")
    : `[${part.of}]{${part.from},${part.to}}`;
}

/** Not words: it has a digit, or its letters change their case again and again. */
export function isOpaque(text: string): boolean {
  return /\d/.test(text) || (text.match(/[a-z][A-Z]/g)?.length ?? 0) >= 3;
}
