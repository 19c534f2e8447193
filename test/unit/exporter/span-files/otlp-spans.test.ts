import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readOtlpJson } from "../../../../exporter/span-files/otlp-spans.js";
import { EventError } from "../../../../src/errors.js";

const SPAN = {
  traceId: "0AF7651916CD43DD8448EB211C80319C",
  spanId: "b7ad6b7169203331",
  name: "s",
  kind: 3,
  startTimeUnixNano: "1795334322755418541",
  endTimeUnixNano: "1795334323000000001",
};
const document = (...spans: object[]) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: "service.name", value: { stringValue: "svc" } }] },
      scopeSpans: [{ scope: { name: "scope", version: "1" }, spans }],
    },
  ],
});
const read = (...spans: object[]) => readOtlpJson(JSON.stringify(document(...spans)));
const only = (span: object) => {
  const [found] = read(span);
  if (found === undefined) throw new Error("no span");
  return found.span;
};

function problems(text: string): readonly string[] {
  try {
    readOtlpJson(text);
  } catch (error) {
    if (error instanceof EventError) return error.reasons;
    throw error;
  }
  return [];
}

describe("a span", () => {
  test("has the shape that processors see", () => {
    const span = only({
      ...SPAN,
      parentSpanId: "00f067aa0ba902b7",
      status: { code: 2, message: "no" },
      events: [
        { name: "exception", timeUnixNano: "1", attributes: [{ key: "a", value: { intValue: "1" } }] },
      ],
      links: [{ traceId: SPAN.traceId, spanId: SPAN.spanId }],
    });
    expect(span).toMatchObject({
      name: "s",
      kind: 2,
      startTime: [1_795_334_322, 755_418_541],
      endTime: [1_795_334_323, 1],
      duration: [0, 244_581_460],
      status: { code: 2, message: "no" },
      ended: true,
      resource: { attributes: { "service.name": "svc" } },
      instrumentationScope: { name: "scope", version: "1" },
      events: [{ name: "exception", time: [0, 1], attributes: { a: 1 } }],
      links: [{ context: { spanId: SPAN.spanId } }],
    });
    expect(span.spanContext().traceId).toBe("0af7651916cd43dd8448eb211c80319c");
    expect(span.parentSpanContext?.spanId).toBe("00f067aa0ba902b7");
  });

  test("keeps microseconds of times that were written as numbers", () => {
    const text = JSON.stringify(document(SPAN)).replace('"1795334322755418541"', "1795334322755418541");
    expect(readOtlpJson(text)[0]?.span.startTime).toEqual([1_795_334_322, 755_418_541]);
  });

  test("may have ids in base64 and enums as names, as general protobuf libraries write them", () => {
    const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
    const span = only({
      ...SPAN,
      traceId: base64(SPAN.traceId),
      spanId: base64(SPAN.spanId),
      kind: "SPAN_KIND_CLIENT",
      status: { code: "STATUS_CODE_ERROR" },
    });
    expect(span.spanContext()).toMatchObject({
      traceId: SPAN.traceId.toLowerCase(),
      spanId: SPAN.spanId,
    });
    expect([span.kind, span.status.code]).toEqual([2, 2]);
  });

  test("that has not ended has no end", () => {
    const { endTimeUnixNano: _, ...open } = SPAN;
    expect(only(open)).toMatchObject({ endTime: [0, 0], ended: false });
  });

  test("has attributes of every type", () => {
    const values = {
      text: { stringValue: "t" },
      yes: { boolValue: true },
      whole: { intValue: "7" },
      number: { intValue: 7 },
      large: { intValue: "9223372036854775807" },
      real: { doubleValue: 1.5 },
      none: { doubleValue: "NaN" },
      bytes: { bytesValue: "AAE=" },
      list: { arrayValue: { values: [{ stringValue: "a" }, { arrayValue: {} }] } },
      object: { kvlistValue: { values: [{ key: "k", value: { intValue: "1" } }] } },
      empty: {},
    };
    const attributes = Object.entries(values).map(([key, value]) => ({ key, value }));
    expect(only({ ...SPAN, attributes }).attributes).toEqual({
      text: "t",
      yes: true,
      whole: 7,
      number: 7,
      large: "9223372036854775807",
      real: 1.5,
      none: Number.NaN,
      bytes: "AAE=",
      list: ["a", []],
      object: { k: 1 },
      empty: null,
    });
  });
});

