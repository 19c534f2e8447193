import type { MatchMode } from "./expectation.js";

/**
 * Which call each expected one is: its index, or -1. As many as possible are paired, so that a call which several expected ones fit is left to the one that
 * fits no other.
 *
 * @param fits whether a call is an expected one
 */
export function pairCalls(
  mode: MatchMode,
  expected: number,
  calls: number,
  fits: (expected: number, call: number) => boolean,
): Int32Array {
  if (mode === "exact") return atTheirPlace(expected, calls, fits);
  return mode === "in-order" ? inOrder(expected, calls, fits) : anyOrder(expected, calls, fits);
}

type Fits = (expected: number, call: number) => boolean;

function atTheirPlace(expected: number, calls: number, fits: Fits): Int32Array {
  return Int32Array.from({ length: expected }, (_, at) => (at < calls && fits(at, at) ? at : -1));
}

/** The earliest call that fits each: if all can be found in order, so they are. One that is nowhere behind the last is passed over. */
function inOrder(expected: number, calls: number, fits: Fits): Int32Array {
  const partners = new Int32Array(expected).fill(-1);
  let from = 0;
  for (let one = 0; one < expected; one++) {
    for (let call = from; call < calls; call++) {
      if (!fits(one, call)) continue;
      partners[one] = call;
      from = call + 1;
      break;
    }
  }
  return partners;
}

/** A maximum matching: each expected call in turn takes one, and those who had it are moved (augmenting paths). */
function anyOrder(expected: number, calls: number, fits: Fits): Int32Array {
  const partners = new Int32Array(expected).fill(-1);
  const takenBy = new Int32Array(calls).fill(-1);
  for (let start = 0; start < expected; start++) {
    // Breadth first: who could take which call, if who has it took another.
    const reachedFrom = new Map<number, number>();
    const open = [start];
    let free = -1;
    for (let at = 0; at < open.length && free === -1; at++) {
      const one = open[at] as number;
      for (let call = 0; call < calls; call++) {
        if (reachedFrom.has(call) || !fits(one, call)) continue;
        reachedFrom.set(call, one);
        const owner = takenBy[call] as number;
        if (owner === -1) {
          free = call;
          break;
        }
        open.push(owner);
      }
    }
    while (free !== -1) {
      const one = reachedFrom.get(free) as number;
      const before = partners[one] as number;
      partners[one] = free;
      takenBy[free] = one;
      free = one === start ? -1 : before;
    }
  }
  return partners;
}
