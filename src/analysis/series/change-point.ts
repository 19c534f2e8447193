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
  /** Whether a change at an index is worth the permutations, which take much longer than finding it. @default every one is */
  readonly isWorth?: (at: number) => boolean;
}

export const CHANGE_POINT_DEFAULTS = { minSegment: 12, permutations: 399, block: 4 } as const;

/** Blocks of hours, by whose means it is judged how much neighbours are alike. */
const BLOCKS = [1, 6, 12, 24] as const;
/** From so many times the variance of single figures on, hours are alike over longer than the longest block. */
const ALIKE = 2;
/** The variance of a dozen blocks is known to some half only, and what moves by itself looks like a shift in two weeks: of figures that are alike, a multiple is taken. */
const CAUTION = 3;
/** What is further from the median than so many spreads counts as so far. */
const FURTHEST = 3;

/**
 * A cheap look before: by how many standard errors the mean of a later part is above the one of the part before it, at most, over all splits. The
 * variance is the one within the two parts, or of the means of blocks where neighbours are alike: then as many figures say less.
 *
 * @returns 0 where no split has a later part that is higher
 */
export function standardErrorsOfRise(values: readonly number[], minSegment: number): number {
  const count = values.length;
  if (count < 2 * minSegment) return 0;
  const clipped = withoutOutliers(values);
  const sums = new Float64Array(count + 1);
  for (let index = 0; index < count; index++)
    sums[index + 1] = (sums[index] as number) + (clipped[index] as number);
  const total = sums[count] as number;
  let best = { at: 0, rise: 0 };
  for (let at = minSegment; at <= count - minSegment; at++) {
    const before = sums[at] as number;
    const rise = ((total - before) / (count - at) - before / at) * Math.sqrt((at * (count - at)) / count);
    if (rise > best.rise) best = { at, rise };
  }
  if (best.at === 0) return 0;
  const low = (sums[best.at] as number) / best.at;
  const high = (total - (sums[best.at] as number)) / (count - best.at);
  for (let index = 0; index < count; index++)
    sums[index + 1] = (sums[index] as number) + (clipped[index] as number) - (index < best.at ? low : high);
  return best.rise / Math.sqrt(Math.max(longRunVariance(sums), 1e-12));
}

/**
 * The variance that the mean of many hours has, times their number. What blocks of a length b miss of it falls as 1 / b, so two lengths say where it leads to.
 */
function longRunVariance(sums: Float64Array): number {
  const byLength = BLOCKS.map((block) => varianceByBlocks(sums, block));
  const [single = 0, , half = 0, longest = 0] = byLength;
  const most = Math.max(...byLength);
  return longest > ALIKE * single ? CAUTION * Math.max(most, 2 * longest - half) : most;
}

function withoutOutliers(values: readonly number[]): Float64Array {
  const middle = middleOf(Float64Array.from(values));
  const spread = 1.4826 * middleOf(Float64Array.from(values, (value) => Math.abs(value - middle)));
  const most = FURTHEST * spread;
  return Float64Array.from(values, (value) =>
    spread === 0 ? value : Math.min(middle + most, Math.max(middle - most, value)),
  );
}

const middleOf = (values: Float64Array): number => values.sort()[values.length >> 1] ?? 0;

/** Of a single figure, as the means of so many neighbours have it; from sums of what is left of the figures. */
function varianceByBlocks(sums: Float64Array, block: number): number {
  let [squares, blocks] = [0, 0];
  for (let from = 0; from + block < sums.length; from += block) {
    squares += ((sums[from + block] as number) - (sums[from] as number)) ** 2 / block;
    blocks += 1;
  }
  return squares / Math.max(1, blocks - 2);
}

/** Permutations between two turns of the event loop: some milliseconds. */
const PERMUTATIONS_A_TURN = 20;

/** The strongest change; `undefined` where the series is too short, or its p is too large. Others have their turns meanwhile. */
export async function changePointOf(
  values: readonly number[],
  options: ChangePointOptions,
): Promise<ChangePoint | undefined> {
  const { minSegment, permutations, block, maxP = 1, random, isWorth } = options;
  if (values.length < 2 * minSegment) return undefined;
  const found = strongest(values, minSegment);
  if (isWorth && !isWorth(found.at)) return undefined;
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
