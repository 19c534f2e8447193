import fc from "fast-check";
import { expect, test } from "vitest";
import { createLiteralScanner } from "../../../../../exporter/read/redaction/literal-scanner.js";

const LITERALS = ["ghp_", "sk-", "Q~", "://", "AKIA", "1//0", "@", "x@", "PRIVATE KEY", "a.b"];
const exact = LITERALS.map((literal) => ({ literal, target: literal }));
const names = ["token", "pass"].map((literal) => ({ literal, ignoreCase: true, target: `name ${literal}` }));
const scan = createLiteralScanner([...exact, ...names], { length: 24, targets: ["long run"] });

function expected(text: string): string[] {
  return [
    ...LITERALS.filter((literal) => text.includes(literal)),
    ...["token", "pass"].filter((name) => text.toLowerCase().includes(name)).map((name) => `name ${name}`),
    ...(/[A-Za-z0-9_+/-]{24}/.test(text) && /[A-Z0-9]/.test(text) ? ["long run"] : []),
  ];
}

test("finds exactly the literals that are in a text", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...LITERALS,
      "TOKEN",
      "Pass",
      "pas",
      "gh",
      "p_",
      "~",
      "…",
      "ключ",
      "a".repeat(23),
      "B7",
      "\n",
    ),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      // A run is only a hint: a character beyond Latin 1 may seem to be one more of it.
      const isLatin1 = /^[\0-\xff]*$/.test(text);
      const found = scan(text).filter((target) => isLatin1 || target !== "long run");
      expect(found).toEqual(expected(text).filter((target) => isLatin1 || target !== "long run"));
    }),
    { numRuns: 2000 },
  );
});

test("finds them where one piece of a long text ends and the next begins", () => {
  for (let before = 16_360; before < 16_400; before++) {
    const text = `${" ".repeat(before)}ghp_ ${"x".repeat(24)} tOkEn`;
    expect(scan(text)).toEqual(expected(text));
  }
});

test("what shares its lower byte with a letter is not that letter", () => {
  expect(scan("\u0167\u0168\u0170_")).toEqual([]);
});

test("a path of words in small letters is no long run", () => {
  expect(scan("src/consumer/process-batch/of/records.ts")).toEqual([]);
});
