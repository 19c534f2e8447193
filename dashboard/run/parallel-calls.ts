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
  const siblings = new Map<number, number[]>();
  for (let place = 0; place < tree.count; place++) {
    if (tree.endAt(place, now) <= at(tree.starts, place)) continue;
    const parent = at(tree.parents, place);
    const group = siblings.get(parent);
    if (group) group.push(place);
    else siblings.set(parent, [place]);
  }
  for (const group of siblings.values()) {
    if (group.length < 2) continue;
    const starts = Int32Array.from(group, (place) => at(tree.starts, place)).sort();
    const ends = Int32Array.from(group, (place) => tree.endAt(place, now)).sort();
    for (const place of group) {
      const begun = countBelow(starts, tree.endAt(place, now));
      const over = countBelow(ends, at(tree.starts, place) + 1);
      beside[place] = begun - over - 1;
      // Those that have begun when this one does, and are not over: itself is among them.
      atOnce = Math.max(atOnce, countBelow(starts, at(tree.starts, place) + 1) - over);
    }
  }
  return { beside, atOnce };
}

/** How many of some numbers in ascending order are below a limit. */
function countBelow(sorted: Int32Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(sorted, middle) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