describe("a file", () => {
  test("may be one document, a list of them, or one a line", () => {
    const other = { ...SPAN, spanId: "00f067aa0ba902b7" };
    const texts = [
      JSON.stringify(document(SPAN, other)),
      JSON.stringify(document(SPAN, other), null, 2),
      JSON.stringify([document(SPAN), document(other)]),
      `${JSON.stringify(document(SPAN))}\n\n${JSON.stringify(document(other))}\r\n`,
    ];
    for (const text of texts)
      expect(readOtlpJson(text).map(({ span }) => span.spanContext().spanId)).toHaveLength(2);
    expect(readOtlpJson(" \n")).toEqual([]);
  });

  test("may call its scopes libraries, as before 2022", () => {
    const text = JSON.stringify(document(SPAN))
      .replace("scopeSpans", "instrumentationLibrarySpans")
      .replace('"scope":', '"instrumentationLibrary":');
    expect(readOtlpJson(text)[0]?.span.instrumentationScope.name).toBe("scope");
  });

  test("gives each span what is around it, nearest first, wherever it stands in the file", () => {
    const ids = ["1", "2", "3"].map((digit) => digit.repeat(16));
    const [inner, middle, outer] = ids.map((spanId, index) => ({
      ...SPAN,
      spanId,
      parentSpanId: ids[index + 1] ?? "",
    }));
    const found = readOtlpJson(
      [document(inner as object), document(outer as object, middle as object)]
        .map((one) => JSON.stringify(one))
        .join("\n"),
    );
    const around = found.find(({ span }) => span.spanContext().spanId === ids[0])?.ancestors ?? [];
    expect(around.map((span) => span.spanContext().spanId)).toEqual([ids[1], ids[2]]);
  });

  test("in which spans are around each other comes to an end", () => {
    const [one, other] = ["1".repeat(16), "2".repeat(16)];
    const found = read(
      { ...SPAN, spanId: one, parentSpanId: other },
      { ...SPAN, spanId: other, parentSpanId: one },
      { ...SPAN, spanId: "3".repeat(16), parentSpanId: "3".repeat(16) },
    );
    expect(found.map(({ ancestors }) => ancestors.length)).toEqual([1, 1, 0]);
  });

  test("that holds no span at all has none", () => {
    expect(readOtlpJson('{"resourceSpans":[]}')).toEqual([]);
    expect(readOtlpJson('{"resourceSpans":[{"scopeSpans":[{}]}]}')).toEqual([]);
  });
});

describe("what is wrong is said with its place", () => {
  const good = JSON.stringify(document(SPAN));

  test("a line that is no JSON", () => {
    expect(problems(`${good}\n${good}\n{"resourceSpans":`)).toEqual([
      expect.stringMatching(/^line 3: not JSON \(/),
    ]);
  });

  test("a document that breaks off", () => {
    const pretty = JSON.stringify(document(SPAN), null, 2);
    const lines = pretty.split("\n");
    expect(problems(lines.slice(0, 5).join("\n"))).toEqual([expect.stringMatching(/^line 5: not JSON \(/)]);
    lines[3] = "oops";
    expect(problems(lines.join("\n"))).toEqual([expect.stringMatching(/^line 4: not JSON \(/)]);
  });

  test("another document", () => {
    expect(problems('{"a":1}')).toEqual(['no list "resourceSpans": is this an OTLP/JSON export of traces?']);
    expect(problems(`${good}\n{"resourceLogs":[]}`)).toEqual([
      'line 2: no list "resourceSpans": is this an OTLP/JSON export of traces?',
    ]);
    expect(problems('{"resourceSpans":[{"scopeSpans":7},{"scopeSpans":[{"spans":7}]},7]}')).toEqual([
      'resourceSpans[0]: "scopeSpans" is not a list',
      'resourceSpans[1].scopeSpans[0]: "spans" is not a list',
      'resourceSpans[2]: "scopeSpans" is not a list',
    ]);
    expect(readOtlpJson('{"resourceSpans":[{}]}')).toEqual([]);
  });

  test("every span that cannot be read, not only the first", () => {
    const text = JSON.stringify(
      document(
        SPAN,
        { ...SPAN, traceId: "x" },
        { ...SPAN, spanId: "" },
        { ...SPAN, startTimeUnixNano: "soon" },
      ),
    );
    expect(problems(`${good}\n${text}`)).toEqual([
      "line 2: resourceSpans[0].scopeSpans[0].spans[1]: traceId is not 32 hex digits",
      "line 2: resourceSpans[0].scopeSpans[0].spans[2]: spanId is not 16 hex digits",
      "line 2: resourceSpans[0].scopeSpans[0].spans[3]: startTimeUnixNano is not a time in nanoseconds",
    ]);
  });
});

test("the captures are read whole", () => {
  const text = readFileSync("test/fixtures/spans/vercel-ai-v7.otlp.json", "utf8");
  expect(readOtlpJson(text)).toHaveLength(text.match(/"spanId"/g)?.length ?? 0);
});
