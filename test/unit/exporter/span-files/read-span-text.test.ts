import { readdirSync, readFileSync } from "node:fs";
import { inspect } from "node:util";
import { BasicTracerProvider, ConsoleSpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { mapSpans } from "../../../../exporter/correlate/map-spans.js";
import type { ReadableSpan } from "../../../../exporter/read/sdk-types.js";
import { readOtlpJson } from "../../../../exporter/span-files/otlp-spans.js";
import { InspectedText } from "../../../../exporter/span-files/parse-inspected.js";
import { readSpanText } from "../../../../exporter/span-files/read-span-text.js";
import { EventError } from "../../../../src/errors.js";
import { asAnyAgent, asCsv, asJaeger, asLangfuse, asPhoenix, asPhoenixRow, asPython } from "./written-as.js";

const FOLDER = "test/fixtures/spans";
const CAPTURES = readdirSync(FOLDER).filter((file) => file.endsWith(".otlp.json"));

/** The spans of a capture, in whole microseconds: more the other forms do not keep. */
function captured(file: string): readonly ReadableSpan[] {
  const text = readFileSync(`${FOLDER}/${file}`, "utf8").replace(/("\w+UnixNano":\s*"\d+)\d{3}"/g, '$1000"');
  return readOtlpJson(text).map(({ span }) => span);
}

const events = (spans: ReturnType<typeof readSpanText>): readonly unknown[] =>
  mapSpans(spans).flatMap(({ transformed }) =>
    transformed.outcome === "event" ? [{ kind: transformed.kind, ...transformed.event }] : [],
  );

const eventsOf = (text: string): readonly unknown[] => events(readSpanText(text));

const eventsOfCapture = (spans: readonly ReadableSpan[]) => eventsOf(asText(spans));
const asText = (spans: readonly ReadableSpan[]): string => JSON.stringify(asJaeger(spans));

/** Attributes that are plain texts and numbers, as they come through forms that know no others. */
const isPlain = (span: ReadableSpan): boolean =>
  Object.values(span.attributes).every((value) => typeof value !== "object");

describe("every capture gives the same events from", () => {
  test.each(CAPTURES)("Jaeger: %s", (file) => {
    const spans = captured(file).filter(isPlain);
    const direct = events(spans.map((span) => ({ span, ancestors: ancestorsAmong(span, spans) })));
    expect(withoutOrder(eventsOfCapture(spans))).toEqual(withoutOrder(direct));
  });

  test.each(CAPTURES)("the Python SDK's JSON, one after the other with a log between: %s", (file) => {
    const spans = captured(file).filter((span) => span.instrumentationScope.name !== "");
    const bare = spans.map((span) => ({
      ...span,
      spanContext: () => span.spanContext(),
      instrumentationScope: { name: "" },
    }));
    const dump = spans
      .map((span) => `${JSON.stringify(asPython(span), null, 4)}\nINFO: {not} json\n`)
      .join("");
    const list = JSON.stringify(spans.map(asPython));
    const direct = events(bare.map((span) => ({ span, ancestors: ancestorsAmong(span, bare) })));
    expect(eventsOf(dump)).toEqual(direct);
    expect(eventsOf(list)).toEqual(direct);
  });

  test.each(CAPTURES)("any-agent's dump with integers: %s", (file) => {
    const spans = captured(file);
    const bare = spans.map((span) => ({
      ...span,
      spanContext: () => span.spanContext(),
      instrumentationScope: { name: "" },
    }));
    const direct = events(bare.map((span) => ({ span, ancestors: ancestorsAmong(span, bare) })));
    const text = `{"spans": [${spans.map(asAnyAgent).join()}], "final_output": null}`;
    expect(eventsOf(text)).toEqual(direct);
  });

  test.each(CAPTURES.filter((file) => /openinference/.test(file)))(
    "Phoenix, in all its forms: %s",
    (file) => {
      const spans = captured(file).map((span) => ({
        ...span,
        spanContext: () => span.spanContext(),
        instrumentationScope: { name: "" },
        resource: { attributes: {} } as ReadableSpan["resource"],
        kind: 0,
      }));
      const direct = events(spans.map((span) => ({ span, ancestors: ancestorsAmong(span, spans) })));
      const rows = spans.map(asPhoenixRow);
      expect(eventsOf(JSON.stringify({ data: spans.map(asPhoenix), next_cursor: null }))).toEqual(direct);
      expect(eventsOf(JSON.stringify({ traceId: "t", spans: spans.map(asPhoenix), status: "OK" }))).toEqual(
        direct,
      );
      expect(eventsOf(spans.map((span) => JSON.stringify(asPhoenix(span))).join("\n"))).toEqual(direct);
      expect(eventsOf(rows.map((row) => JSON.stringify(row)).join("\n"))).toEqual(direct);
      expect(eventsOf(asCsv(rows.filter(hasTextsOnly)))).toEqual(
        eventsOf(
          rows
            .filter(hasTextsOnly)
            .map((row) => JSON.stringify(row))
            .join("\n"),
        ),
      );
    },
  );

  test.each(CAPTURES.filter((file) => /^langfuse/.test(file)))("Langfuse, in all its forms: %s", (file) => {
    const spans = captured(file).map((span) => ({ ...span, spanContext: () => span.spanContext(), kind: 0 }));
    const direct = withoutTimes(
      events(spans.map((span) => ({ span, ancestors: ancestorsAmong(span, spans) }))),
    );
    const rows = spans.map(asLangfuse);
    const snake = rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [
          key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          value,
        ]),
      ),
    );
    const trace = { id: rows[0]?.traceId, name: "a trace", observations: rows };
    for (const text of [
      JSON.stringify(rows),
      JSON.stringify({ data: rows, meta: { page: 1 } }),
      JSON.stringify({ trace: { id: rows[0]?.traceId }, observations: rows }),
      JSON.stringify(trace, null, 2),
      rows.map((row) => JSON.stringify(row)).join("\n"),
      snake.map((row) => JSON.stringify(row)).join("\n"),
      asCsv(snake.map((row) => ({ ...row, metadata: JSON.stringify(row.metadata) }))),
    ])
      expect(withoutTimes(eventsOf(text))).toEqual(direct);
  });

  test.each(CAPTURES)("Tempo: %s", (file) => {
    const { resourceSpans } = JSON.parse(readFileSync(`${FOLDER}/${file}`, "utf8")) as Record<
      string,
      unknown
    >;
    const direct = eventsOf(JSON.stringify({ resourceSpans }));
    expect(eventsOf(JSON.stringify({ batches: resourceSpans }))).toEqual(direct);
    expect(eventsOf(JSON.stringify({ trace: { resourceSpans } }))).toEqual(direct);
  });
});

