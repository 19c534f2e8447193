import fc from "fast-check";
import { expect, test } from "vitest";
import { characterSet, eachRun } from "../../../../../exporter/read/redaction/character-runs.js";

test("finds the runs that a regular expression finds, whatever stands between them", () => {
  const text = fc
    .array(fc.constantFrom("a", "7", "ab1", "zzzzzz", " ", "-", "é", "😀", "\n"))
    .map((all) => all.join(""));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 12 }), (searched, length) => {
      const found: string[] = [];
      eachRun(searched, characterSet(/[a-z0-9]/), length, (start, end) =>
        found.push(`${start}:${searched.slice(start, end)}`),
      );
      const expected = [...searched.matchAll(new RegExp(`[a-z0-9]{${length},}`, "g"))];
      expect(found).toEqual(expected.map(({ index, 0: run }) => `${index}:${run}`));
    }),
    { numRuns: 1000 },
  );
});
