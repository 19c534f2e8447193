import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJsonExactly } from "../../../exporter/read/dialects/common/decode-json.js";
import type { ReadableSpan } from "../../../exporter/read/sdk-types.js";
import { spansOfDocument } from "../../../exporter/span-files/otlp-spans.js";
import { splitRequest, TRACE_NAMES } from "../../../src/otlp/json/split-request.js";
import { Pause } from "../../../src/otlp/pause.js";
import { readRequest, TRACE_REQUEST } from "../../../src/otlp/read-request.js";
import { jsonRequest, protobufRequest, toolSpan } from "./otlp-bodies.js";

const seen = (span: ReadableSpan) => ({
  ...span,
  spanContext: span.spanContext(),
  resource: span.resource.attributes,
});

const read = (text: string, maxSpans = 1_000_000) =>
  readRequest(TRACE_REQUEST, Buffer.from(text), "json", maxSpans);

/** The same, all in one go. */
function readWhole(text: string) {
  const problems: string[] = [];
  const { resourceSpans = [] } = parseJsonExactly(text) as { resourceSpans?: unknown };
  return { spans: spansOfDocument({ resourceSpans }, problems).map(seen), problems };
}

const anything = fc.jsonValue({ maxDepth: 3 });
const names = fc.constantFrom("resourceSpans", "scopeSpans", "spans", "resource", "scope", "x", 'quo"te\\');
const span = fc.oneof(
  fc.nat(50).map((number) => toolSpan(number)),
  fc.nat(50).chain((number) => anything.map((value) => ({ ...toolSpan(number), attributes: value }))),
  fc.dictionary(names, anything),
  anything,
);
const listOf = (item: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: fc.array(item, { maxLength: 4 }) }, { weight: 1, arbitrary: anything });
const group = fc.oneof(
  fc.record({ resource: anything, scopeSpans: listOf(fc.record({ scope: anything, spans: listOf(span) })) }),
  fc.dictionary(names, fc.oneof(anything, listOf(span))),
  anything,
);
const request = fc.record({ resourceSpans: fc.array(group, { maxLength: 4 }), x: anything });

describe("a request in JSON, read piece by piece,", () => {
  test("is what it is when it is read in one go", async () => {
    await fc.assert(
      fc.asyncProperty(request, fc.constantFrom(0, 1, 3), async (document, indent) => {
        const text = JSON.stringify(document, null, indent);
        const reading = await read(text);
        const expected = readWhole(text);
        expect(reading).toMatchObject({ ok: true, problems: expected.problems });
        if (reading.ok) expect(reading.items.map(seen)).toEqual(expected.spans);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is refused when it is cut off anywhere", async () => {
    const text = jsonRequest([toolSpan(0), toolSpan(1)]);
    for (let length = 1; length < text.length; length++)
      expect(await read(text.slice(0, length))).toMatchObject({ ok: false, tooLarge: false });
  });

  test("may hold a string of eight million characters, escapes and all", async () => {
    for (const long of ["x".repeat(8_400_000), '\n"\\'.repeat(2_000_000)]) {
      const attributes = [{ key: "long", value: { stringValue: long } }];
      const reading = await read(jsonRequest([{ ...toolSpan(0), attributes }]));
      if (!reading.ok) throw new Error(reading.problem);
      expect(reading.items[0]?.attributes.long).toBe(long);
    }
  });

  test("keeps long integers whole", async () => {
    const text = jsonRequest([{ ...toolSpan(0), startTimeUnixNano: "@" }]).replace(
      '"@"',
      "1767225600000000001",
    );
    const reading = await read(text);
    expect(reading.ok && reading.items[0]?.startTime).toEqual([1_767_225_600, 1]);
  });

  test("is taken without a span that has too many parts", async () => {
    const attributes = Array.from({ length: 30_000 }, (_, index) => ({
      key: `k${index}`,
      value: { boolValue: true },
    }));
    expect(await read(jsonRequest([toolSpan(0), { ...toolSpan(1), attributes }, toolSpan(2)]))).toMatchObject(
      {
        ok: true,
        items: [{}, {}],
        problems: ["resourceSpans[0].scopeSpans[0].spans[1]: it has too many parts"],
      },
    );
  });

  const whole = jsonRequest([toolSpan(0)]);
  const head = whole.slice(0, whole.lastIndexOf('"attributes":['));
  test.each([
    ["groups", `{"resourceSpans":[${"{},".repeat(3_000_000)}{}]}`],
    [
      "attributes",
      `${head}"attributes":[${'{"key":"a","value":{"stringValue":"b"}},'.repeat(800_000)}{}]}]}]}]}`,
    ],
    [
      "items of a list",
      `${head}"attributes":[{"key":"a","value":{"arrayValue":{"values":[${"{},".repeat(3_000_000)}{}]}}}]}]}]}]}`,
    ],
    [
      "attributes of a resource",
      `{"resourceSpans":[{"resource":{"attributes":[${"{},".repeat(200_000)}{}]}}]}`,
    ],
    ["members that nobody reads", `{"x":[${"1,".repeat(200_000)}1]}`],
  ])("is too large with some million %s, and is not parsed", async (_, text) => {
    expect(await read(text)).toEqual({ ok: false, tooLarge: true, problem: "it has too many parts" });
  });

  test("is cut into pieces of so many values at most", async () => {
    const limits = { maxValues: 1_000_000, maxItemValues: 300, maxGroupValues: 300 };
    const spans = Array.from({ length: 500 }, (_, index) => toolSpan(index));
    const {
      outer,
      groups,
      items: ranges,
    } = await splitRequest(Buffer.from(jsonRequest(spans)), TRACE_NAMES, limits, new Pause()).catch(() => ({
      outer: "",
      groups: [],
      items: [],
    }));
    expect({ outer, groups, ranges: ranges.length }).toEqual({ outer: "", groups: [], ranges: 0 });
    const wide = await splitRequest(
      Buffer.from(jsonRequest(spans)),
      TRACE_NAMES,
      { ...limits, maxGroupValues: 2_000 },
      new Pause(),
    );
    expect(wide.outer).toBe('{"resourceSpans":[0]}');
    expect(wide.items).toHaveLength(500);
  });
});

test.each(["json", "protobuf"] as const)(
  "a large request in %s lets others have a turn",
  async (encoding) => {
    const spans = Array.from({ length: 20_000 }, (_, index) => toolSpan(index));
    const body = Buffer.from(encoding === "json" ? jsonRequest(spans) : protobufRequest(spans));
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const reading = await readRequest(TRACE_REQUEST, body, encoding, 20_000);
    isDone = true;
    expect(reading).toMatchObject({ ok: true });
    expect(turns).toBeGreaterThan(3);
  },
);
