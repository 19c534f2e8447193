/** From times of a run to places on a line, with gaps in which nothing happened folded where that is asked for. */
import { at, type RunTree } from "./run-tree.js";

/** Milliseconds from the start of the run. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A gap of at least this share of the view is folded to {@link GAP_WIDTH}. */
const GAP_SHARE = 0.05;
/** Share of the line that a folded gap keeps. */
const GAP_WIDTH = 0.02;

/** Starts and places are sorted as one number each, without a function that compares: places are below this one, starts below 2^31. */
const MAX_PLACES = 2 ** 21;

/**
 * Times in which nothing worked, in order: an action with others inside, such as the run of an agent that is around everything, is busy
 * only while one of these is. Linear, but for the sorting of starts.
 */
export function idleGaps(tree: RunTree, now: number): readonly Span[] {
  const order = new Float64Array(tree.count);
  for (let place = 0; place < tree.count; place++) order[place] = at(tree.starts, place) * MAX_PLACES + place;
  order.sort();
  const gaps: Span[] = [];
  let end = 0;
  for (const each of order) {
    const start = Math.floor(each / MAX_PLACES);
    const place = each - start * MAX_PLACES;
    if (tree.hasChildren(place)) continue;
    if (start > end) gaps.push({ from: end, to: start });
    end = Math.max(end, tree.endAt(place, now));
  }
  const last = Math.max(tree.lastOffset, tree.isRunning ? now : 0);
  if (last > end) gaps.push({ from: end, to: last });
  return gaps;
}

export class TimeScale {
  readonly view: Span;
  readonly folded: readonly Span[];
  readonly #length: number;
  readonly #gapLength: number;

  constructor(view: Span, gaps: readonly Span[] = []) {
    this.view = view.to > view.from ? view : { from: view.from, to: view.from + 1 };
    const length = this.view.to - this.view.from;
    this.folded = gaps
      .map(({ from, to }) => ({ from: Math.max(from, this.view.from), to: Math.min(to, this.view.to) }))
      .filter(({ from, to }) => to - from >= length * GAP_SHARE);
    const foldedLength = this.folded.reduce((sum, { from, to }) => sum + to - from, 0);
    const rest = length - foldedLength;
    // Each folded gap keeps a fixed share of the line, also where nothing else is left.
    this.#gapLength =
      this.folded.length === 0
        ? 0
        : (GAP_WIDTH * Math.max(rest, length * 0.001)) / Math.max(0.1, 1 - GAP_WIDTH * this.folded.length);
    this.#length = rest + this.#gapLength * this.folded.length;
  }

  /** Share of the line, 0 to 1 within the view. */
  place(millis: number): number {
    let offset = millis - this.view.from;
    for (const { from, to } of this.folded) {
      if (millis >= to) offset -= to - from - this.#gapLength;
      else if (millis > from) {
        offset = offset - (millis - from) + ((millis - from) / (to - from)) * this.#gapLength;
        break;
      } else break;
    }
    return offset / this.#length;
  }

  /** The time at a share of the line. */
  millis(place: number): number {
    let rest = place * this.#length;
    let time = this.view.from;
    for (const { from, to } of this.folded) {
      if (rest <= from - time) return time + rest;
      rest -= from - time;
      if (rest <= this.#gapLength) return from + (rest / this.#gapLength) * (to - from);
      rest -= this.#gapLength;
      time = to;
    }
    return time + rest;
  }

  /** Round times within the view, about as many as asked for on the line as it is folded, none of them inside of a folded gap. */
  ticks(count: number): readonly number[] {
    const step = roundStep(this.#length / Math.max(1, count));
    const ticks: number[] = [];
    let { from } = this.view;
    for (const gap of [...this.folded, { from: this.view.to, to: this.view.to }]) {
      for (let time = Math.ceil(from / step) * step; time <= gap.from; time += step) ticks.push(time);
      from = gap.to;
    }
    return ticks;
  }
}

const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000, 43_200_000, 86_400_000,
];

const roundStep = (wanted: number): number =>
  STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400_000;
