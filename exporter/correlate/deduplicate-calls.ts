import type { ActionEvent } from "../../src/event/index.js";
import { mergeLayers, primaryOf } from "./merge-spans.js";
import { MergeTree } from "./merge-tree.js";
import { type CallObservation, type RecordedCall, spanKey } from "./observation.js";
import { callsOpenMeanwhile } from "./open-meanwhile.js";
import { clash, isSameLayer, isWithin, millisBetween, sameCall } from "./same-call.js";

/** One call, whose layers are one event. */
export interface MergedAction {
  /** The layer whose identity the event has. */
  readonly primary: RecordedCall;
  /** The layers that went into it. */
  readonly merged: readonly RecordedCall[];
  /** The outermost layer, which has around it what is around the call. */
  readonly outermost: RecordedCall;
  readonly event: ActionEvent;
}

/** Each call once, in the order of their outermost layers, and linked to the one that it may be. */
export function mergedActions(calls: readonly RecordedCall[]): readonly MergedAction[] {
  const tree = deduplicateCalls(calls);
  const groups = [...tree.groups()];
  const primaries = new Map(groups.map(({ layers }) => [layers[0], primaryOf(layers)]));
  return groups.map(({ layers, mayBe }) => {
    const [outermost] = layers;
    const primary = primaries.get(outermost) ?? outermost;
    const event = mergeLayers(layers);
    const other = mayBe && primaries.get(tree.outermost(mayBe))?.event.id;
    if (other !== undefined) event.possible_duplicate_of = other;
    return { primary, merged: layers.filter((layer) => layer !== primary), outermost, event };
  });
}

/**
 * Finds which of these calls are one call, seen by several layers. All of them have ended. Pure, and the order in which they
 * are given does not matter.
 *
 * - A call goes into the nearest one around it that is the same.
 * - One without such goes into a call of another parent or trace, when it is the same as exactly one.
 * - Two that would go into one, and are of one layer or come one after the other, are a call that was tried again: they stay.
 */
export function deduplicateCalls(calls: readonly RecordedCall[]): MergeTree {
  const tree = new MergeTree(calls);
  if (calls.length < 2) return tree;
  const known = new Map(calls.map((call) => [spanKey(call), call]));
  // From the outside in: whether a call can go into another one depends on what that one is part of.
  const outermostFirst = calls.toSorted((a, b) => a.ancestors.length - b.ancestors.length);
  const alone = outermostFirst.filter((call) => !mergeNested(call, known, tree));
  // The longest first: one that is part of another call by then is no candidate for a third.
  const meanwhile = [...callsOpenMeanwhile(alone, calls)].sort(([a], [b]) => durationOf(b) - durationOf(a));
  for (const [call, others] of meanwhile) mergeApart(call, others, tree);
  for (const call of calls) separateRepeats(call, tree);
  return tree;
}

function mergeNested(call: RecordedCall, known: ReadonlyMap<string, RecordedCall>, tree: MergeTree): boolean {
  // A run counts as recorded twice only where nothing is between the two.
  const ancestors = call.is === "run" ? call.ancestors.slice(0, 1) : call.ancestors;
  let doubt: RecordedCall | undefined;
  for (const [at, key] of ancestors.entries()) {
    const outer = known.get(key);
    if (outer === undefined || clash([call], tree.chain(outer))) continue;
    const verdict = nestedVerdict(call, call.runAt, outer, at);
    if (verdict === "same") {
      tree.merge(call, outer);
      return true;
    }
    if (verdict === "doubt") doubt ??= outer;
  }
  if (doubt) tree.link(call, doubt);
  return doubt !== undefined;
}

/** How a call stands to the one around it that is the `at`-th of its ancestors. @param runAt which of them is the nearest run */
export function nestedVerdict(
  call: CallObservation,
  runAt: number,
  outer: CallObservation,
  at: number,
): ReturnType<typeof sameCall> {
  const verdict = sameCall(call, outer, "nested");
  // A run between them has a model of its own, which may have asked for the same tool again.
  const isAskedAnew = call.is === "tool_call" && at > runAt && call.callId === undefined;
  return verdict === "same" && isAskedAnew ? "doubt" : verdict;
}

/**
 * Several layers of one call may be open meanwhile; they count as one. Where the clock leaves it open which of two calls was around
 * the other, those that were around it for sure go before those that may have been.
 */
function mergeApart(call: RecordedCall, meanwhile: readonly RecordedCall[], tree: MergeTree): void {
  const key = spanKey(call);
  const possible = meanwhile.flatMap((outer) => {
    if (call.ancestors.includes(spanKey(outer)) || outer.ancestors.includes(key)) return [];
    if (tree.outermost(outer) === tree.outermost(call) || isAroundForSure(call, outer)) return [];
    if (clash(tree.layers(call), tree.chain(outer))) return [];
    const verdict = sameCall(call, outer, "apart");
    return verdict === "different" ? [] : [{ outer, verdict }];
  });
  const sure = possible.filter(({ outer }) => isWithin(call, outer, 0));
  const candidates = sure.length > 0 ? sure : possible;
  const [first] = candidates;
  if (first === undefined) return;
  const same = candidates.filter(({ verdict }) => verdict === "same").map(({ outer }) => outer);
  const roots = new Set(candidates.map(({ outer }) => tree.outermost(outer)));
  const innermost = same.toSorted((a, b) => durationOf(a) - durationOf(b))[0];
  if (innermost && roots.size === 1) tree.merge(call, innermost);
  else tree.link(call, first.outer);
}

const isAroundForSure = (outer: RecordedCall, inner: RecordedCall): boolean =>
  isWithin(inner, outer, 0) && !isWithin(outer, inner, 0);

const durationOf = ({ start, end }: RecordedCall): number => millisBetween(start, end);

function separateRepeats(outer: RecordedCall, tree: MergeTree): void {
  const inside = tree.inside(outer);
  const alike = [...inside, ...tree.linkedTo(outer)];
  const repeated = inside.filter((call) =>
    alike.some((other) => other !== call && (isSameLayer(call, other) || isApartInTime(call, other))),
  );
  for (const call of repeated) tree.separate(call);
}

// What is logged afterwards takes no time, and is no attempt.
function isApartInTime(one: RecordedCall, other: RecordedCall): boolean {
  if (durationOf(one) <= 0 || durationOf(other) <= 0) return false;
  return millisBetween(one.end, other.start) >= 0 || millisBetween(other.end, one.start) >= 0;
}
