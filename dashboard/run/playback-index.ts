/** What a run looked like at a moment: pure, and linear in the number of actions. */
import { type IdleTime, shortenIdle } from "../../src/recorded/idle-time.js";
import { at, type RunTree } from "./run-tree.js";

export interface PlaybackState {
  /** Places of actions that were under way, in the order of the tree. */
  readonly open: readonly number[];
  /** Places of decisions that had been made, in the order of their times. */
  readonly decisions: readonly number[];
  /** How many actions had begun. */
  readonly begun: number;
  /** The action that began last; `undefined` before the first. */
  readonly latest: number | undefined;
}

/** Where time in which nothing happens is jumped over, so much of it is left. Milliseconds. */
const KEPT_IDLE = 1_000;

export class PlaybackIndex {
  readonly #tree: RunTree;
  readonly #now: number;
  /** When something begins or ends, in milliseconds from the start of the run; each once, in order. */
  readonly #moments: Int32Array;

  /** @param now milliseconds from the run's start, for what runs */
  constructor(tree: RunTree, now: number) {
    this.#tree = tree;
    this.#now = now;
    const moments = new Int32Array(2 * tree.count + 1);
    for (let place = 0; place < tree.count; place++) {
      moments[2 * place] = at(tree.starts, place);
      moments[2 * place + 1] = tree.endAt(place, now);
    }
    this.#moments = moments.sort().filter((moment, index, all) => index === 0 || moment !== all[index - 1]);
  }

  get end(): number {
    return this.#moments.at(-1) ?? 0;
  }

  /** The next moment after a time; the end of the run where there is none. */
  next(time: number): number {
    return this.#moments.find((moment) => moment > time) ?? this.end;
  }

  /** The last moment before a time. */
  previous(time: number): number {
    return this.#moments.findLast((moment) => moment < time) ?? 0;
  }

  /** The time of the run against that of playing it. */
  idleTime(jumpsIdle: boolean): IdleTime {
    return shortenIdle(this.#moments, jumpsIdle ? KEPT_IDLE : Number.POSITIVE_INFINITY);
  }

  stateAt(time: number): PlaybackState {
    const open: number[] = [];
    const decisions: number[] = [];
    let begun = 0;
    let latest: number | undefined;
    for (let place = 0; place < this.#tree.count; place++) {
      const start = at(this.#tree.starts, place);
      if (start > time) continue;
      begun++;
      if (latest === undefined || start >= at(this.#tree.starts, latest)) latest = place;
      if (this.#tree.endAt(place, this.#now) > time) open.push(place);
      if (this.#tree.kindAt(place).type === "decision") decisions.push(place);
    }
    decisions.sort((one, other) => at(this.#tree.starts, one) - at(this.#tree.starts, other));
    return { open, decisions, begun, latest };
  }
}
