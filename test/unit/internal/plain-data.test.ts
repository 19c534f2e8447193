import fc from "fast-check";
import { expect, test } from "vitest";
import { PlainData } from "../../../src/internal/plain-data.js";
import { toJson } from "../../../src/internal/safe-json.js";

/** A list of a million values that counts how many are read. */
function counted(value: (index: number) => unknown): { list: unknown[]; reads: () => number } {
  let reads = 0;
  const list = new Proxy(new Array<unknown>(1_000_000), {
    get: (target, name, receiver) => {
      if (typeof name !== "string" || !/^\d+$/.test(name)) return Reflect.get(target, name, receiver);
      reads++;
      return value(Number(name));
    },
  });
  return { list, reads: () => reads };
}

class Row {
  readonly id = 1;
}

test.each([
  // Some from all over it, and those that are written.
  ["numbers", (index: number) => 1_000_000 + index, 12_000],
  ["texts of a thousand characters", () => "text ".repeat(200), 3_000],
  ["objects", (index: number) => ({ index, path: "src/index.ts" }), 6_000],
  // Those are written one by one.
  ["objects of a class", () => new Row(), 30_000],
])("of a list of a million %s only so many are read as may be written", (_name, value, most) => {
  const { list, reads } = counted(value);
  const text = toJson(list);
  expect(reads()).toBeLessThan(most);
  expect(text.length).toBeGreaterThan(60_000);
  expect(JSON.parse(text).at(-1)).toMatch(/^… \d+ more$/);
});

/** An object of many keys that counts how often they are named. */
function keyed(keys: number): { value: object; named: () => number } {
  let named = 0;
  const members = Object.fromEntries(Array.from({ length: keys }, (_, index) => [`key-${index}`, "value"]));
  const value = new Proxy(members, {
    ownKeys: (target) => {
      named++;
      return Reflect.ownKeys(target);
    },
  });
  return { value, named: () => named };
}

test("the keys of an object that is too large are named once", () => {
  const { value, named } = keyed(200_000);
  const text = toJson(value);
  expect(named()).toBe(1);
  expect(text.length).toBeGreaterThan(60_000);
  expect(Object.entries(JSON.parse(text)).at(-1)).toEqual(["…", expect.stringMatching(/^\d+ more$/)]);
});

test("those of one that fits twice: by us, and by the engine that writes it", () => {
  const { value, named } = keyed(20_000);
  expect(Object.keys(JSON.parse(toJson(value)))).toHaveLength(20_000);
  expect(named()).toBe(2);
});

test("of an object of many keys that is far too large, only so many members are read as may be written", () => {
  let reads = 0;
  const names = Array.from({ length: 100_000 }, (_, index) => `key-${index}`);
  const value = new Proxy(Object.fromEntries(names.map((name) => [name, "value"])), {
    get: (target, name, receiver) => {
      if (typeof name === "string" && name.startsWith("key-")) reads++;
      return Reflect.get(target, name, receiver);
    },
  });
  expect(Object.keys(JSON.parse(toJson(value))).length).toBeGreaterThan(1_000);
  expect(reads).toBeLessThan(12_000);
});

test("a list that is not far too long is written whole where it fits, whatever its samples are", () => {
  const rows = Array.from({ length: 4_096 }, (_, id) => ({
    id,
    text: id % 64 === 0 ? "x".repeat(9_000) : "",
  }));
  expect(JSON.parse(toJson(rows))).toEqual(rows);
});

test("what fits is written whole, however many parts it has", () => {
  const rows = Array.from({ length: 9_000 }, (_, id) => ({
    id,
    at: new Date(id),
    name: "row",
    score: id / 7,
  }));
  expect(JSON.parse(toJson(rows))).toEqual(JSON.parse(JSON.stringify(rows)));
});

test("what is plain data is written by the engine as it is written value by value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(new PlainData(1e6).holds(value, 200)).toBe(true);
      expect(toJson(value)).toBe(JSON.stringify(value));
    }),
  );
});

test.each([
  ["a number that JSON has not", [Number.NaN]],
  ["an object of a class", [new Row()]],
  ["a map", { map: new Map() }],
  ["an invalid date", new Date(Number.NaN)],
  ["a bigint", [1n]],
  ["a function", [() => 1]],
  ["an object with a form of its own", { toJSON: () => "hidden" }],
  ["a list with a form of its own", Object.assign([], { toJSON: () => "hidden" })],
  ["more levels than are written", [[[]]]],
])("%s is no plain data", (_name, value) => {
  expect(new PlainData(1e6).holds(value, 2)).toBe(false);
});
