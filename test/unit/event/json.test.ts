import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { isPlainObject, isRecord } from "../../../src/event/json.js";

class Instance {
  readonly name = "a";
}

describe("isPlainObject", () => {
  test.each([
    ["a literal", {}],
    ["what JSON.parse returns", JSON.parse('{"__proto__": 1}')],
    ["an object without a prototype", Object.create(null)],
    ["an object of another realm", runInNewContext("({ a: 1 })")],
    ["an object with a null member for a constructor", { constructor: null }],
  ])("is true for %s", (_, value) => {
    expect(isPlainObject(value)).toBe(true);
    expect(isRecord(value)).toBe(true);
  });

  test.each([
    ["a Map", new Map()],
    ["a Set", new Set()],
    ["a Date", new Date(0)],
    ["a regular expression", /a/],
    ["an error", new Error("a")],
    ["a promise", Promise.resolve()],
    ["a typed array", new Uint8Array(1)],
    ["an instance of a class", new Instance()],
    ["an object with another one for a prototype", Object.create({ a: 1 })],
    ["a Map of another realm", runInNewContext("new Map()")],
    ["an object below one without a prototype", Object.create(Object.create(null))],
  ])("is false for %s, which is an object all the same", (_, value) => {
    expect(isPlainObject(value)).toBe(false);
    expect(isRecord(value)).toBe(true);
  });

  test.each([
    ["a list", []],
    ["null", null],
    ["undefined", undefined],
    ["a text", "a"],
    ["a function", () => {}],
  ])("is false for %s, and so is isRecord", (_, value) => {
    expect(isPlainObject(value)).toBe(false);
    expect(isRecord(value)).toBe(false);
  });
});
