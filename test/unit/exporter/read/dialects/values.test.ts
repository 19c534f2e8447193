import { describe, expect, test } from "vitest";
import {
  captured,
  capturedOnce,
  capturedText,
  HIDDEN,
} from "../../../../../exporter/read/dialects/common/captured.js";
import { decodeJson, decodeNestedJson } from "../../../../../exporter/read/dialects/common/decode-json.js";
import { failureSaying, readFailure } from "../../../../../exporter/read/dialects/common/failure.js";
import { unwrapLangChain } from "../../../../../exporter/read/dialects/common/langchain-output.js";
import { unflatten } from "../../../../../exporter/read/dialects/common/unflatten.js";
import { ERROR, OK, spanOf } from "../../spans.js";

describe("decoding JSON text", () => {
  test.each([
    ['{"a":1}', { a: 1 }],
    [" [1,2]", [1, 2]],
    ['"text"', "text"],
    ["5", 5],
    ["-1.5", -1.5],
    ["true", true],
    ["null", null],
    ["plain text", "plain text"],
    ["{not json", "{not json"],
    ["12 monkeys", "12 monkeys"],
    ["", ""],
    ['{"n":12345678901234567890}', { n: "12345678901234567890" }],
    [
      '{"n":-12345678901234567890,"s":"12345678901234567890 \\" 12345678901234567890"}',
      {
        n: "-12345678901234567890",
        s: '12345678901234567890 " 12345678901234567890',
      },
    ],
    ["[1234567890123456.5,1e400,9007199254740991]", [1234567890123456.5, "1e400", 9007199254740991]],
    [
      "[3.14159265358979323846,0.1,-1e-400,1e300,0.30000000000000004]",
      ["3.14159265358979323846", 0.1, "-1e-400", 1e300, 0.30000000000000004],
    ],
    // Cut by the SDK's limit: in a text, after a value, after a comma.
    ['{"city":"Paris","text":"it is', '{"city":"Paris","text":"it is…[cut before it was recorded]'],
    ['{"city":"Paris","days":12', '{"city":"Paris","days":12…[cut before it was recorded]'],
    ["[1,2,3,4,5,6,7,8,9,", "[1,2,3,4,5,6,7,8,9,…[cut before it was recorded]"],
    ["[see the whole report]", "[see the whole report]"],
    ["{'city': 'Paris', 'days': 12", "{'city': 'Paris', 'days': 12"],
  ])("%s", (text, value) => {
    expect(decodeJson(text)).toEqual(value);
  });

  test("an object that was encoded twice is decoded twice, a text only once", () => {
    expect(decodeNestedJson(JSON.stringify('{"a":1}'))).toEqual({ a: 1 });
    expect(decodeNestedJson(JSON.stringify("5"))).toBe("5");
    expect(decodeNestedJson(JSON.stringify('"quoted"'))).toBe('"quoted"');
    expect(decodeNestedJson(JSON.stringify(JSON.stringify('{"a":1}')))).toBe('"{\\"a\\":1}"');
  });

  test("a text of megabytes stays a text", () => {
    const text = `["${"x".repeat(4_000_001)}"]`;
    expect(decodeJson(text)).toBe(text);
  });
});

describe("what an attribute captured", () => {
  test("is hidden where OpenInference masked it, and absent where there was none", () => {
    for (const capture of [captured, capturedOnce, capturedText]) {
      expect(capture("__REDACTED__")).toBe(HIDDEN);
      expect(capture(undefined)).toBe(undefined);
      expect(capture("")).toBe("");
    }
  });

  test("of a plain text is decoded only where it is a structure", () => {
    expect(capturedText("5")).toBe("5");
    expect(capturedText('"a"')).toBe('"a"');
    expect(capturedText("null")).toBe("null");
    expect(capturedText("[1]")).toEqual([1]);
  });

  test("is a copy of a structured value", () => {
    const value = { a: [1] };
    const copy = captured(value);
    expect(copy).toEqual(value);
    expect(copy).not.toBe(value);
  });
});

