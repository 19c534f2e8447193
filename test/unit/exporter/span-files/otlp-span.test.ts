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
