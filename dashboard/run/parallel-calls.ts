import { at, type RunTree } from "./run-tree.js";

export interface ParallelCalls {
  /** How many siblings of an action were under way at some moment while it was. */
  readonly beside: Int32Array;
  /** The most siblings that were under way at the same moment. */
  readonly atOnce: number;
}

/**
 * Which actions ran beside others of the same parent. An action that took no time ran beside nobody. Linear but for sorting.
 *
 * @param now milliseconds from the run's start, for what runs
 */
export function parallelCalls(tree: RunTree, now: number): ParallelCalls {
  const beside = new Int32Array(tree.count);
  let atOnce = 0;
  // Siblings stand together, in columns: a run may have 100,000 parents, and as many small arrays would hold the page.
  const groupEnds = new Int32Array(tree.count + 1);
  const tookTime = (place: number): boolean => tree.endAt(place, now) > at(tree.starts, place);
  const groupOf = (place: number): number => at(tree.parents, place) + 1;
  for (let place = 0; place < tree.count; place++)
    if (tookTime(place)) groupEnds[groupOf(place)] = at(groupEnds, groupOf(place)) + 1;
  let total = 0;
  // First where each group begins: filling it moves that to where it ends.
  for (let group = 0; group < groupEnds.length; group++) {
    const size = at(groupEnds, group);
    groupEnds[group] = total;
    total += size;
  }
  const places = new Int32Array(total);
  const starts = new Int32Array(total);
  const ends = new Int32Array(total);
  for (let place = 0; place < tree.count; place++) {
    if (!tookTime(place)) continue;
    const index = at(groupEnds, groupOf(place));
    places[index] = place;
    starts[index] = at(tree.starts, place);
    ends[index] = tree.endAt(place, now);
    groupEnds[groupOf(place)] = index + 1;
  }
  for (let group = 0, from = 0; group < groupEnds.length; from = at(groupEnds, group++)) {
    const to = at(groupEnds, group);
    if (to - from < 2) continue;
    sort(starts, from, to);
    sort(ends, from, to);
    for (let index = from; index < to; index++) {
      const place = at(places, index);
      const start = at(tree.starts, place);
      const over = countBelow(ends, from, to, start + 1);
      beside[place] = countBelow(starts, from, to, tree.endAt(place, now)) - over - 1;
      // Those that have begun when this one does, and are not over: itself is among them.
      atOnce = Math.max(atOnce, countBelow(starts, from, to, start + 1) - over);
    }
  }
  return { beside, atOnce };
}

/** Sorts a range. Siblings stand by their start, and mostly end in the same order: most ranges are sorted, and are only looked at. */
function sort(values: Int32Array, from: number, to: number): void {
  for (let index = from + 1; index < to; index++)
    if (at(values, index) < at(values, index - 1)) {
      values.subarray(from, to).sort();
      return;
    }
}

/** How many of a range of numbers in ascending order are below a limit. */
function countBelow(sorted: Int32Array, from: number, to: number, limit: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(sorted, middle) < limit) low = middle + 1;
    else high = middle;
  }
  return low - from;
}
