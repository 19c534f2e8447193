import { expect, test } from "vitest";
import { readSpan } from "../../../../exporter/span-files/otlp-span.js";
import { toolSpan } from "../../otlp/otlp-bodies.js";

test("a value is read a hundred levels deep, and below that nobody knows", () => {
  let value: unknown = { stringValue: "deep" };
  for (let level = 0; level < 150; level++) value = { arrayValue: { values: [value] } };
  const reading = readSpan(toolSpan(0, { attributes: [{ key: "nested", value }] }), {}, {});
  const text = reading.ok ? JSON.stringify(reading.span.attributes.nested) : "";
  expect(text).toBe(`${"[".repeat(101)}null${"]".repeat(101)}`);
});

test.each([
  [2, 2],
  ["2", 2],
  ["STATUS_CODE_ERROR", 2],
  ["Error", 2],
  ["ERROR", 2],
  ["StatusCode.ERROR", 2],
  ["STATUS_CODE_OK", 1],
  ["Ok", 1],
  ["UNSET", 0],
  ["", 0],
  [null, 0],
  [7, 0],
])("a status of %j is %d", (code, expected) => {
  const reading = readSpan(toolSpan(0, { status: { code, message: "boom" } }), {}, {});
  expect(reading.ok && reading.span.status.code).toBe(expected);
});

test("attributes that are an object, and values without a wrapper, are read as they are", () => {
  const plain = { tool: "search", n: 3, ok: true, list: ["a", 1], nested: { city: "Paris" }, none: null };
  const listed = Object.entries(plain).map(([key, value]) => ({ key, value }));
  for (const attributes of [plain, listed]) {
    const reading = readSpan(toolSpan(0, { attributes }), {}, {});
    expect(reading.ok && reading.span.attributes).toEqual(plain);
  }
  const wrapped = readSpan(toolSpan(0, { attributes: { tool: { stringValue: "search" } } }), {}, {});
  expect(wrapped.ok && wrapped.span.attributes).toEqual({ tool: "search" });
});
