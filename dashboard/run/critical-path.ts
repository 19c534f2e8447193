import { at, NO_PARENT, type RunTree } from "./run-tree.js";

/**
 * The actions that the run's duration hangs on: backwards from the end of the action that ended last, at each step the child (or,
 * among roots, the sibling) that ended last before the time that is to be explained. As Jaeger's critical path, but for an action that goes on after the one
 * around it has ended: that one is taken to end with it. Linear but for sorting.
 */
export function criticalPath(tree: RunTree, now: number): ReadonlySet<number> {
  const ends = wholeEnds(tree, now);
  const children = childrenByEnd(tree, ends);
  const path = new Set<number>();
  const open: { readonly candidates: readonly number[]; readonly until: number }[] = [
    { candidates: children.get(NO_PARENT) ?? [], until: Number.POSITIVE_INFINITY },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    let { until } = next;
    for (const place of next.candidates) {
      if (at(ends, place) > until) continue;
      path.add(place);
      until = at(tree.starts, place);
      open.push({ candidates: children.get(place) ?? [], until: at(ends, place) });
    }
  }
  return path;
}

/** When each action and everything inside it has ended. An action stands after the one around it. */
function wholeEnds(tree: RunTree, now: number): Int32Array {
  const ends = Int32Array.from({ length: tree.count }, (_, place) => tree.endAt(place, now));
  for (let place = tree.count - 1; place >= 0; place--) {
    const parent = at(tree.parents, place);
    if (parent !== NO_PARENT) ends[parent] = Math.max(at(ends, parent), at(ends, place));
  }
  return ends;
}

/** Children of each action, the one that ended last first. */
function childrenByEnd(tree: RunTree, ends: Int32Array): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (let place = 0; place < tree.count; place++) {
    const parent = at(tree.parents, place);
    const siblings = children.get(parent);
    if (siblings) siblings.push(place);
    else children.set(parent, [place]);
  }
  for (const siblings of children.values()) siblings.sort((a, b) => at(ends, b) - at(ends, a) || b - a);
  return children;
}
