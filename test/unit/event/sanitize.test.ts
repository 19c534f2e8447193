import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_DEPTH, sanitizeJson } from "../../../src/event/sanitize.js";

const NUL = "\0";
const LONE = "\ud83d";

describe("sanitizeJson", () => {
  test("replaces NUL and lone surrogates in values and keys at any depth", () => {
    const { value, changed } = sanitizeJson({ [`a${NUL}`]: [{ b: `x${NUL}y`, [LONE]: LONE }] });
    expect(value).toEqual({ "a\ufffd": [{ b: "x\ufffdy", "\ufffd": "\ufffd" }] });
    expect(changed).toBe(true);
  });

  test("leaves whole emoji and the six characters \\u0000 alone", () => {
    const value = { text: "\ud83d\ude00 \\u0000" };
    expect(sanitizeJson(value)).toEqual({ value, changed: false });
    expect(sanitizeJson(value).value).toBe(value);
  });

  test("keeps both values of two keys that become one", () => {
    const { value } = sanitizeJson({ [`k${NUL}`]: 1, [`k${LONE}`]: 2 });
    expect(Object.values(value as object)).toEqual([1, 2]);
  });

  test("keeps a key __proto__ as a key", () => {
    const { value } = sanitizeJson(JSON.parse(`{"__proto__":{"x":"\\u0000"},"y":1}`));
    expect(Object.keys(value as object)).toEqual(["__proto__", "y"]);
  });

  test("turns numbers beyond a double into their name", () => {
    expect(sanitizeJson(JSON.parse("[1e999,-1e999]")).value).toEqual(["Infinity", "-Infinity"]);
  });

  test("keeps what lies too deep as its JSON text", () => {
    const { value, changed } = sanitizeJson(
      JSON.parse("[".repeat(MAX_DEPTH + 3) + "]".repeat(MAX_DEPTH + 3)),
    );
    let inner: unknown = value;
    for (let depth = 0; depth < MAX_DEPTH; depth++) inner = (inner as unknown[])[0];
    expect(inner).toBe("[[[]]]".slice(0, 6));
    expect(changed).toBe(true);
  });

  test("survives 100,000 levels", () => {
    const levels = 100_000;
    const deep: unknown = JSON.parse("[".repeat(levels) + "]".repeat(levels));
    expect(JSON.stringify(sanitizeJson(deep).value)).toContain(`nested more than ${MAX_DEPTH} levels`);
  });

  test("changes nothing in any well-formed JSON without NUL", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes("\\u0000"));
        const parsed: unknown = JSON.parse(text);
        expect(sanitizeJson(parsed)).toEqual({ value: parsed, changed: false });
      }),
    );
  });
});
