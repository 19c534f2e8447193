/**
 * Where a series of hourly figures shifted, if it did: e-divisive (Matteson and James, A nonparametric approach for multiple change point analysis
 * of multivariate data, JASA 2014), for one figure and its strongest change. Permutations are of blocks, because neighbouring hours are alike.
 */
import { setImmediate } from "node:timers/promises";
import { medianOf } from "./distributions.js";

export interface ChangePoint {
  /** Index of the first figure after the change. */
  readonly at: number;
  /** Share of permutations with a change as strong. */
  readonly p: number;
  /** Median after less median before. */
  readonly shift: number;
  /** 90 % interval of the shift, by resampling. */
  readonly low: number;
  readonly high: number;
}

export interface ChangePointOptions {
  /** Figures on each side of a change, at least. */
  readonly minSegment: number;
  readonly permutations: number;
  /** Figures that are permuted together. */
  readonly block: number;
  /** Largest p that is of use: what is sure to have a larger one is given up at once. @default 1 */
  readonly maxP?: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

export const CHANGE_POINT_DEFAULTS = { minSegment: 12, permutations: 399, block: 4 } as const;

/** A cheap look before: how far apart the medians of the two parts are at most, in spreads of the figures within them. */
export function looksShifted(values: readonly number[], minSegment: number): boolean {
  let most = 0;
  for (let at = minSegment; at <= values.length - minSegment; at += Math.max(1, minSegment >> 2)) {
    const [before, after] = [values.slice(0, at), values.slice(at)];
    const [low, high] = [medianOf(before), medianOf(after)];
    const spread =
      1.4826 *
      medianOf([
        ...before.map((each) => Math.abs(each - low)),
        ...after.map((each) => Math.abs(each - high)),
      ]);
    most = Math.max(most, Math.abs(high - low) / Math.max(spread, 1e-9));
  }
  return most >= 1;
}

/** Permutations between two turns of the event loop: some milliseconds. */
const PERMUTATIONS_A_TURN = 20;

/** The strongest change; `undefined` where the series is too short, or its p is too large. Others have their turns meanwhile. */
export async function changePointOf(
  values: readonly number[],
  options: ChangePointOptions,
): Promise<ChangePoint | undefined> {
  const { minSegment, permutations, block, maxP = 1, random } = options;
  if (values.length < 2 * minSegment) return undefined;
  const found = strongest(values, minSegment);
  let stronger = 0;
  for (let index = 0; index < permutations; index++) {
    if (strongest(permuted(values, block, random), minSegment).strength >= found.strength) stronger += 1;
    if ((stronger + 1) / (permutations + 1) > maxP) return undefined;
    if (index % PERMUTATIONS_A_TURN === 0) await setImmediate();
  }
  const before = values.slice(0, found.at);
  const after = values.slice(found.at);
  const shifts = Array.from(
    { length: 200 },
    () => medianOf(resampled(after, random)) - medianOf(resampled(before, random)),
  ).sort((one, other) => one - other);
  return {
    at: found.at,
    p: (stronger + 1) / (permutations + 1),
    shift: medianOf(after) - medianOf(before),
    low: shifts[10] ?? 0,
    high: shifts[189] ?? 0,
  };
}

/** The split with the largest energy statistic. Distances are summed once, so all splits together take the time of the pairs. */
function strongest(
  values: readonly number[],
  minSegment: number,
): { readonly at: number; readonly strength: number } {
  const count = values.length;
  // Sums of |x_i - x_j|: over all pairs of which both are before, and for each over all others.
  const within = new Float64Array(count + 1);
  const all = new Float64Array(count);
  for (let one = 0; one < count; one++) {
    let sum = 0;
    let total = 0;
    const value = values[one] as number;
    for (let other = 0; other < count; other++) {
      const distance = Math.abs(value - (values[other] as number));
      total += distance;
      if (other < one) sum += distance;
    }
    all[one] = total;
    within[one + 1] = (within[one] as number) + sum;
  }
  const totalPairs = within[count] as number;
  let best = { at: minSegment, strength: Number.NEGATIVE_INFINITY };
  let sumBefore = 0;
  for (let at = 1; at <= count - minSegment; at++) {
    sumBefore += all[at - 1] as number;
    if (at < minSegment) continue;
    const insideBefore = within[at] as number;
    const between = sumBefore - 2 * insideBefore;
    const insideAfter = totalPairs - insideBefore - between;
    const [n, m] = [at, count - at];
    const energy =
      (2 * between) / (n * m) - (2 * insideBefore) / (n * (n - 1)) - (2 * insideAfter) / (m * (m - 1));
    const strength = (energy * n * m) / (n + m);
    if (strength > best.strength) best = { at, strength };
  }
  return best;
}

function permuted(values: readonly number[], block: number, random: () => number): readonly number[] {
  const blocks: (readonly number[])[] = [];
  for (let from = 0; from < values.length; from += block) blocks.push(values.slice(from, from + block));
  for (let last = blocks.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [blocks[last], blocks[other]] = [blocks[other] as readonly number[], blocks[last] as readonly number[]];
  }
  return blocks.flat();
}

const resampled = (values: readonly number[], random: () => number): readonly number[] =>
  values.map(() => values[Math.floor(random() * values.length)] as number);
