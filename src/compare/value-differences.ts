import type { JsonObject, JsonValue } from "../event/json.js";
import { alignSequences } from "./align/align-sequences.js";
import type { Canonicaliser } from "./canonical.js";
import { TokenIds } from "./token-ids.js";

/** One place in which two values differ. A value that is `undefined` is not there. */
export interface ValueDifference {
  /** `$.options.cwd`, `$.items[2].name`; `$` for the whole. */
  readonly path: string;
  readonly a: JsonValue | undefined;
  readonly b: JsonValue | undefined;
  /** Of two texts of several lines: the lines that differ, with those around them. */
  readonly lines?: readonly LineDifference[];
}

export interface LineDifference {
  readonly side: "a" | "b" | "both";
  /** Number of the line in its text, from 1; of a line of both, that in the first one. */
  readonly number: number;
  readonly text: string;
}

export interface ValueDifferences {
  readonly differences: readonly ValueDifference[];
  /** There are more: these are the first ones. */
  readonly isCut: boolean;
}

export interface DifferenceLimits {
  /** @default 20 */
  readonly maxDifferences?: number;
  /** Lines shown of each text. @default 40 */
  readonly maxLines?: number;
}

/** Where two values differ once the normalisation is applied, by paths in the order of the first value. */
export function valueDifferences(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  tool: string,
  canonicaliser: Canonicaliser,
  { maxDifferences = 20, maxLines = 40 }: DifferenceLimits = {},
): ValueDifferences {
  const differences: ValueDifference[] = [];
  // One more than is wanted, which tells that there are more.
  const search = new DifferenceSearch(differences, maxDifferences + 1, maxLines, tool, canonicaliser);
  search.compare(a, b, []);
  return {
    differences: differences.slice(0, maxDifferences),
    isCut: differences.length > maxDifferences,
  };
}

class DifferenceSearch {
  readonly #found: ValueDifference[];
  readonly #most: number;
  readonly #maxLines: number;
  readonly #tool: string;
  readonly #canonicaliser: Canonicaliser;

  constructor(
    found: ValueDifference[],
    most: number,
    maxLines: number,
    tool: string,
    canonicaliser: Canonicaliser,
  ) {
    this.#found = found;
    this.#most = most;
    this.#maxLines = maxLines;
    this.#tool = tool;
    this.#canonicaliser = canonicaliser;
  }

  compare(a: JsonValue | undefined, b: JsonValue | undefined, steps: readonly (string | number)[]): void {
    if (this.#found.length >= this.#most || this.#isEqual(a, b, steps)) return;
    if (isList(a) && isList(b)) this.#compareLists(a, b, steps);
    else if (isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        this.compare(ownMember(a, key), ownMember(b, key), [...steps, key]);
    } else if (typeof a === "string" && typeof b === "string" && (a.includes("\n") || b.includes("\n")))
      this.#found.push({ path: pathOf(steps), a, b, lines: this.#lines(a, b) });
    else this.#found.push({ path: pathOf(steps), a, b });
  }

  // Items are aligned, so that one that was put in does not make others of all that follow.
  #compareLists(a: readonly JsonValue[], b: readonly JsonValue[], steps: readonly (string | number)[]): void {
    const ids = new TokenIds();
    const numbers = (items: readonly JsonValue[]) =>
      Int32Array.from(items, (item, index) =>
        ids.of(this.#canonicaliser.write(item, this.#tool, [...steps.map(String), String(index)])),
      );
    const { matches } = alignSequences(numbers(a), numbers(b));
    let [aAt, bAt] = [0, 0];
    for (let at = 0; at <= a.length; at++) {
      const to = at === a.length ? b.length : (matches[at] as number);
      if (to === -1) continue;
      for (let offset = 0; aAt + offset < at || bAt + offset < to; offset++) {
        const isInA = aAt + offset < at;
        this.compare(isInA ? a[aAt + offset] : undefined, bAt + offset < to ? b[bAt + offset] : undefined, [
          ...steps,
          isInA ? aAt + offset : bAt + offset,
        ]);
      }
      [aAt, bAt] = [at + 1, to + 1];
    }
  }

  #isEqual(a: JsonValue | undefined, b: JsonValue | undefined, steps: readonly (string | number)[]): boolean {
    if (a === undefined || b === undefined) {
      const given = this.#canonicaliser.write(a ?? b, this.#tool, steps.map(String));
      return a === b || this.#canonicaliser.isIgnored(given);
    }
    const write = (value: JsonValue) => this.#canonicaliser.write(value, this.#tool, steps.map(String));
    return write(a) === write(b);
  }

  #lines(a: string, b: string): LineDifference[] {
    const [left, right] = [a.split("\n"), b.split("\n")];
    const ids = new TokenIds();
    const numbers = (lines: readonly string[]) =>
      Int32Array.from(lines, (line) => ids.of(this.#canonicaliser.text(line)));
    const { matches } = alignSequences(numbers(left), numbers(right));
    const shown: LineDifference[] = [];
    let [aAt, bAt] = [0, 0];
    for (let at = 0; at <= left.length && shown.length < this.#maxLines; at++) {
      const to = at === left.length ? right.length : (matches[at] as number);
      if (to === -1) continue;
      if (at > aAt || to > bAt) {
        if (aAt > 0) shown.push({ side: "both", number: aAt, text: left[aAt - 1] ?? "" });
        for (; aAt < at; aAt++) shown.push({ side: "a", number: aAt + 1, text: left[aAt] ?? "" });
        for (; bAt < to; bAt++) shown.push({ side: "b", number: bAt + 1, text: right[bAt] ?? "" });
        if (at < left.length) shown.push({ side: "both", number: at + 1, text: left[at] ?? "" });
      }
      [aAt, bAt] = [at + 1, to + 1];
    }
    return shown.slice(0, this.#maxLines);
  }
}

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const ownMember = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const NAME = /^[A-Za-z_][\w-]*$/;

/** `$.items[2]["a b"]` of its steps. */
export function pathOf(steps: readonly (string | number)[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === "number") return `${path}[${step}]`;
    return NAME.test(step) ? `${path}.${step}` : `${path}[${JSON.stringify(step)}]`;
  }, "$");
}
