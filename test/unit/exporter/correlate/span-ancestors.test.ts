import { expect, test } from "vitest";
import { readOtlpJson } from "../../../../exporter/span-files/otlp-spans.js";
import { jsonRequest, toolSpan } from "../../otlp/otlp-bodies.js";

test("of spans that are inside each other without end, each knows the nearest only", () => {
  const chain = Array.from({ length: 2_000 }, (_, index) =>
    index === 0 ? toolSpan(0) : toolSpan(index, { parentSpanId: toolSpan(index - 1).spanId }),
  );
  const spans = readOtlpJson(jsonRequest(chain));
  expect(Math.max(...spans.map(({ ancestors }) => ancestors.length))).toBe(32);
  expect(spans.at(-1)?.ancestors[0]?.name).toBe("execute_tool tool-1998");
});
