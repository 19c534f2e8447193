import fc from "fast-check";
import { expect, test } from "vitest";
import { textParts } from "../../../dashboard/parts/text-parts.js";

const text = fc
  .array(fc.tuple(fc.constantFrom("a", "\n", "𝒳", "\u202E"), fc.nat(30_000)), { maxLength: 8 })
  .map((pieces) => pieces.map(([piece, times]) => piece.repeat(times)).join(""));

test("parts are the beginning of the text, none is longer than a browser lays out at once, and none cuts a character", () => {
  fc.assert(
    fc.property(text, fc.nat(100_000), (whole, length) => {
      const parts = textParts(whole, length);
      const shown = parts.join("");
      expect(whole.startsWith(shown)).toBe(true);
      expect(Math.abs(shown.length - Math.min(length, whole.length))).toBeLessThanOrEqual(1);
      for (const part of parts) {
        expect(part.length).toBeGreaterThan(0);
        expect(part.length).toBeLessThanOrEqual(20_000);
        expect(part.isWellFormed()).toBe(true);
      }
    }),
  );
});

test("a part ends with a line where one ends in its second half", () => {
  expect(
    textParts(`${"a".repeat(15_000)}\n${"b".repeat(15_000)}`, 40_000).map((part) => part.length),
  ).toEqual([15_001, 15_000]);
});
