import { blankEscapes, FILLER } from "./escapes.js";
import { isRandom, looksGenerated } from "./plausible-secret.js";
import type { KeyMatcher } from "./secret-keys.js";

/** A text that is searched, as it is and with its escapes blanked. Both have the same length: a place in one is a place in the other. */
export interface SearchedText {
  readonly raw: string;
  /** See `blankEscapes`. What a line, a quote or a blank is can be read here whatever the text was quoted in. */
  readonly plain: string;
  readonly isSecretKey: KeyMatcher;
  /** See `createWeakKeyMatcher`. */
  readonly isWeakKey: KeyMatcher;
  /** See `createAllowedKeyMatcher`. */
  readonly isAllowedKey: KeyMatcher;
}

/** Hides what stands from `start` to `end`; with a replacement of its own exactly that, otherwise without cutting an escape in two. */
export type Hide = (start: number, end: number, replacement?: string) => void;

/** A rule for texts. It runs when one of its literals occurs: most texts hold nothing to hide. */
export interface TextRule {
  readonly name: string;
  readonly literals: readonly string[];
  readonly ignoreCase?: boolean;
  /** It also runs when many characters of base64 follow each other. */
  readonly longRuns?: true;
  /** It also runs when somewhat fewer do, among them a digit. */
  readonly digitRuns?: true;
  readonly find: (text: SearchedText, hide: Hide) => void;
}

interface HiddenRange {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** The text without what the rules hide; the same string when they hide nothing. */
export function applyRules(
  rules: readonly TextRule[],
  raw: string,
  names: Omit<SearchedText, "raw" | "plain">,
  redacted: string,
): string {
  const ranges: HiddenRange[] = [];
  const [first, ...decoded] = blankEscapes(raw);
  for (const plain of [first, ...decoded]) {
    // In a second reading nothing is as it was written.
    const text = { raw: plain === first ? raw : plain, plain, ...names };
    const hide: Hide = (from, to, replacement) => {
      let [start, end] = [from, to];
      if (replacement === undefined) {
        while (
          start < end &&
          (raw.charCodeAt(start) !== plain.charCodeAt(start) || plain.charAt(start - 1) === FILLER)
        )
          start++;
        while (start < end && raw.charCodeAt(end - 1) !== plain.charCodeAt(end - 1)) end--;
      }
      if (end > start) ranges.push({ start, end, replacement: replacement ?? redacted });
    };
    for (const rule of rules) rule.find(text, hide);
  }
  if (ranges.length === 0) return raw;
  return withoutRanges(raw, [...ranges, ...echoes(raw, ranges, redacted)]);
}

/** What was hidden for the name before it, where it stands once more without one: `export TOKEN=x; curl h/x`. */
function echoes(raw: string, ranges: readonly HiddenRange[], replacement: string): HiddenRange[] {
  const values = new Set(
    ranges
      .filter(({ start, end }) => end - start >= SHORTEST_ECHO && end - start <= LONGEST_ECHO)
      .map(({ start, end }) => raw.slice(start, end)),
  );
  const found: HiddenRange[] = [];
  for (const value of [...values].slice(0, MAX_ECHOED)) {
    if (!looksGenerated(value) || !isRandom(value)) continue;
    for (let start = raw.indexOf(value); start >= 0; start = raw.indexOf(value, start + value.length))
      found.push({ start, end: start + value.length, replacement });
  }
  return found;
}

const SHORTEST_ECHO = 16;
const LONGEST_ECHO = 512;
/** A text with more of them is a list of secrets, each under its name. */
const MAX_ECHOED = 32;

// Of ranges that overlap, the first one's replacement stands for all of them.
function withoutRanges(raw: string, ranges: HiddenRange[]): string {
  ranges.sort((a, b) => a.start - b.start || b.end - a.end);
  let kept = "";
  let from = 0;
  for (const { start, end, replacement } of ranges) {
    if (end <= from) continue;
    if (start >= from) kept += raw.slice(from, start) + replacement;
    from = end;
  }
  return kept + raw.slice(from);
}
