import type { Range } from "./align-sequences.js";

/**
 * Enters the longest common subsequence of a range: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986), in
 * its variation that takes memory in proportion to n + m.
 *
 * @returns false when that takes more than so many steps; then nothing is entered
 */
export function myers(
  a: Int32Array,
  b: Int32Array,
  range: Range,
  maxSteps: number,
  matches: Int32Array,
): boolean {
  const size = range.aTo - range.aFrom + range.bTo - range.bFrom;
  const search = new SnakeSearch(a, b, size, maxSteps);
  const open: Range[] = [range];
  const found: number[] = [];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    let { aFrom, aTo, bFrom, bTo } = part;
    while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) found.push(aFrom++, bFrom++);
    while (aFrom < aTo && bFrom < bTo && a[aTo - 1] === b[bTo - 1]) found.push(--aTo, --bTo);
    if (aFrom === aTo || bFrom === bTo) continue;
    const split = search.middle({ aFrom, aTo, bFrom, bTo });
    if (split === undefined) return false;
    const [aAt, bAt] = split;
    open.push({ aFrom, aTo: aAt, bFrom, bTo: bAt }, { aFrom: aAt, aTo, bFrom: bAt, bTo });
  }
  for (let at = 0; at < found.length; at += 2) matches[found[at] as number] = found[at + 1] as number;
  return true;
}

/** Finds where a shortest path of edits is half done. */
class SnakeSearch {
  readonly #a: Int32Array;
  readonly #b: Int32Array;
  /** By diagonal: how far paths from the beginning, and from the end, have come in a. */
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  #stepsLeft: number;

  constructor(a: Int32Array, b: Int32Array, size: number, maxSteps: number) {
    this.#a = a;
    this.#b = b;
    this.#forward = new Int32Array(2 * size + 3);
    this.#backward = new Int32Array(2 * size + 3);
    this.#stepsLeft = maxSteps;
  }

  /** A point that a shortest path goes through, other than both corners. The first and last items of the range differ. */
  middle({ aFrom, aTo, bFrom, bTo }: Range): readonly [a: number, b: number] | undefined {
    const [a, b, forward, backward] = [this.#a, this.#b, this.#forward, this.#backward];
    const n = aTo - aFrom;
    const m = bTo - bFrom;
    const delta = n - m;
    const isOdd = (delta & 1) !== 0;
    const most = Math.ceil((n + m) / 2);
    // Diagonal k is at k + zero.
    const zero = most + 1;
    forward[zero + 1] = 0;
    backward[zero + 1] = 0;
    for (let edits = 0; edits <= most; edits++) {
      this.#stepsLeft -= 2 * edits + 2;
      if (this.#stepsLeft < 0) return undefined;
      // Diagonals outside the rectangle lead nowhere.
      for (let k = -edits + 2 * Math.max(0, edits - m); k <= edits - 2 * Math.max(0, edits - n); k += 2) {
        const down = forward[zero + k + 1] as number;
        const right = (forward[zero + k - 1] as number) + 1;
        let x = k === -edits || (k !== edits && right <= down) ? down : right;
        const startX = x;
        while (x < n && x - k < m && a[aFrom + x] === b[bFrom + x - k]) x++;
        forward[zero + k] = x;
        if (isOdd && Math.abs(delta - k) <= edits - 1) {
          if (x + (backward[zero + delta - k] as number) >= n)
            return this.#point(aFrom, bFrom, startX, startX - k, x, x - k, n, m);
        }
      }
      for (let k = -edits + 2 * Math.max(0, edits - m); k <= edits - 2 * Math.max(0, edits - n); k += 2) {
        const down = backward[zero + k + 1] as number;
        const right = (backward[zero + k - 1] as number) + 1;
        let x = k === -edits || (k !== edits && right <= down) ? down : right;
        const startX = x;
        while (x < n && x - k < m && a[aTo - 1 - x] === b[bTo - 1 - (x - k)]) x++;
        backward[zero + k] = x;
        if (!isOdd && Math.abs(delta - k) <= edits) {
          if (x + (forward[zero + delta - k] as number) >= n)
            return this.#point(aFrom, bFrom, n - x, m - (x - k), n - startX, m - (startX - k), n, m);
        }
      }
    }
    return undefined;
  }

  // Both ends of the snake are on the path; one that is no corner divides the range.
  #point(
    aFrom: number,
    bFrom: number,
    x: number,
    y: number,
    endX: number,
    endY: number,
    n: number,
    m: number,
  ): readonly [number, number] {
    const isCorner = (x === 0 && y === 0) || (x === n && y === m);
    return isCorner ? [aFrom + endX, bFrom + endY] : [aFrom + x, bFrom + y];
  }
}
