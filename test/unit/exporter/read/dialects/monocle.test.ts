import { describe, expect, test } from "vitest";
import { parsePython } from "../../../../../exporter/read/dialects/monocle/monocle-python.js";
import { createTransform } from "../../../../../exporter/read/transform.js";
import { ERROR, spanOf } from "../../spans.js";

describe("literals of Python", () => {
  test.each<[string, unknown]>([
    ["{'a': 1, 'b': None, 'c': True, 'd': False}", { a: 1, b: null, c: true, d: false }],
    ["['x', \"it's\", 'a \"b\"']", ["x", "it's", 'a "b"']],
    ["{'text': 'None, True: {x}'}", { text: "None, True: {x}" }],
    ["{'n': -1.5, 'e': 1e3, 'deep': [{'k': ('t', 2)}]}", { n: -1.5, e: 1000, deep: [{ k: ["t", 2] }] }],
    [
      "['line\\nbreak', 'tab\\t', 'caf\\xe9', '\\u20ac', 'back\\\\slash']",
      ["line\nbreak", "tab\t", "café", "€", "back\\slash"],
    ],
    ["[]", []],
  ])("%s", (text, value) => {
    expect(parsePython(text)).toEqual(value);
  });

  test.each([
    "plain text",
    "{'when': datetime.datetime(2026, 1, 1)}",
    "{'open': 'never closed",
    "[<object at 0x7f>]",
    "('one',)",
    "{'a': nan}",
  ])("%s stays a text", (text) => {
    expect(parsePython(text)).toBeUndefined();
  });

  test("a huge text is left alone", () => {
    expect(parsePython(`['${"x".repeat(300_000)}']`)).toBeUndefined();
  });
});

describe("Monocle's spans that no capture has", () => {
  const event = (attributes: Record<string, unknown>, status = {}) =>
    createTransform()(
      spanOf({ attributes: { "entity.count": 1, ...attributes }, status: { code: 0, ...status } }),
    );

  test("a retrieval is a call, by the store's name", () => {
    expect(event({ "span.type": "retrieval", "entity.1.name": "docs" })).toMatchObject({
      event: {
        action_type: "tool_call",
        action_name: "docs",
        action_details: { tool_parameters_hidden: true },
      },
    });
  });

  test("an agent that failed is an error", () => {
    const run = { "span.type": "agentic.invocation", "entity.1.name": "planner" };
    expect(event(run, { ...ERROR, message: "KeyError: 'x'" })).toMatchObject({
      event: { action_type: "error", agent_name: "planner", error_type: "KeyError" },
    });
  });

  test("an attribute of that name on somebody else's span says nothing", () => {
    const span = spanOf({ attributes: { "span.type": "agentic.tool.invocation" } });
    expect(createTransform()(span)).toMatchObject({ reason: "no dialect knows this span" });
  });
});
