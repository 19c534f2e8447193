/**
 * From the actions of a run, each of which may name a parent, to the order in which a tree shows them: parents before their children,
 * siblings by their start. Linear in time and without recursion, whatever the data say: parents that are missing, that come later
 * than their children, that are the action itself, or that go round in a circle.
 */

/** The order of a tree. Places are indices into `order`. */
export interface TreeOrder {
  /** Which node stands at each place. */
  readonly order: Int32Array;
  /** Of each place, how many places back its parent stands; 0 for a root. */
  readonly parentDistance: Int32Array;
  /** Places of nodes whose parents led in a circle, which was cut there. */
  readonly cycles: readonly number[];
}

const NONE = -1;

/**
 * @param parents for each node the index of its parent, or -1. Nodes are in the order in which siblings are shown. The array is
 * changed where a circle is cut.
 */
export function orderTree(parents: Int32Array): TreeOrder {
  const count = parents.length;
  const cut = cutCycles(parents);
  // Children of each node as linked lists; filled backwards, so that they come out in order.
  const firstChild = new Int32Array(count).fill(NONE);
  const nextSibling = new Int32Array(count).fill(NONE);
  let firstRoot = NONE;
  for (let node = count - 1; node >= 0; node--) {
    const parent = parents[node] as number;
    if (parent === NONE) {
      nextSibling[node] = firstRoot;
      firstRoot = node;
    } else {
      nextSibling[node] = firstChild[parent] as number;
      firstChild[parent] = node;
    }
  }
  const order = new Int32Array(count);
  const parentDistance = new Int32Array(count);
  const placeOf = new Int32Array(count);
  const open: number[] = firstRoot === NONE ? [] : [firstRoot];
  let place = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const parent = parents[node] as number;
    order[place] = node;
    placeOf[node] = place;
    parentDistance[place] = parent === NONE ? 0 : place - (placeOf[parent] as number);
    place++;
    // The sibling waits below the children.
    if (nextSibling[node] !== NONE) open.push(nextSibling[node] as number);
    if (firstChild[node] !== NONE) open.push(firstChild[node] as number);
  }
  return { order, parentDistance, cycles: cut.map((node) => placeOf[node] as number).sort((a, b) => a - b) };
}

/** Makes a root of the first node of every circle. Returns these nodes. */
function cutCycles(parents: Int32Array): number[] {
  /** By which walk a node was reached; 0: by none. */
  const reachedBy = new Int32Array(parents.length);
  const cut: number[] = [];
  for (let start = 0; start < parents.length; start++) {
    const walk = start + 1;
    let node = start;
    while (node !== NONE && reachedBy[node] === 0) {
      reachedBy[node] = walk;
      node = parents[node] as number;
    }
    if (node === NONE || reachedBy[node] !== walk) continue;
    // This walk came back to itself. Of the circle, the node that began first becomes a root.
    let first = node;
    for (let other = parents[node] as number; other !== node; other = parents[other] as number)
      first = Math.min(first, other);
    parents[first] = NONE;
    cut.push(first);
  }
  return cut;
}
