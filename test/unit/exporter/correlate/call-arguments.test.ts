import { expect, test } from "vitest";
import {
  ArgumentsDigest,
  areSameArguments,
  relateArguments,
  rememberedArguments,
} from "../../../../exporter/correlate/call-arguments.js";
import { HIDDEN } from "../../../../exporter/read/dialects/common/captured.js";

const NAMED = { q: "refunds", limit: 3 };

test.each([
  ["the order of members", NAMED, { limit: 3, q: "refunds" }],
  ["JSON text", NAMED, '{"q":"refunds","limit":3}'],
  ["a list of one", NAMED, [NAMED]],
  ["args of one", NAMED, { args: [NAMED] }],
  ["args of JSON text", NAMED, { args: ['{"q":"refunds","limit":3}'] }],
  ["args and kwargs", NAMED, { args: [], kwargs: NAMED }],
  ["by position", NAMED, ["refunds", 3]],
  ["args by position", NAMED, { args: ["refunds", 3], kwargs: {} }],
  ["a framework's options after them", NAMED, [NAMED, { toolCallId: "call_1", messages: [] }]],
  ["the only one without its name", { q: "refunds" }, "refunds"],
  ["the only one without its name, in a list", { q: "refunds" }, ["refunds"]],
  ["a number as text", { n: 5 }, "5"],
  ["a masked member", { q: "refunds", token: "[REDACTED]" }, { q: "refunds", token: "abc" }],
  ["no arguments at all", {}, {}],
])("%s makes no difference", (_, one, other) => {
  expect(relateArguments(one, other)).toBe("equal");
  expect(relateArguments(other, one)).toBe("equal");
});

test.each([
  ["another value", NAMED, { q: "returns", limit: 3 }],
  ["another member", { q: "refunds" }, { query: "refunds" }],
  ["another order of a list", { ids: [1, 2] }, { ids: [2, 1] }],
  ["none and some", {}, NAMED],
  ["another single one", { q: "refunds" }, "returns"],
])("%s does", (_, one, other) => {
  expect(relateArguments(one, other)).toBe("other");
  expect(relateArguments(other, one)).toBe("other");
});

test("one that has all that the other has, and more, is told apart from others", () => {
  expect(relateArguments({ q: "refunds" }, NAMED)).toBe("contained");
  expect(relateArguments(NAMED, { q: "refunds" })).toBe("contained");
});

test.each([[HIDDEN], [undefined], [null]])("what was not recorded says nothing", (untold) => {
  expect(relateArguments(untold, NAMED)).toBe("unknown");
  expect(relateArguments(NAMED, untold)).toBe("unknown");
  expect(areSameArguments(untold, untold)).toBe(false);
});

test("apart, only the form of the list around may differ", () => {
  expect(areSameArguments({ a: 1, b: 2 }, { args: [{ b: 2, a: 1 }] })).toBe(true);
  expect(areSameArguments({ q: "refunds" }, "refunds")).toBe(false);
  expect(areSameArguments({ a: "1" }, { a: 1 })).toBe(false);
  expect(areSameArguments({ a: "***" }, { a: 1 })).toBe(false);
});

test("arguments of any depth are compared without an end of the stack", () => {
  const deep = () => JSON.parse(`${"[0,".repeat(20_000)}0${"]".repeat(20_000)}`) as unknown;
  expect(relateArguments({ a: deep() }, { a: deep() })).toBe("other");
});

test("large arguments are compared by a digest, at once or in a later turn, and not kept", async () => {
  const content = "line\n".repeat(1_000);
  const one = rememberedArguments({ path: "a", content });
  expect(one).toBeInstanceOf(ArgumentsDigest);
  expect(relateArguments(one, { content, path: "a" })).toBe("equal");
  expect(relateArguments(one, { content, path: "b" })).toBe("other");
  const later = rememberedArguments(JSON.stringify({ content, path: "a" }));
  await new Promise(setImmediate);
  expect(relateArguments(later, one)).toBe("equal");
});
