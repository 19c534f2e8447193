import { inputOf } from "../recorded/recorded-action.js";
import { type AlignmentBudget, alignSequences } from "./align/align-sequences.js";
import type { ComparableRun } from "./comparable-run.js";

/** Gaps up to so many pairs are aligned by how similar the inputs are, larger ones by what was called alone. */
const MAX_PAIRS = 1_024;

/**
 * Pairs calls of the same tool in a gap, in order, so that inputs which have most in common meet.
 *
 * @param left places in the first run
 * @param right places in the second run
 */
export function alignGap(
  a: ComparableRun,
  b: ComparableRun,
  left: readonly number[],
  right: readonly number[],
  budget: AlignmentBudget,
): [number, number][] {
  if (left.length * right.length <= MAX_PAIRS) return mostSimilar(a, b, left, right);
  const keys = (run: ComparableRun, places: readonly number[]) =>
    Int32Array.from(places, (place) => run.keys[place] as number);
  const { matches } = alignSequences(keys(a, left), keys(b, right), budget);
  const pairs: [number, number][] = [];
  matches.forEach((to, from) => {
    if (to !== -1) pairs.push([left[from] as number, right[to] as number]);
  });
  return pairs;
}

/** The alignment with the largest sum of similarities (Needleman and Wunsch, without a penalty for gaps). */
function mostSimilar(
  a: ComparableRun,
  b: ComparableRun,
  left: readonly number[],
  right: readonly number[],
): [number, number][] {
  const width = right.length + 1;
  const inputsA = left.map((place) => membersOf(a, place));
  const inputsB = right.map((place) => membersOf(b, place));
  const best = new Float64Array((left.length + 1) * width);
  const scores = new Float64Array((left.length + 1) * width);
  left.forEach((placeA, row) => {
    right.forEach((placeB, column) => {
      const at = (row + 1) * width + column + 1;
      if (a.keys[placeA] === b.keys[placeB])
        scores[at] = 1 + similarity(inputsA[row] as Members, inputsB[column] as Members);
      const paired = (best[at - width - 1] as number) + (scores[at] as number);
      best[at] = Math.max(best[at - 1] as number, best[at - width] as number, paired);
    });
  });
  const pairs: [number, number][] = [];
  for (let row = left.length, column = right.length; row > 0 && column > 0; ) {
    const at = row * width + column;
    if (best[at] === best[at - width]) row--;
    else if (best[at] === best[at - 1]) column--;
    else pairs.push([left[--row] as number, right[--column] as number]);
  }
  return pairs.reverse();
}

type Members = ReadonlyMap<string, string>;

/** Members of the input as texts; a value that is no object is one member. */
function membersOf(run: ComparableRun, place: number): Members {
  const action = run.actions[place];
  const input = action === undefined ? undefined : inputOf(action);
  if (typeof input !== "object" || input === null) return new Map([["", JSON.stringify(input ?? null)]]);
  return new Map(Object.entries(input).map(([key, value]) => [key, JSON.stringify(value)]));
}

/** The share of members that are equal, from 0 to 1. */
function similarity(one: Members, other: Members): number {
  let equal = 0;
  for (const [key, value] of one) if (other.get(key) === value) equal++;
  return equal / Math.max(one.size, other.size, 1);
}
