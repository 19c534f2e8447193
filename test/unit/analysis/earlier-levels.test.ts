import fc from "fast-check";
import { expect, test } from "vitest";
import { studentTail } from "../../../src/analysis/series/distributions.js";
import { likelihoodOfLevel } from "../../../src/analysis/series/earlier-levels.js";
import { randomFrom } from "../../../src/analysis/series/random.js";

type Random = () => number;
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(random() + 1e-300)) * Math.cos(2 * Math.PI * random());
const noise = (count: number, random: Random): readonly number[] =>
  Array.from({ length: count }, () => 0.2 * normal(random));
/** A level for each stretch of so many figures. */
const levels = (
  lengths: readonly number[],
  random: Random,
  of: (index: number) => number,
): readonly number[] =>
  lengths.flatMap((length, index) => noise(length, random).map((each) => of(index) + each));
const days = (count: number): readonly number[] => Array.from({ length: count }, () => 24);

// In closed form: 1/2 - atan(t) / π for one degree of freedom, (1 - t / √(2 + t²)) / 2 for two.
test("the tail of Student's distribution", () => {
  expect(studentTail(3, 1)).toBeCloseTo(0.5 - Math.atan(3) / Math.PI, 12);
  expect(studentTail(3, 2)).toBeCloseTo((1 - 3 / Math.sqrt(11)) / 2, 12);
  expect(studentTail(-3, 2)).toBeCloseTo((1 + 3 / Math.sqrt(11)) / 2, 12);
  expect(studentTail(0, 7)).toBe(0.5);
  expect(studentTail(1.96, 1e6)).toBeCloseTo(0.025, 4);
});

test("a level that was never there before, in a series that keeps its level, is unlikely", () => {
  const series = [
    ...noise(56 * 24 - 24, randomFrom(1)),
    ...noise(24, randomFrom(2)).map((each) => each + 0.4),
  ];
  expect(likelihoodOfLevel(series, series.length - 24)).toBeLessThan(1e-6);
  const lower = series.map((each) => -each);
  expect(likelihoodOfLevel(lower, lower.length - 24)).toBe(1);
});

test("a level that was there once is none, however rarely it is", () => {
  const random = randomFrom(3);
  const series = levels(days(56), random, (day) => (day === 20 || day === 55 ? 0.8 : 0));
  expect(likelihoodOfLevel(series, 55 * 24)).toBe(1);
});

test("of levels that are drawn anew each few days, the last one is called unlikely no more often than it says", () => {
  const looks = Array.from({ length: 400 }, (_, seed) => {
    const random = randomFrom(seed + 10);
    const drawn = Array.from({ length: 19 }, () => 0.4 * normal(random));
    const series = levels(
      [...Array.from({ length: 18 }, () => 72), 24],
      random,
      (index) => drawn[index] ?? 0,
    );
    return likelihoodOfLevel(series, series.length - 24);
  });
  expect(looks.filter((p) => p < 0.05).length / looks.length).toBeLessThan(0.07);
  expect(looks.filter((p) => p < 0.005).length / looks.length).toBeLessThan(0.015);
});

test("of a series that is not known for long, nothing is said", () => {
  const series = [...noise(83, randomFrom(4)), ...noise(12, randomFrom(5)).map((each) => each + 2)];
  expect(likelihoodOfLevel(series, 83)).toBe(1);
  expect(likelihoodOfLevel([...noise(1, randomFrom(6)), ...series], 84)).toBeLessThan(1e-4);
  expect(likelihoodOfLevel(series, -1)).toBe(1);
});

test("it is a probability whatever the figures", () => {
  const figure = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(
    fc.property(fc.array(figure, { maxLength: 300 }), fc.integer({ min: 0, max: 300 }), (figures, place) => {
      const at = Math.min(place, figures.length);
      const p = likelihoodOfLevel(figures, at);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
    }),
  );
});
