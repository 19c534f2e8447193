import type { Range } from "./align-sequences.js";

/** Numbers for runs of 1, 2, 4, 8 and 16 items: equal runs of either sequence have the same number. */
export interface GramTable {
  readonly levels: readonly GramLevel[];
}

interface GramLevel {
  readonly length: number;
  /** Number of the run that begins at each place. */
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** How often a number occurs in the range that is looked at, and where last. All zero in between. */
  readonly counts: { readonly a: Int32Array; readonly b: Int32Array };
  readonly last: { readonly a: Int32Array; readonly b: Int32Array };
}

const LENGTHS = [1, 2, 4, 8, 16];

export function gramTable(a: Int32Array, b: Int32Array): GramTable {
  const levels: GramLevel[] = [];
  let above: { a: Int32Array; b: Int32Array } | undefined;
  for (const length of LENGTHS) {
    const ids = new Map<number, number>();
    const number = (key: number): number => {
      let id = ids.get(key);
      if (id === undefined) {
        id = ids.size;
        ids.set(key, id);
      }
      return id;
    };
    const numbers = (items: Int32Array, half: Int32Array | undefined): Int32Array => {
      const size = Math.max(items.length - length + 1, 0);
      const grams = new Int32Array(size);
      for (let at = 0; at < size; at++)
        grams[at] =
          half === undefined
            ? number(items[at] as number)
            : // Two numbers below 2^26 are one below 2^52.
              number((half[at] as number) * 0x4000000 + (half[at + length / 2] as number));
      return grams;
    };
    const level = { a: numbers(a, above?.a), b: numbers(b, above?.b) };
    const zeros = () => new Int32Array(ids.size);
    levels.push({ length, ...level, counts: { a: zeros(), b: zeros() }, last: { a: zeros(), b: zeros() } });
    above = level;
  }
  return { levels };
}

/** Items that occur once in the range of either sequence, in an order that both have. */
export const findItems = ({ levels }: GramTable, range: Range): readonly Range[] =>
  anchorsOf(levels[0] as GramLevel, range);

/** The same of runs of several items: of the longest that there are any of, since those are least likely to be equal by chance. */
export function findLongRuns({ levels }: GramTable, range: Range): readonly Range[] {
  for (const level of levels.slice(1).reverse()) {
    const anchors = anchorsOf(level, range);
    if (anchors.length > 0) return anchors;
  }
  return [];
}

const anchorsOf = (level: GramLevel, range: Range): readonly Range[] =>
  inBothOrders(uniquePairs(level, range)).map(([a, b]) => ({
    aFrom: a,
    aTo: a + level.length,
    bFrom: b,
    bTo: b + level.length,
  }));

type Pair = readonly [a: number, b: number];

function uniquePairs({ length, a, b, counts, last }: GramLevel, range: Range): Pair[] {
  const aTo = range.aTo - length + 1;
  const bTo = range.bTo - length + 1;
  for (let at = range.aFrom; at < aTo; at++) enter(counts.a, last.a, a[at] as number, at);
  for (let at = range.bFrom; at < bTo; at++) enter(counts.b, last.b, b[at] as number, at);
  const pairs: Pair[] = [];
  for (let at = range.aFrom; at < aTo; at++) {
    const gram = a[at] as number;
    if (counts.a[gram] === 1 && counts.b[gram] === 1) pairs.push([at, last.b[gram] as number]);
  }
  for (let at = range.aFrom; at < aTo; at++) counts.a[a[at] as number] = 0;
  for (let at = range.bFrom; at < bTo; at++) counts.b[b[at] as number] = 0;
  return pairs;
}

function enter(counts: Int32Array, last: Int32Array, gram: number, at: number): void {
  counts[gram] = (counts[gram] as number) + 1;
  last[gram] = at;
}

/** The longest selection of pairs, given in the order of a, that is in the order of b as well (patience sorting). */
function inBothOrders(pairs: readonly Pair[]): Pair[] {
  const tails: number[] = [];
  const before = new Int32Array(pairs.length);
  pairs.forEach(([, b], index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[tails[middle] as number] as Pair)[1] < b) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (tails[low - 1] as number);
    tails[low] = index;
  });
  const chosen: Pair[] = [];
  for (let at = tails.at(-1) ?? -1; at !== -1; at = before[at] as number) chosen.push(pairs[at] as Pair);
  return chosen.reverse();
}
