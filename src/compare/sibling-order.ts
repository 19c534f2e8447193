import type { ComparableRun } from "./comparable-run.js";

/** Siblings in an order that does not depend on who of those that ran in parallel was first. */
export interface SiblingOrder {
  /** Places of actions in their run. */
  readonly places: readonly number[];
  /** For each index of `places`: first and last index of those that ran at one time with it. */
  readonly groupFrom: Int32Array;
  readonly groupTo: Int32Array;
}

/**
 * Children of an action, or the roots, in the order of their starts. Those that were all under way at one moment are a group, in the order of their
 * calls' numbers.
 *
 * @param parent place of the action; the number of actions for the roots
 * @param isWanted leaves out children that are paired already
 */
export function siblingOrder(
  run: ComparableRun,
  parent: number,
  isWanted: (place: number) => boolean,
): SiblingOrder {
  const places = (run.children[parent] ?? []).filter(isWanted);
  const groupFrom = new Int32Array(places.length);
  const groupTo = new Int32Array(places.length);
  for (let from = 0; from < places.length; ) {
    let earliestEnd = endOf(run, places[from] as number);
    let to = from + 1;
    while (to < places.length && startOf(run, places[to] as number) < earliestEnd) {
      earliestEnd = Math.min(earliestEnd, endOf(run, places[to] as number));
      to++;
    }
    const group = places.slice(from, to);
    if (group.length > 1) {
      group.sort((one, other) => (run.calls[one] as number) - (run.calls[other] as number) || one - other);
      places.splice(from, group.length, ...group);
    }
    groupFrom.fill(from, from, to);
    groupTo.fill(to - 1, from, to);
    from = to;
  }
  return { places, groupFrom, groupTo };
}

const startOf = (run: ComparableRun, place: number): number => run.actions[place]?.start ?? Number.NaN;

// An action without an end is beside nothing: it would make a group of all that follows.
const endOf = (run: ComparableRun, place: number): number => run.actions[place]?.end ?? Number.NaN;

/**
 * Says of a pair of siblings that crosses others whether that is no difference, because it crosses only what ran in parallel with one of the two.
 *
 * @param matches for each index in the first order, an index in the second one, growing; -1 for none
 */
export function crossingCheck(
  matches: Int32Array,
  one: SiblingOrder,
  other: SiblingOrder,
): (from: number, to: number) => boolean {
  const inverse = new Int32Array(other.places.length).fill(-1);
  matches.forEach((to, from) => {
    if (to !== -1) inverse[to] = from;
  });
  const forward = neighbours(matches, other.places.length);
  const backward = neighbours(inverse, one.places.length);
  const isBetween = ({ before, after }: Neighbours, from: number, to: number, at: number): boolean =>
    at > (before[from] as number) && at < (after[to] as number);
  return (from, to) =>
    isBetween(forward, one.groupFrom[from] as number, one.groupTo[from] as number, to) ||
    isBetween(backward, other.groupFrom[to] as number, other.groupTo[to] as number, from);
}

interface Neighbours {
  /** For each index, the match of the nearest one before it; -1 for none. */
  readonly before: Int32Array;
  /** For each index, the match of the nearest one after it; the length of the other order for none. */
  readonly after: Int32Array;
}

function neighbours(matches: Int32Array, end: number): Neighbours {
  const before = new Int32Array(matches.length);
  const after = new Int32Array(matches.length);
  let nearest = -1;
  for (let at = 0; at < matches.length; at++) {
    before[at] = nearest;
    if (matches[at] !== -1) nearest = matches[at] as number;
  }
  nearest = end;
  for (let at = matches.length - 1; at >= 0; at--) {
    after[at] = nearest;
    if (matches[at] !== -1) nearest = matches[at] as number;
  }
  return { before, after };
}
