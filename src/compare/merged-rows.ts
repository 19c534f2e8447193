import type { RecordedAction } from "../recorded/recorded-action.js";
import type { ActionPair, PairKind, RunComparison } from "./compare-runs.js";

/** One line of two runs beside each other. */
export interface MergedRow {
  readonly kind: PairKind | "only-a" | "only-b";
  readonly depth: number;
  /** Place in the first run; `undefined` where only the second one has it. */
  readonly a: number | undefined;
  readonly b: number | undefined;
  readonly otherOutcome: boolean;
}

/**
 * Both runs as one tree, in the order of the first; what only the second has stands behind the sibling that it follows there. What has
 * moved stands where it is in the first.
 */
export function* mergedRows(comparison: RunComparison): Generator<MergedRow> {
  const { a, b, pairsA, pairsB } = comparison;
  const open: (Visit | MergedRow)[] = [];
  const push = (items: readonly (Visit | MergedRow)[]) => {
    for (let at = items.length - 1; at >= 0; at--) open.push(items[at] as Visit | MergedRow);
  };
  push([{ childrenOfA: a.actions.length, childrenOfB: b.actions.length, depth: 0 }]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!("childrenOfA" in next)) {
      yield next;
      continue;
    }
    const { depth, childrenOfA, childrenOfB } = next;
    const items: (Visit | MergedRow)[] = [];
    for (const [placeA, placeB] of interleaved(
      childrenOfA === undefined ? [] : (a.children[childrenOfA] ?? []),
      childrenOfB === undefined ? [] : (b.children[childrenOfB] ?? []),
      pairsA,
      pairsB,
    )) {
      const pair = placeA === undefined ? undefined : pairsA[placeA];
      const row: MergedRow = {
        kind: pair?.kind ?? (placeA === undefined ? "only-b" : "only-a"),
        depth,
        a: placeA,
        b: pair?.b ?? placeB,
        otherOutcome: pair?.otherOutcome ?? false,
      };
      items.push(row, { childrenOfA: row.a, childrenOfB: row.b, depth: depth + 1 });
    }
    push(items);
  }
}

interface Visit {
  readonly childrenOfA: number | undefined;
  readonly childrenOfB: number | undefined;
  readonly depth: number;
}

/** Children of two paired actions. What is paired with an action elsewhere stands in the first run only. */
function* interleaved(
  left: readonly number[],
  right: readonly number[],
  pairsA: readonly (ActionPair | undefined)[],
  pairsB: readonly (ActionPair | undefined)[],
): Generator<readonly [number | undefined, number | undefined]> {
  const positions = new Map(right.map((place, at) => [place, at]));
  let at = 0;
  for (const place of left) {
    const pair = pairsA[place];
    const partner = pair === undefined || pair.kind === "moved" ? undefined : positions.get(pair.b);
    for (; partner !== undefined && at < partner; at++) {
      const other = right[at] as number;
      if (pairsB[other] === undefined) yield [undefined, other];
    }
    if (partner !== undefined) at = Math.max(at, partner + 1);
    yield [place, pair?.b];
  }
  for (; at < right.length; at++) {
    const other = right[at] as number;
    if (pairsB[other] === undefined) yield [undefined, other];
  }
}

/** The action of a row, of the first run where both have it. */
export function actionOf({ a, b }: RunComparison, row: MergedRow): RecordedAction {
  return (row.a === undefined ? b.actions[row.b as number] : a.actions[row.a]) as RecordedAction;
}
