import { at, NO_PARENT, type RunTree } from "./run-tree.js";

/**
 * The actions that the run's duration hangs on: backwards from the end of the action that ended last, at each step the child (or,
 * among roots, the sibling) that ended last before the time that is to be explained. As Jaeger's critical path. Linear but for sorting.
 */
export function criticalPath(tree: RunTree, now: number): ReadonlySet<number> {
  const children = childrenByEnd(tree, now);
  const path = new Set<number>();
  const open: { readonly candidates: readonly number[]; readonly until: number }[] = [
    { candidates: children.get(NO_PARENT) ?? [], until: Number.POSITIVE_INFINITY },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    let { until } = next;
    for (const place of next.candidates) {
      if (tree.endAt(place, now) > until) continue;
      path.add(place);
      until = at(tree.starts, place);
      open.push({ candidates: children.get(place) ?? [], until: tree.endAt(place, now) });
    }
  }
  return path;
}

/** Children of each action, the one that ended last first. */
function childrenByEnd(tree: RunTree, now: number): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (let place = 0; place < tree.count; place++) {
    const parent = at(tree.parents, place);
    const siblings = children.get(parent);
    if (siblings) siblings.push(place);
    else children.set(parent, [place]);
  }
  for (const siblings of children.values())
    siblings.sort((a, b) => tree.endAt(b, now) - tree.endAt(a, now) || b - a);
  return children;
}
