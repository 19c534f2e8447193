import fc from "fast-check";
import { expect, test } from "vitest";
import { alignSequences } from "../../../src/compare/align/align-sequences.js";
import { myers } from "../../../src/compare/align/myers.js";

const sequence = (letters: number, length: number) =>
  fc.array(fc.nat(letters - 1), { maxLength: length }).map((items) => Int32Array.from(items));

/** The length of the longest common subsequence, by the table. */
function longestCommon(a: Int32Array, b: Int32Array): number {
  let above = new Int32Array(b.length + 1);
  for (const item of a) {
    const row = new Int32Array(b.length + 1);
    b.forEach((other, at) => {
      row[at + 1] = item === other ? above[at]! + 1 : Math.max(above[at + 1]!, row[at]!);
    });
    above = row;
  }
  return above[b.length]!;
}

function expectValid(a: Int32Array, b: Int32Array, matches: Int32Array): void {
  let last = -1;
  matches.forEach((place, at) => {
    if (place === -1) return;
    expect(place).toBeGreaterThan(last);
    expect(b[place]).toBe(a[at]);
    last = place;
  });
}

const matched = (matches: Int32Array): number => matches.filter((place) => place !== -1).length;

test("Myers' algorithm finds a longest common subsequence, whatever the alphabet", () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 8 })
        .chain((letters) => fc.tuple(sequence(letters, 40), sequence(letters, 40))),
      ([a, b]) => {
        const matches = new Int32Array(a.length).fill(-1);
        const range = { aFrom: 0, aTo: a.length, bFrom: 0, bTo: b.length };
        expect(myers(a, b, range, 1_000_000, matches)).toBe(true);
        expectValid(a, b, matches);
        expect(matched(matches)).toBe(longestCommon(a, b));
      },
    ),
    { numRuns: 2_000 },
  );
});

test("an alignment has pairs of equal items in one order, and is complete outside coarse ranges", () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 30 })
        .chain((letters) => fc.tuple(sequence(letters, 200), sequence(letters, 200))),
      fc.constantFrom(0, 5, 2_000),
      ([a, b], stepsPerItem) => {
        const { matches, coarse } = alignSequences(a, b, { stepsPerItem });
        expectValid(a, b, matches);
        for (const { aFrom, aTo } of coarse) expect(matched(matches.subarray(aFrom, aTo))).toBe(0);
        // Between two neighbouring matches nothing equal is left, unless the range is a coarse one.
        if (coarse.length > 0) return;
        let [aAt, bAt] = [0, 0];
        for (let at = 0; at <= a.length; at++) {
          const place = at === a.length ? b.length : matches[at]!;
          if (place === -1) continue;
          const left = new Set(a.subarray(aAt, at));
          expect(b.subarray(bAt, place).some((item) => left.has(item))).toBe(false);
          [aAt, bAt] = [at + 1, place + 1];
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test("a sequence is aligned with itself completely, and one with items put in loses none of its own", () => {
  fc.assert(
    fc.property(sequence(6, 300), sequence(6, 60), fc.nat(300), (a, inserted, place) => {
      const at = Math.min(place, a.length);
      const b = Int32Array.from([...a.subarray(0, at), ...inserted, ...a.subarray(at)]);
      expect(matched(alignSequences(a, a).matches)).toBe(a.length);
      const { matches, coarse } = alignSequences(a, b);
      expect(coarse).toEqual([]);
      expectValid(a, b, matches);
    }),
  );
});

/** A sequence of its own for each seed, the same on every machine. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test.each([
  { letters: 20_000, changed: 0.2 },
  { letters: 50, changed: 0.2 },
  { letters: 5, changed: 0.2 },
])(
  "of 20,000 items of $letters sorts, a fifth of them changed, nearly all others are found",
  ({ letters, changed }) => {
    const random = pseudoRandom(letters);
    const a = Int32Array.from({ length: 20_000 }, () => Math.floor(random() * letters));
    const b = a.map((item) => (random() < changed ? letters + Math.floor(random() * letters) : item));
    const same = a.filter((item, at) => item === b[at]).length;
    const { matches, coarse } = alignSequences(a, b);
    expectValid(a, b, matches);
    expect(coarse).toEqual([]);
    expect(matched(matches)).toBeGreaterThan(0.98 * same);
  },
);

test("what is too different for its steps is one coarse range, and nothing of it is matched by chance", () => {
  const random = pseudoRandom(7);
  const items = () => Int32Array.from({ length: 20_000 }, () => Math.floor(random() * 3));
  const { matches, coarse } = alignSequences(items(), items(), { stepsPerItem: 1 });
  const left = coarse.reduce((sum, { aFrom, aTo }) => sum + aTo - aFrom, 0);
  expect(left).toBeGreaterThan(0);
  expect(matched(matches)).toBeLessThanOrEqual(20_000 - left);
});
