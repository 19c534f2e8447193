/**
 * Compares two runs as trees. Beginning with the roots, the children of two paired actions are aligned as one sequence each; pairs of these are gone into
 * in turn. What is left is looked for elsewhere, since it may have moved. Time and memory grow with the number of actions.
 */
import { type AlignmentBudget, alignSequences, type Range } from "./align/align-sequences.js";
import { alignGap } from "./align-gap.js";
import type { ComparableRun } from "./comparable-run.js";
import { crossingCheck, type SiblingOrder, siblingOrder } from "./sibling-order.js";

/**
 * How an action of the one run and one of the other belong together.
 *
 * - `same`: the same call: what was called and its input are equal
 * - `arguments`: at the same place, the same was called with another input
 * - `moved`: the same call at another place: before or after others, or in another action
 * - `unordered`: the same call in a part that was too different to be put in order
 */
export type PairKind = "same" | "arguments" | "moved" | "unordered";

export interface ActionPair {
  readonly kind: PairKind;
  /** Place in the first run. */
  readonly a: number;
  readonly b: number;
  /** Whether the two had other outcomes; of calls with another input only whether one failed and the other did not. */
  readonly otherOutcome: boolean;
}

export interface RunComparison {
  readonly a: ComparableRun;
  readonly b: ComparableRun;
  /** By the place in the first run; `undefined` for an action that only that one has. */
  readonly pairsA: readonly (ActionPair | undefined)[];
  readonly pairsB: readonly (ActionPair | undefined)[];
  readonly counts: Readonly<Record<PairKind | "otherOutcome" | "onlyA" | "onlyB", number>>;
  /** Nothing but times differs. */
  readonly isEqual: boolean;
  /** Actions of both runs in parts that were too different to be put in order. */
  readonly coarseActions: number;
}

export function compareRuns(a: ComparableRun, b: ComparableRun, budget: AlignmentBudget = {}): RunComparison {
  const pairing = new Pairing(a, b, budget);
  pairing.pairTrees(a.actions.length, b.actions.length);
  pairing.pairMoved();
  return pairing.result();
}

class Pairing {
  readonly #a: ComparableRun;
  readonly #b: ComparableRun;
  readonly #budget: AlignmentBudget;
  readonly #pairsA: (ActionPair | undefined)[];
  readonly #pairsB: (ActionPair | undefined)[];
  #coarseActions = 0;

  constructor(a: ComparableRun, b: ComparableRun, budget: AlignmentBudget) {
    this.#a = a;
    this.#b = b;
    this.#budget = budget;
    this.#pairsA = new Array(a.actions.length).fill(undefined);
    this.#pairsB = new Array(b.actions.length).fill(undefined);
  }

  /** Pairs what is below two actions, and below what is paired there. The number of actions stands for the roots. */
  pairTrees(a: number, b: number): void {
    const open: [number, number][] = [[a, b]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const below = this.#pairChildren(next[0], next[1]);
      for (const pair of below) open.push([pair.a, pair.b]);
    }
  }

