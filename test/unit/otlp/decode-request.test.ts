import { readdirSync, readFileSync } from "node:fs";
import type { HrTime } from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan as SdkSpan } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { PbfWriter } from "pbf";
import { describe, expect, test } from "vitest";
import type { ReadableSpan } from "../../../exporter/read/sdk-types.js";
import { readSpan } from "../../../exporter/span-files/otlp-span.js";
import { readOtlpJson } from "../../../exporter/span-files/otlp-spans.js";
import { RequestDecoder } from "../../../src/otlp/protobuf/decode-request.js";
import { TRACE_MESSAGES } from "../../../src/otlp/protobuf/trace-messages.js";
import { MalformedMessage, MessageTooLarge } from "../../../src/otlp/protobuf/wire-reader.js";

type Json = Record<string, unknown>;

/** The bytes that the JavaScript SDK's exporter sends for these spans. */
function encoded(spans: readonly ReadableSpan[]): Uint8Array {
  const bytes = ProtobufTraceSerializer.serializeRequest([...spans] as SdkSpan[]);
  if (bytes === undefined) throw new Error("the serializer gave nothing");
  return bytes;
}

type DecodedRequest =
  | { readonly ok: true; readonly document: Json }
  | { readonly ok: false; readonly problem: string; readonly tooLarge: boolean };

/** The whole request as OTLP/JSON has it. */
function decodeTraceRequest(bytes: Uint8Array, maxMessages?: number): DecodedRequest {
  const decoder = new RequestDecoder(bytes, TRACE_MESSAGES, maxMessages === undefined ? {} : { maxMessages });
  try {
    const resourceSpans = [...decoder.groups()].map(([, group]) => {
      const scopes = group.scopeSpans as { spans?: Uint8Array[] }[] | undefined;
      for (const scope of scopes ?? [])
        if (scope.spans) Object.assign(scope, { spans: scope.spans.map((span) => decoder.item(span)) });
      return group;
    });
    return { ok: true, document: resourceSpans.length > 0 ? { resourceSpans } : {} };
  } catch (error) {
    if (error instanceof MalformedMessage || error instanceof MessageTooLarge)
      return { ok: false, problem: error.message, tooLarge: error instanceof MessageTooLarge };
    throw error;
  }
}

function decoded(bytes: Uint8Array): Json {
  const result = decodeTraceRequest(bytes);
  if (!result.ok) throw new Error(result.problem);
  return result.document;
}

/** What a reader of spans sees, without methods. */
const seen = (span: ReadableSpan) => ({
  ...span,
  spanContext: span.spanContext(),
  resource: span.resource.attributes,
});

const throughProtobuf = (spans: readonly ReadableSpan[]) =>
  readOtlpJson(JSON.stringify(decoded(encoded(spans)))).map(({ span }) => seen(span));

