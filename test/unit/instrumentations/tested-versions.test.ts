import { expect, test } from "vitest";
import { isTested, rangeText } from "../../../src/instrumentations/base/target.js";

const range = { from: "1.10.0", below: "2.0.0" };

test.each([
  ["1.10.0", true],
  ["1.10.1", true],
  ["1.99.0", true],
  ["1.11.0-beta.1", true],
  ["v1.10.0", true],
  ["1.9.9", false],
  ["0.10.0", false],
  ["2.0.0", false],
  ["2.0.0-alpha.1", false],
  ["10.0.0", false],
  ["latest", false],
  [undefined, false],
])("%s is inside of >=1.10.0 <2.0.0: %s", (version, inside) => {
  expect(isTested(version, range)).toBe(inside);
});

test("a range is told as package.json would say it", () => {
  expect(rangeText(range)).toBe(">=1.10.0 <2.0.0");
});