describe("what was said of a failure", () => {
  const stack = "\n    at f (x.js:1:1)\n    at g (x.js:2:1)";
  test.each([
    ["no", undefined, { type: "Error", message: "no" }],
    ["TypeError: no", undefined, { type: "TypeError", message: "no" }],
    ["TypeError: no", "TypeError", { type: "TypeError", message: "no" }],
    ["TypeError: no", "ToolException", { type: "ToolException", message: "TypeError: no" }],
    ["TypeError: no", "unknown", { type: "TypeError", message: "no" }],
    ["Error: no", undefined, { type: "Error", message: "no" }],
    ["Note: no", undefined, { type: "Error", message: "Note: no" }],
    ["TypeError: ", undefined, { type: "TypeError", message: "TypeError: " }],
    [undefined, "timeout", { type: "timeout", message: undefined }],
  ])("%s (%s)", (said, named, expected) => {
    expect(failureSaying(said, named)).toEqual(expected);
  });

  test("with a stack behind it loses the stack and learns the type", () => {
    const said = `card declined\n\nTypeError: card declined${stack}`;
    expect(failureSaying(said)).toEqual({ type: "TypeError", message: "card declined", stacktrace: said });
    expect(failureSaying(`RangeError: far${stack}`)).toMatchObject({ type: "RangeError", message: "far" });
  });

  test("may have no words of its own before the stack", () => {
    expect(failureSaying(`\n\nParentCommand${stack}`)).toMatchObject({
      type: "ParentCommand",
      message: undefined,
    });
  });

  test("in Python is the error as it writes itself, with its stack", () => {
    const message = "ValueError('it\\'s declined')Traceback (most recent call last):\n\n  File x";
    const read = (exception?: Record<string, unknown>) =>
      readFailure(spanOf({ status: { ...ERROR, message }, ...(exception && { exception }) }));
    expect(read()).toMatchObject({ type: "ValueError", message: "it\\'s declined" });
    expect(read({ "exception.type": "ValueError", "exception.message": "declined" })).toMatchObject({
      type: "ValueError",
      message: "declined",
    });
  });

  test("is an interrupt also where the status says OK, unless the span went on to a result", () => {
    const waiting = spanOf({ status: OK, exception: { "exception.type": "GraphInterrupt" } });
    expect(readFailure(waiting)).toMatchObject({ type: "GraphInterrupt" });
    expect(readFailure(waiting, true)).toBe(undefined);
    expect(readFailure(spanOf({ status: OK, exception: { "exception.type": "TypeError" } }))).toBe(undefined);
  });

  test("has its type before it with or without the module", () => {
    expect(failureSaying("Declined: no", "shop.Declined")).toEqual({ type: "shop.Declined", message: "no" });
    expect(failureSaying("shop.Declined: no", "shop.Declined")).toEqual({
      type: "shop.Declined",
      message: "no",
    });
  });

  test("keeps its own blank lines", () => {
    const message = "first\n\nsecond";
    expect(failureSaying(`${message}\n\nTypeError: ${message}${stack}`)).toMatchObject({
      type: "TypeError",
      message,
    });
  });
});

describe("what LangChain serialised", () => {
  test("is none of its forms", () => {
    for (const value of ["text", 5, null, { a: 1 }, { output: "x" }, { lc: 1 }, [], [1, 2]])
      expect(unwrapLangChain(value)).toBe(undefined);
  });

  test("keeps content that is a list of blocks", () => {
    const content = [{ type: "text", text: "a" }];
    expect(unwrapLangChain({ lc: 1, kwargs: { content, tool_call_id: "c" } })).toMatchObject({
      result: content,
      callId: "c",
    });
  });

  test("names every node that a command goes to", () => {
    const command = { lg_name: "Command", goto: ["a", { lg_name: "Send", node: "b", args: {} }] };
    expect(unwrapLangChain({ output: command })?.goto).toEqual(["a", "b"]);
  });
});

describe("lists in flat attributes", () => {
  test("are put in order by their numbers, without gaps", () => {
    const attributes = {
      "list.10.item.name": "last",
      "list.2.item.name": "first",
      "list.2.item.tags.1": "b",
      "list.2.item.tags.0": "a",
      "list.900000000.item.name": "far",
      "listing.0": "other",
    };
    expect(unflatten(attributes, "list")).toEqual([
      { item: { name: "first", tags: ["a", "b"] } },
      { item: { name: "last" } },
      { item: { name: "far" } },
    ]);
    expect(unflatten(attributes, "none")).toBe(undefined);
  });
});
