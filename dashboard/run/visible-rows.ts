import { at, NO_PARENT, type RunTree } from "./run-tree.js";

/** Places that a tree shows while some are collapsed, in order. */
export function visiblePlaces(tree: RunTree, collapsed: ReadonlySet<number>): Int32Array {
  const visible = new Int32Array(tree.count);
  let count = 0;
  for (let place = 0; place < tree.count; ) {
    visible[count++] = place;
    place += collapsed.has(place) ? at(tree.sizes, place) : 1;
  }
  return visible.subarray(0, count);
}

/** The row that shows a place, or the row of the collapsed action that hides it. Binary search: rows are in the order of places. */
export function rowOf(visible: Int32Array, place: number): number {
  let low = 0;
  let high = visible.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at(visible, middle) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** `collapsed` without everything that hides the place. */
export function revealed(tree: RunTree, collapsed: ReadonlySet<number>, place: number): ReadonlySet<number> {
  const open = new Set(collapsed);
  for (let above = at(tree.parents, place); above !== NO_PARENT; above = at(tree.parents, above))
    open.delete(above);
  return open.size === collapsed.size ? collapsed : open;
}
