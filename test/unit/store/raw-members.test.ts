import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rawMembers } from "../../../src/store/raw-members.js";

const parsed = (text: string) =>
  new Map([...rawMembers(text)].map(([name, json]) => [name, JSON.parse(json) as unknown]));

describe("the members of an object as its text says them", () => {
  test("are what JSON.parse reads, for any object and any spacing", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ stringUnit: "binary" })),
        fc.constantFrom("", " ", "\t", " \n "),
        (object, spacing) => {
          const text = `${spacing}${JSON.stringify(object, null, spacing)}\n`;
          expect(parsed(text)).toEqual(new Map(Object.entries(JSON.parse(text) as object)));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("keep numbers that JSON.parse rounds", () => {
    const members = rawMembers('{"big":12345678901234567890,"list":[1e400,1.10], "last" : -0.0 }');
    expect([...members]).toEqual([
      ["big", "12345678901234567890"],
      ["list", "[1e400,1.10]"],
      ["last", "-0.0"],
    ]);
  });

  test("of one name twice have the last value", () => {
    expect([...rawMembers('{"a":1,"\\u0061":{"b":2}}')]).toEqual([["a", '{"b":2}']]);
  });

  test("may hold quotes, backslashes and brackets in their strings", () => {
    const value = { "}\\": ["\\", '"', '\\"', "]", { "{": '"}]' }], last: "\\\\" };
    expect(parsed(JSON.stringify(value))).toEqual(new Map(Object.entries(value)));
  });

  test("of an empty object are none, with or without blanks", () => {
    expect(rawMembers("{}").size).toBe(0);
    expect(rawMembers(" { \n } ").size).toBe(0);
  });

  test("may be called __proto__", () => {
    expect([...rawMembers('{"__proto__":{"a":1}}')]).toEqual([["__proto__", '{"a":1}']]);
  });
});