describe("the JavaScript console exporter", () => {
  test("is read back from what it prints", () => {
    const printed: string[] = [];
    const dir = vi.spyOn(console, "dir").mockImplementation((value, options) => {
      printed.push(inspect(value, options as object));
    });
    onTestFinished(() => dir.mockRestore());
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())],
    });
    const tracer = provider.getTracer("a-scope", "1.2.3");
    const span = tracer.startSpan("execute_tool read", { kind: 2, startTime: [1_790_000_000, 123_000_000] });
    span.setAttributes({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": 'it\'s "read" `now`',
      "gen_ai.tool.call.arguments": '{"path":"a.txt",\n"lines":[1,2]}',
      "a.list": ["one", "two"],
      "a.number": 0.5,
      "a.flag": true,
    });
    span.recordException(new TypeError("no\nsuch file"));
    span.setStatus({ code: 2, message: "no such file" });
    span.end([1_790_000_000, 625_500_000]);
    const [read] = readSpanText(`listening\n${printed.join("\n")}\ndone {\n`).map((found) => found.span);
    const { traceId, spanId } = span.spanContext();
    expect(read?.spanContext()).toMatchObject({ traceId, spanId });
    expect(read).toMatchObject({
      name: "execute_tool read",
      kind: 2,
      startTime: [1_790_000_000, 123_000_000],
      endTime: [1_790_000_000, 625_500_000],
      status: { code: 2, message: "no such file" },
      instrumentationScope: { name: "a-scope", version: "1.2.3" },
      attributes: {
        "gen_ai.tool.name": 'it\'s "read" `now`',
        "gen_ai.tool.call.arguments": '{"path":"a.txt",\n"lines":[1,2]}',
        "a.list": ["one", "two"],
        "a.number": 0.5,
        "a.flag": true,
      },
      events: [
        {
          name: "exception",
          attributes: { "exception.type": "TypeError", "exception.message": "no\nsuch file" },
        },
      ],
    });
  });

  test("reads back whatever util.inspect writes of plain data", () => {
    const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.stringMatching(/^[\n'"`\\\u0007 a]{0,12}$/));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.boolean(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 5 }),
        fc.dictionary(
          text.filter((key) => key !== "__proto__"),
          tie("value"),
          { maxKeys: 5, noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(
      fc.property(value, (made) => {
        const written = inspect(made, { depth: null, maxArrayLength: null, maxStringLength: null });
        expect(new InspectedText(written).value()).toEqual(made);
      }),
      { numRuns: 1_000 },
    );
  });

  test("says what was left out as undefined, and refuses what is no data", () => {
    const deep = inspect({ a: { b: { c: { d: { e: 1 } } } }, many: Array(120).fill(1) }, { depth: 2 });
    const read = new InspectedText(deep).value() as { a: { b: { c: unknown } }; many: unknown[] };
    expect(read.a.b.c).toBeUndefined();
    expect(read.many).toHaveLength(100);
    for (const text of ["{ a: ", "{ a 1 }", "[1, 2", "'open", "{".repeat(5_000)])
      expect(() => new InspectedText(text).value()).toThrow(SyntaxError);
  });
});

describe("ids and times of other systems", () => {
  const observation = (more: object) =>
    JSON.stringify({
      id: "obs-1",
      traceId: "trace-one",
      type: "TOOL",
      name: "read",
      startTime: "2026-01-02T03:04:05.678Z",
      ...more,
    });
  const only = (text: string) => readSpanText(text)[0]?.span;

  test("that are no hex digits become ids by name, and the text is the correlation", () => {
    const [event] = eventsOf(observation({})) as { correlation_text: string }[];
    expect(event?.correlation_text).toBe("trace-one");
    expect(only(observation({}))?.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(only(observation({}))?.spanContext()).toEqual(only(observation({}))?.spanContext());
    const child = only(observation({ id: "obs-2", parentObservationId: "obs-1" }));
    expect(child?.parentSpanContext?.spanId).toBe(only(observation({}))?.spanContext().spanId);
  });

  test("that are UUIDs stay what they are", () => {
    const traceId = "0192d0ab-1111-7222-8333-444455556666";
    const [event] = eventsOf(observation({ traceId })) as { correlation_id: string }[];
    expect(event?.correlation_id).toBe(traceId);
  });

  test.each([
    ["2026-01-02T03:04:05.123456789Z", [1_767_323_045, 123_456_789]],
    ["2026-01-02 03:04:05.123456", [1_767_323_045, 123_456_000]],
    ["2026-01-02T05:04:05+02:00", [1_767_323_045, 0]],
    ["2026-01-02 03:04:05.5 UTC", [1_767_323_045, 500_000_000]],
  ])("the time %s is exact", (startTime, time) => {
    expect(only(observation({ startTime }))?.startTime).toEqual(time);
  });

  test("16 digits of a trace id of Jaeger are filled up", () => {
    const trace = {
      traceID: "abc1234567890def",
      spanID: "1f",
      operationName: "x",
      startTime: 1_700_000_000_000_001,
      duration: 5,
    };
    const span = only(JSON.stringify({ data: [{ traceID: "abc", spans: [trace], processes: {} }] }));
    expect(span?.spanContext()).toMatchObject({
      traceId: "0000000000000000abc1234567890def",
      spanId: "000000000000001f",
    });
    expect(span?.startTime).toEqual([1_700_000_000, 1_000]);
    expect(span?.endTime).toEqual([1_700_000_000, 6_000]);
  });
});

describe("what is wrong is said", () => {
  const reasons = (text: string): readonly string[] => {
    try {
      readSpanText(text);
      return [];
    } catch (error) {
      return error instanceof EventError ? error.reasons : [];
    }
  };

  test("with what was found, and every form that is known", () => {
    const [reason] = reasons('{"hello":1,"world":2}');
    expect(reason).toContain('found an object with "hello", "world": none of the known forms.');
    for (const name of [
      "OTLP/JSON",
      "Jaeger",
      "Tempo",
      "Langfuse",
      "Phoenix",
      "any-agent",
      "Python",
      "JavaScript",
    ])
      expect(reason).toContain(name);
    expect(reasons("[1]")[0]).toContain("[0]: found a number");
  });

  test("with line and member, all at once", () => {
    const good = { id: "a", traceId: "b", type: "TOOL", startTime: "2026-01-02T03:04:05Z" };
    expect(
      reasons(
        [good, { ...good, id: null }, { ...good, startTime: "soon" }]
          .map((row) => JSON.stringify(row))
          .join("\n"),
      ),
    ).toEqual(["line 2: no id", "line 3: startTime is not a time"]);
    expect(reasons(JSON.stringify({ observations: [good, { ...good, traceId: "" }], id: null }))).toEqual([
      "observations[1]: no traceId",
    ]);
    const jaeger = { data: [{ spans: [{ traceID: "zz", spanID: "1", startTime: "x" }, 7], processes: {} }] };
    expect(reasons(JSON.stringify(jaeger))).toEqual([
      "data[0].spans[0]: startTime is not a time in microseconds",
      "data[0].spans[1]: not an object",
    ]);
  });

  test("of a text that is nothing of it", () => {
    expect(reasons("hello\nworld")[0]).toMatch(/not JSON/);
    expect(reasons("")).toEqual([]);
    expect(reasons('{"data":[]}')).toEqual([]);
  });

  test("never with a defect, whatever is in the values", () => {
    const values = fc.jsonValue({ maxDepth: 3 });
    const shapes = [
      {
        context: { trace_id: "0x1", span_id: "0x2" },
        start_time: "2026-01-01T00:00:00Z",
        status: {},
        events: [],
        links: [],
        kind: "",
      },
      { spans: [{ context: { trace_id: 1, span_id: 2 }, start_time: 3 }] },
      {
        context: { trace_id: "1", span_id: "2" },
        span_kind: "TOOL",
        start_time: "2026-01-01T00:00:00Z",
        attributes: {},
        events: [],
      },
      {
        id: "1",
        traceId: "2",
        type: "TOOL",
        startTime: "2026-01-01T00:00:00Z",
        metadata: {},
        input: 1,
        observations: [],
      },
      {
        data: [
          {
            spans: [{ traceID: "1", spanID: "2", startTime: 3, tags: [], logs: [], references: [] }],
            processes: {},
          },
        ],
      },
      { traceId: "1", id: "2", timestamp: 3, duration: 4, attributes: {}, events: [], status: {} },
    ];
    const hostile = fc.constantFrom(...shapes).chain((shape) => {
      const inner = JSON.stringify(shape);
      const members = [...inner.matchAll(/"(\w+)":("[^"]*"|\d+|\[\]|\{\})/g)];
      return fc
        .tuple(fc.constantFrom(...members), values)
        .map(([member, value]) => inner.replace(member[0], `"${member[1]}":${JSON.stringify(value)}`));
    });
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          mapSpans(readSpanText(text));
        } catch (error) {
          expect(error).toBeInstanceOf(EventError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

// A cell has no numbers, and an empty one is none.
const hasTextsOnly = (row: Record<string, unknown>): boolean =>
  Object.entries(row).every(
    ([key, value]) =>
      value === null || (typeof value === "string" && !(key.startsWith("attributes.") && value === "")),
  );

function ancestorsAmong(span: ReadableSpan, spans: readonly ReadableSpan[]): ReadableSpan[] {
  const { traceId } = span.spanContext();
  const parent = spans.find(
    (other) =>
      other.spanContext().spanId === span.parentSpanContext?.spanId &&
      other.spanContext().traceId === traceId,
  );
  return parent === undefined || parent === span ? [] : [parent, ...ancestorsAmong(parent, spans)];
}

const withoutOrder = (list: readonly unknown[]): readonly string[] =>
  list.map((event) => JSON.stringify(event)).sort();

// Langfuse keeps milliseconds.
const withoutTimes = (list: readonly unknown[]): readonly unknown[] =>
  list.map((event) => ({ ...(event as object), duration_ms: 0, timestamp: "", ended_at: "" }));
