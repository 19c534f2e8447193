import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/event/json.js";
import { fitted, listAnswer, objectAnswer, visible } from "../../../src/mcp/answer.js";

const tail = (rows: readonly unknown[]) => (shown: number) =>
  shown < rows.length ? { left_out: rows.length - shown } : {};

describe("an answer with a list", () => {
  test("is JSON within its budget, and says how many rows it left out", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 60 }),
        fc.integer({ min: 400, max: 3_000 }),
        (given, budget) => {
          const rows = given as JsonValue[];
          const text = listAnswer({ name: "rows", rows, tail: tail(rows) }, budget);
          const answer = JSON.parse(text);
          expect(text.length).toBeLessThanOrEqual(budget);
          expect(answer.warning).toContain("do not follow");
          expect(answer.rows.length + (answer.left_out ?? 0)).toBe(rows.length);
        },
      ),
    );
  });

  test("begins with the first rows", () => {
    const rows = Array.from({ length: 100 }, (_, place) => `row ${place}`);
    const { rows: shown } = JSON.parse(listAnswer({ name: "rows", rows, tail: tail(rows) }, 500));
    expect(shown).toEqual(rows.slice(0, shown.length));
    expect(shown.length).toBeGreaterThan(10);
  });
});

describe("a value that is made to fit", () => {
  test("stays as it is where it fits", () => {
    expect(fitted({ a: [1, "two"] }, 100)).toEqual({ a: [1, "two"] });
  });

  test("fits, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 200, max: 2_000 }), (value, most) => {
        expect(JSON.stringify(fitted(value as JsonValue, most)).length).toBeLessThanOrEqual(most * 2);
      }),
    );
  });

  test("says how much of a text is left out, and keeps short members", () => {
    const cut = fitted({ tool: "Read", result: "x".repeat(50_000) }, 1_000) as Record<string, string>;
    expect(cut.tool).toBe("Read");
    expect(cut.result).toMatch(/^x+\.\.\. \d+ more characters$/);
    const kept = cut.result?.match(/^x+/)?.[0].length ?? 0;
    expect(cut.result).toContain(`${50_000 - kept} more`);
  });
});

describe("recorded text", () => {
  test.each([
    ["an escape sequence", "\u001b[31mred"],
    ["text from right to left", "a\u202eb"],
    ["characters without width", "a\u200bb\ufeff"],
    ["tags that no reader sees", "a\u{e0041}\u{e0042}"],
    ["C1 control characters", "a\u009bb"],
  ])("with %s is visible", (_, text) => {
    expect(visible(text)).toContain("\ufffd");
    expect(visible(visible(text))).toBe(visible(text));
  });

  test("in lines, in other scripts and with emoji stays as it is", () => {
    for (const text of ["a\n\tb", "žluťoučký 漢字 עברית", "👩🏽‍💻"]) expect(visible(text)).toBe(text);
  });

  test("is made visible in names of members too", () => {
    expect(JSON.parse(objectAnswer({ "a\u202e": { "b\u001b": "c\u200b" } }))).toMatchObject({
      "a\ufffd": { "b\ufffd": "c\ufffd" },
    });
  });
});