const ids = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits - 1}}[1-9a-f]$`));
const time: fc.Arbitrary<HrTime> = fc.tuple(
  fc.integer({ min: 1, max: 4_000_000_000 }),
  fc.integer({ min: 0, max: 999_999_999 }),
);
const scalar = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
);
const attributes = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(scalar, fc.array(fc.string())), {
  noNullPrototype: true,
});

const otlpSpan = fc.record({
  traceId: ids(32),
  spanId: ids(16),
  parent: fc.option(ids(16), { nil: undefined }),
  name: fc.string({ unit: "grapheme" }),
  kind: fc.integer({ min: 0, max: 4 }),
  start: time,
  end: time,
  attributes,
  events: fc.array(fc.record({ name: fc.string(), time, attributes }), { maxLength: 3 }),
  status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: fc.string({ minLength: 1 }) }),
  resource: attributes,
  scope: fc.record({ name: fc.string({ minLength: 1 }), version: fc.string({ minLength: 1 }) }),
});
type Generated = typeof otlpSpan extends fc.Arbitrary<infer Value> ? Value : never;

/** In the shape that the SDK's exporters take. */
function spanOf(made: Generated): ReadableSpan {
  const span = {
    ...made,
    spanContext: () => ({ traceId: made.traceId, spanId: made.spanId, traceFlags: 1 }),
    ...(made.parent !== undefined && {
      parentSpanContext: { traceId: made.traceId, spanId: made.parent, traceFlags: 1 },
    }),
    startTime: made.start,
    endTime: made.end,
    duration: [0, 0],
    links: [],
    ended: true,
    resource: { attributes: made.resource },
    instrumentationScope: made.scope,
    droppedAttributesCount: 1,
    droppedEventsCount: 2,
    droppedLinksCount: 3,
  };
  return span as unknown as ReadableSpan;
}

describe("a trace request in protobuf", () => {
  const folder = "test/fixtures/spans";
  const captures = readdirSync(folder).filter((file) => file.endsWith(".otlp.json"));

  test.each(captures)("reads as the JSON of the same spans: %s", (file) => {
    const spans = readOtlpJson(readFileSync(`${folder}/${file}`, "utf8")).map(({ span }) => span);
    // The SDK's serializer knows no nested attributes before SDK 3, and groups by scope.
    const flat = spans.filter((span) => Object.values(span.attributes).every(isFlat));
    const byId = new Map(throughProtobuf(flat).map((span) => [span.spanContext.spanId, span]));
    expect(byId.size).toBe(new Set(flat.map((span) => span.spanContext().spanId)).size);
    for (const span of flat) {
      const read = byId.get(span.spanContext().spanId);
      expect(read).toMatchObject({
        name: span.name,
        kind: span.kind,
        startTime: span.startTime,
        endTime: span.endTime,
        // An empty text and none are the same on the wire.
        status: span.status.message ? span.status : { code: span.status.code },
        attributes: span.attributes,
      });
    }
  });

  test("gives back whatever the SDK's serializer wrote", () => {
    fc.assert(
      fc.property(otlpSpan, (made) => {
        const [read] = throughProtobuf([spanOf(made)]);
        expect(read).toMatchObject({
          name: made.name,
          kind: made.kind,
          startTime: made.start,
          endTime: made.end,
          attributes: made.attributes,
          events: made.events,
          status: made.status,
          resource: made.resource,
          instrumentationScope: made.scope,
          droppedAttributesCount: 1,
          droppedEventsCount: 2,
          droppedLinksCount: 3,
        });
        expect(read?.spanContext).toMatchObject({ traceId: made.traceId, spanId: made.spanId });
        expect(read?.parentSpanContext?.spanId).toBe(made.parent);
      }),
      { numRuns: 300 },
    );
  });

  test("keeps integers exact that a double would round", () => {
    const span = new PbfWriter();
    const write = (value: bigint) => {
      const bytes: number[] = [];
      for (let left = BigInt.asUintN(64, value); ; left >>= 7n) {
        bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
        if (left <= 0x7fn) return bytes;
      }
    };
    for (const value of [9_007_199_254_740_993n, -9_007_199_254_740_993n, 2n ** 63n - 1n, -(2n ** 63n), -1n])
      span.writeMessage(
        9,
        (_, attribute) => {
          attribute.writeTag(1, 2);
          attribute.writeString("n");
          attribute.writeMessage(2, () => writeRaw(attribute, [0x18, ...write(value)]), null);
        },
        null,
      );
    span.writeTag(7, 1);
    writeRaw(span, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    const document = decoded(wrapped(span.finish()));
    expect(document).toEqual({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  attributes: ["9007199254740993", "-9007199254740993", "9223372036854775807"]
                    .map((intValue) => ({ key: "n", value: { intValue } }))
                    .concat([{ key: "n", value: { intValue: "-9223372036854775808" } }])
                    .concat([{ key: "n", value: { intValue: -1 as unknown as string } }]),
                  startTimeUnixNano: "18446744073709551615",
                },
              ],
            },
          ],
        },
      ],
    });
  });

  test("skips fields that it does not know, also those that came with another wire type", () => {
    const span = new PbfWriter();
    span.writeTag(5, 2);
    span.writeString("named");
    span.writeTag(16, 5);
    span.writeFixed32(0x101);
    span.writeTag(900, 0);
    span.writeVarint(300);
    span.writeTag(901, 1);
    span.writeFixed64(7);
    span.writeTag(902, 2);
    span.writeString("unknown");
    span.writeTag(6, 2);
    span.writeString("a kind is a number");
    expect(decoded(wrapped(span.finish()))).toEqual({
      resourceSpans: [{ scopeSpans: [{ spans: [{ name: "named" }] }] }],
    });
  });

  test("takes the last value where only one can be", () => {
    const span = new PbfWriter();
    span.writeMessage(
      9,
      (_, attribute) => {
        attribute.writeMessage(
          2,
          (__, value) => {
            value.writeTag(1, 2);
            value.writeString("first");
            value.writeTag(2, 0);
            value.writeBoolean(true);
          },
          null,
        );
      },
      null,
    );
    expect(JSON.stringify(decoded(wrapped(span.finish())))).toContain('{"value":{"boolValue":true}}');
  });

  test("is read or refused, never thrown at, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const result = decodeTraceRequest(bytes);
        expect(result.ok ? typeof result.document : result.problem).not.toBe("");
      }),
      { numRuns: 3_000 },
    );
  });

  test("is refused when it is cut off, or when a byte of its lengths is another", () => {
    fc.assert(
      fc.property(otlpSpan, fc.nat(), fc.nat({ max: 255 }), (made, place, byte) => {
        const bytes = encoded([spanOf(made)]);
        const cut = decodeTraceRequest(bytes.subarray(0, 1 + (place % (bytes.length - 1))));
        expect(cut.ok).toBe(false);
        const changed = Uint8Array.from(bytes);
        changed[place % bytes.length] = byte;
        const result = decodeTraceRequest(changed);
        if (result.ok) readAll(result.document);
      }),
      { numRuns: 300 },
    );
  });

  test("may nest 100 levels and no more", () => {
    const nested = (levels: number): Uint8Array => {
      let value: Uint8Array = Uint8Array.of();
      for (let level = 0; level < levels; level++) {
        const array = new PbfWriter();
        array.writeTag(1, 2);
        array.writeBytes(value);
        const outer = new PbfWriter();
        outer.writeTag(5, 2);
        outer.writeBytes(array.finish());
        value = outer.finish().slice();
      }
      const attribute = new PbfWriter();
      attribute.writeTag(2, 2);
      attribute.writeBytes(value);
      const span = new PbfWriter();
      span.writeTag(9, 2);
      span.writeBytes(attribute.finish());
      return wrapped(span.finish());
    };
    expect(decodeTraceRequest(nested(40)).ok).toBe(true);
    expect(decodeTraceRequest(nested(60))).toMatchObject({ ok: false, problem: "more than 100 levels" });
    expect(decodeTraceRequest(nested(1_000))).toMatchObject({ ok: false });
  });

  test("that is nothing but empty messages is too large before it fills the memory", () => {
    const empties = new Uint8Array(200_000).map((_, index) => (index % 2 === 0 ? 0x0a : 0));
    expect(decodeTraceRequest(empties, 50_000)).toMatchObject({ ok: false, tooLarge: true });
    expect(decodeTraceRequest(empties, 200_000)).toMatchObject({ ok: true });
  });

  test.each([
    ["a length beyond the end", [0x0a, 0x05, 0x0a], "a length goes beyond the end"],
    ["a length of 2^63", [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "a length goes"],
    ["a number without an end", [0x0a, 0x80], "middle of a number"],
    ["a number of eleven bytes", [0x0a, ...Array(10).fill(0x80), 0x01], "more than ten bytes"],
    ["field 0", [0x02, 0x00], "no field has the number 0"],
    ["a group", [0x0b], "wire type 3"],
    ["a fixed number cut off", [0x11, 0x01], "middle of a value"],
  ])("with %s is refused, and says so", (_, bytes, problem) => {
    const result = decodeTraceRequest(Uint8Array.from(bytes));
    expect(result).toMatchObject({ ok: false, tooLarge: false });
    expect(result.ok ? "" : result.problem).toContain(problem);
  });
});

const isFlat = (value: unknown): boolean =>
  typeof value !== "object" || (Array.isArray(value) && value.every((item) => typeof item === "string"));

function writeRaw(writer: PbfWriter, bytes: readonly number[]): void {
  writer.realloc(bytes.length);
  for (const byte of bytes) writer.buf[writer.pos++] = byte;
}

/** One span in a request of its own. */
function wrapped(span: Uint8Array): Uint8Array {
  return [2, 2, 1].reduce((inner, field) => {
    const outer = new PbfWriter();
    outer.writeTag(field, 2);
    outer.writeBytes(inner);
    return outer.finish().slice();
  }, span);
}

function readAll(document: Json): void {
  for (const group of listOf(document.resourceSpans))
    for (const scoped of listOf(group.scopeSpans))
      for (const span of listOf(scoped.spans)) readSpan(span, group.resource, scoped.scope);
}

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value : []);