  /** Pairs equal calls that are left in different places, parents first. */
  pairMoved(): void {
    const left = new Map<number, number[]>();
    for (let place = this.#pairsB.length - 1; place >= 0; place--) {
      if (this.#pairsB[place] !== undefined) continue;
      const call = this.#b.calls[place] as number;
      const places = left.get(call);
      if (places === undefined) left.set(call, [place]);
      else places.push(place);
    }
    for (let place = 0; place < this.#pairsA.length; place++) {
      if (this.#pairsA[place] !== undefined) continue;
      const places = left.get(this.#a.calls[place] as number);
      let other = places?.pop();
      while (other !== undefined && this.#pairsB[other] !== undefined) other = places?.pop();
      if (other === undefined) continue;
      this.#pair("moved", place, other);
      this.pairTrees(place, other);
    }
  }

  result(): RunComparison {
    const counts = { same: 0, arguments: 0, moved: 0, unordered: 0, otherOutcome: 0, onlyA: 0, onlyB: 0 };
    for (const pair of this.#pairsA) {
      if (pair === undefined) counts.onlyA++;
      else {
        counts[pair.kind]++;
        if (pair.otherOutcome) counts.otherOutcome++;
      }
    }
    counts.onlyB = this.#pairsB.filter((pair) => pair === undefined).length;
    const { same: _, ...differences } = counts;
    return {
      a: this.#a,
      b: this.#b,
      pairsA: this.#pairsA,
      pairsB: this.#pairsB,
      counts,
      isEqual: Object.values(differences).every((count) => count === 0),
      coarseActions: this.#coarseActions,
    };
  }

  #pairChildren(a: number, b: number): readonly ActionPair[] {
    const one = siblingOrder(this.#a, a, (place) => this.#pairsA[place] === undefined);
    const other = siblingOrder(this.#b, b, (place) => this.#pairsB[place] === undefined);
    if (one.places.length === 0 || other.places.length === 0) return [];
    const calls = (run: ComparableRun, { places }: SiblingOrder) =>
      Int32Array.from(places, (place) => run.calls[place] as number);
    const { matches, coarse } = alignSequences(calls(this.#a, one), calls(this.#b, other), this.#budget);
    const pairs: ActionPair[] = [];
    matches.forEach((to, from) => {
      if (to !== -1) pairs.push(this.#pair("same", one.places[from] as number, other.places[to] as number));
    });
    for (const range of coarse) pairs.push(...this.#pairUnordered(range, one, other));
    const crossesOnlyParallel = crossingCheck(matches, one, other);
    for (const [from, to] of this.#unique(one, other)) {
      const kind = crossesOnlyParallel(from, to) ? "same" : "moved";
      pairs.push(this.#pair(kind, one.places[from] as number, other.places[to] as number));
    }
    pairs.push(...this.#pairGaps(matches, one, other));
    return pairs;
  }

  /** Pairs equal calls of a range in which no order was found, the first with the first. */
  #pairUnordered({ aFrom, aTo, bFrom, bTo }: Range, one: SiblingOrder, other: SiblingOrder): ActionPair[] {
    this.#coarseActions += aTo - aFrom + bTo - bFrom;
    const left = new Map<number, number[]>();
    for (const place of other.places.slice(bFrom, bTo).reverse()) {
      const call = this.#b.calls[place] as number;
      const places = left.get(call);
      if (places === undefined) left.set(call, [place]);
      else places.push(place);
    }
    const pairs: ActionPair[] = [];
    for (const place of one.places.slice(aFrom, aTo)) {
      const found = left.get(this.#a.calls[place] as number)?.pop();
      if (found !== undefined) pairs.push(this.#pair("unordered", place, found));
    }
    return pairs;
  }

  /** Equal calls that are left once in either list of siblings. */
  #unique(one: SiblingOrder, other: SiblingOrder): [number, number][] {
    const seen = new Map<number, { a: number; b: number; countA: number; countB: number }>();
    const entryOf = (call: number) => {
      const entry = seen.get(call) ?? { a: -1, b: -1, countA: 0, countB: 0 };
      seen.set(call, entry);
      return entry;
    };
    one.places.forEach((place, at) => {
      if (this.#pairsA[place] !== undefined) return;
      const entry = entryOf(this.#a.calls[place] as number);
      entry.a = at;
      entry.countA++;
    });
    other.places.forEach((place, at) => {
      if (this.#pairsB[place] !== undefined) return;
      const entry = entryOf(this.#b.calls[place] as number);
      entry.b = at;
      entry.countB++;
    });
    return [...seen.values()]
      .filter(({ countA, countB }) => countA === 1 && countB === 1)
      .map(({ a, b }) => [a, b]);
  }

  /** Between calls that are the same, pairs those of the same tool. */
  #pairGaps(matches: Int32Array, one: SiblingOrder, other: SiblingOrder): ActionPair[] {
    const pairs: ActionPair[] = [];
    let [aAt, bAt] = [0, 0];
    for (let at = 0; at <= matches.length; at++) {
      const to = at === matches.length ? other.places.length : (matches[at] as number);
      if (to === -1) continue;
      const left = one.places.slice(aAt, at).filter((place) => this.#pairsA[place] === undefined);
      const right = other.places.slice(bAt, to).filter((place) => this.#pairsB[place] === undefined);
      if (left.length > 0 && right.length > 0) {
        for (const [a, b] of alignGap(this.#a, this.#b, left, right, this.#budget))
          pairs.push(this.#pair(this.#a.calls[a] === this.#b.calls[b] ? "same" : "arguments", a, b));
      }
      [aAt, bAt] = [at + 1, to + 1];
    }
    return pairs;
  }

  #pair(kind: PairKind, a: number, b: number): ActionPair {
    const isSameCall = this.#a.calls[a] === this.#b.calls[b];
    const otherOutcome = isSameCall
      ? this.#a.outcomes[a] !== this.#b.outcomes[b]
      : this.#a.actions[a]?.failed !== this.#b.actions[b]?.failed;
    const pair = { kind, a, b, otherOutcome };
    this.#pairsA[a] = pair;
    this.#pairsB[b] = pair;
    return pair;
  }
}
