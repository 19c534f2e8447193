/**
 * Aligns two sequences of numbers: which items of the one are which of the other, in order. First by anchors, which are items that occur once in
 * either (patience diff); what is between anchors by the algorithm of Myers. A range that is too large for that is divided by runs of 16, 8, 4 or 2
 * items that occur once; and where there are none, and Myers would take more than its share of steps, it is not aligned at all: it is returned as
 * coarse, and the caller says so. Time and memory grow with n + m.
 */
import { findItems, findLongRuns, type GramTable, gramTable } from "./anchors.js";
import { myers } from "./myers.js";

/** A half-open range of places in both sequences. */
export interface Range {
  readonly aFrom: number;
  readonly aTo: number;
  readonly bFrom: number;
  readonly bTo: number;
}

export interface Alignment {
  /** For each item of a, its place in b; -1 for none. Places only grow. */
  readonly matches: Int32Array;
  /** Ranges that were too different to be aligned in the steps allowed. None of their items are matched. */
  readonly coarse: readonly Range[];
}

export interface AlignmentBudget {
  /** Steps of Myers' algorithm for each item of a range; a step takes some 2 ns. @default 2,000 */
  readonly stepsPerItem?: number;
}

const DEFAULT_STEPS = 2_000;
/** Passes over all items that looking for anchors may take. */
const MAX_PASSES = 40;

export function alignSequences(a: Int32Array, b: Int32Array, budget: AlignmentBudget = {}): Alignment {
  const { stepsPerItem = DEFAULT_STEPS } = budget;
  const matches = new Int32Array(a.length).fill(-1);
  const coarse: Range[] = [];
  const open: Range[] = [{ aFrom: 0, aTo: a.length, bFrom: 0, bTo: b.length }];
  let table: GramTable | undefined;
  let passesLeft = MAX_PASSES * (a.length + b.length);
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const inner = trimEnds(a, b, range, matches);
    const size = inner.aTo - inner.aFrom + inner.bTo - inner.bFrom;
    if (inner.aFrom === inner.aTo || inner.bFrom === inner.bTo) continue;
    if (size > SMALL && passesLeft > 0) {
      table ??= gramTable(a, b);
      passesLeft -= size;
      const items = findItems(table, inner);
      // Up to this size Myers needs no more steps than are allowed, and finds what anchors may miss.
      const anchors = items.length > 0 || size <= 2 * stepsPerItem ? items : findLongRuns(table, inner);
      if (anchors.length > 0) {
        open.push(...between(anchors, inner, matches));
        continue;
      }
    }
    if (!alignCommon(a, b, inner, stepsPerItem * size, matches)) coarse.push(inner);
  }
  return { matches, coarse };
}

/** So few items are aligned at once. */
const SMALL = 32;

/** Aligns a range by what occurs on both of its sides: nothing else can be matched, and each such item would cost steps. */
function alignCommon(
  a: Int32Array,
  b: Int32Array,
  range: Range,
  maxSteps: number,
  matches: Int32Array,
): boolean {
  const inB = new Set(b.subarray(range.bFrom, range.bTo));
  const placesA = placesIn(a, range.aFrom, range.aTo, inB);
  const inA = new Set(placesA.map((place) => a[place] as number));
  const placesB = placesIn(b, range.bFrom, range.bTo, inA);
  const found = new Int32Array(placesA.length).fill(-1);
  const whole = { aFrom: 0, aTo: placesA.length, bFrom: 0, bTo: placesB.length };
  const [left, right] = [
    placesA.map((place) => a[place] as number),
    placesB.map((place) => b[place] as number),
  ];
  if (!myers(left, right, whole, maxSteps, found)) return false;
  found.forEach((to, from) => {
    if (to !== -1) matches[placesA[from] as number] = placesB[to] as number;
  });
  return true;
}

function placesIn(items: Int32Array, from: number, to: number, wanted: ReadonlySet<number>): Int32Array {
  const places: number[] = [];
  for (let at = from; at < to; at++) if (wanted.has(items[at] as number)) places.push(at);
  return Int32Array.from(places);
}

/** Matches what is equal at both ends, and returns what is left. */
function trimEnds(a: Int32Array, b: Int32Array, range: Range, matches: Int32Array): Range {
  let { aFrom, aTo, bFrom, bTo } = range;
  while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) matches[aFrom++] = bFrom++;
  while (aFrom < aTo && bFrom < bTo && a[aTo - 1] === b[bTo - 1]) matches[--aTo] = --bTo;
  return { aFrom, aTo, bFrom, bTo };
}

/** Enters anchors, and returns the ranges between them. */
function between(anchors: readonly Range[], inner: Range, matches: Int32Array): Range[] {
  const ranges: Range[] = [];
  let { aFrom, bFrom } = inner;
  for (const anchor of anchors) {
    // Anchors of several items may overlap: on one diagonal they continue each other, otherwise the first one holds.
    const skip = Math.max(aFrom - anchor.aFrom, bFrom - anchor.bFrom, 0);
    if (anchor.aFrom + skip >= anchor.aTo) continue;
    if (anchor.aFrom > aFrom || anchor.bFrom > bFrom)
      ranges.push({ aFrom, aTo: anchor.aFrom + skip, bFrom, bTo: anchor.bFrom + skip });
    for (let at = anchor.aFrom + skip; at < anchor.aTo; at++)
      matches[at] = anchor.bFrom + (at - anchor.aFrom);
    aFrom = anchor.aTo;
    bFrom = anchor.bTo;
  }
  ranges.push({ aFrom, aTo: inner.aTo, bFrom, bTo: inner.bTo });
  return ranges;
}
