import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainJson } from "../../../src/internal/plain-json.js";

describe("a plain copy", () => {
  test("is equal to what JSON can say, and shares nothing with it", () => {
    const value = { a: [1, { b: null }], c: "d", e: true };
    const copy = plainJson(value) as typeof value;
    expect(copy).toEqual(value);
    expect(copy.a).not.toBe(value.a);
  });

  test("leaves undefined members out and gives the rest a form", () => {
    const value = {
      u: undefined,
      n: Number.NaN,
      i: 2n,
      d: new Date(0),
      m: new Map([["k", 1]]),
      s: new Set([1]),
    };
    expect(plainJson(value)).toEqual({
      n: "NaN",
      i: "2",
      d: "1970-01-01T00:00:00.000Z",
      m: { k: 1 },
      s: [1],
    });
  });

  test("stops at circles, depth and number of values", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(plainJson(circle)).toEqual({ self: "[circular]" });
    expect(plainJson([[[1]]], { maxDepth: 2 })).toEqual([["[nested too deep]"]]);
    expect(plainJson([1, 2, 3, 4], { maxNodes: 2 })).toEqual([1, 2, "… 2 more"]);
    expect(plainJson({ a: 1, b: 2 }, { maxNodes: 1 })).toEqual({ a: 1, "…": "1 more" });
  });

  test("of shared values that would unfold without end is bounded", () => {
    let value: unknown = 1;
    for (let level = 0; level < 60; level++) value = [value, value];
    expect(JSON.stringify(plainJson(value, { maxNodes: 1_000 })).length).toBeLessThan(20_000);
  });

  test("keeps a member called __proto__ as a member", () => {
    const copy = plainJson(JSON.parse('{"__proto__":{"a":1}}'));
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":1}}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  test("puts what a member threw in its place", () => {
    const value = {
      a: 1,
      get b() {
        throw new TypeError("no");
      },
    };
    expect(plainJson(value)).toEqual({ a: 1, b: "[threw TypeError: no]" });
  });

  test("has no -0, as JSON has none", () => {
    expect(plainJson([-0, { a: -0 }, new Map([["b", -0]])])).toEqual([0, { a: 0 }, { b: 0 }]);
  });

  test("of anything whatsoever is what JSON says of it", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withMap: true, withSet: true, withDate: true }),
        (value) => {
          const copy = plainJson(value);
          expect(JSON.parse(JSON.stringify(copy))).toEqual(copy);
        },
      ),
    );
  });
});
