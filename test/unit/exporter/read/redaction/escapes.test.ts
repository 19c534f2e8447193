import fc from "fast-check";
import { expect, test } from "vitest";
import { blankEscapes, startsWord } from "../../../../../exporter/read/redaction/escapes.js";

test("keeps the length, so that what is found stands at the same place in the text", () => {
  const piece = fc.oneof(
    fc.constantFrom("\\", "\\\\", "\\n", "\\u000a", "\\x1b", '\\"', "%3D", "%2522", "%", "&quot;", "&#39;"),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      for (const blanked of blankEscapes(text)) expect(blanked.length).toBe(text.length);
    }),
  );
});

test.each([
  ["a\\nb", "a\x01\nb"],
  ['\\\\\\"x\\\\\\"', '\x01\x01\x01"x\x01\x01\x01"'],
  ["a\\u003db", "a\x01\x01\x01\x01\x01=b"],
  ["C:\\dir", "C:\\dir"],
])("%j", (text, plain) => {
  expect(blankEscapes(text)[0]).toBe(plain);
});

test("percent escapes and entities are read a second time", () => {
  expect(blankEscapes("a%3Db&quot;")).toEqual(["a%3Db&quot;", 'a\x01\x01=b\x01\x01\x01\x01\x01"']);
});

test.each([
  ["x", 0, true],
  ["a-x", 2, true],
  ["ax", 1, false],
  ["\\nx", 2, true],
  ["\\\\\\tx", 4, true],
  ["nx", 1, false],
  ["\u001b[32mx", 5, true],
  ["\\u001b[0mx", 9, true],
  ["%20x", 3, true],
])("%j has a word at %i: %s", (text, at, starts) => {
  expect(startsWord(text, at)).toBe(starts);
});
