import fc from "fast-check";
import { expect, test } from "vitest";
import { valuesOfLine } from "../../../../exporter/transcripts/values-of-line.js";

const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });

test("one object, several on a line, none", () => {
  expect(valuesOfLine('{"a":1}')).toEqual({ values: [{ a: 1 }], isTorn: false });
  expect(valuesOfLine('{"a":"}{"}{"b":{"c":"\\""}}')).toEqual({
    values: [{ a: "}{" }, { b: { c: '"' } }],
    isTorn: false,
  });
  expect(valuesOfLine("  ")).toEqual({ values: [], isTorn: false });
  expect(valuesOfLine("[1]")).toEqual({ values: [], isTorn: true });
});

test("what stands behind a line that was cut off is read", () => {
  expect(valuesOfLine('{"type":"user","text":"half a sen{"type":"assistant"}')).toEqual({
    values: [{ type: "assistant" }],
    isTorn: true,
  });
});

test("whatever objects are written one after the other are read back", () => {
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 4 }), (objects) => {
      const line = objects.map((each) => JSON.stringify(each)).join("");
      expect(valuesOfLine(line)).toEqual({ values: JSON.parse(JSON.stringify(objects)), isTorn: false });
    }),
  );
});

test("an object behind one that was cut anywhere is read, and it is said that one was cut", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat({ max: 30 }), (text, cut) => {
      const torn = JSON.stringify({ type: "user", text }).slice(0, 1 + cut);
      const whole = { type: "assistant", uuid: "u" };
      const { values, isTorn } = valuesOfLine(torn + JSON.stringify(whole));
      expect(values.at(-1)).toEqual(whole);
      expect(isTorn || values.length === 2).toBe(true);
    }),
  );
});

test("any text is read without an error", () => {
  fc.assert(fc.property(fc.string(), (text) => void valuesOfLine(text)));
});
