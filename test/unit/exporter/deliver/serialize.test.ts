import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  MIN_RECORD_BYTES,
  serializeEvent,
  serializeWithContents,
} from "../../../../exporter/deliver/serialize.js";
import {
  CONTRACT,
  correlationId,
  EVENT_KINDS,
  type EventKind,
  MAX_RECORD_BYTES,
  validateEvent,
} from "../../../../src/event/index.js";
import { trimMarker } from "../../../../src/event/limits.js";

const ACTION = {
  correlation_id: "abc-123",
  agent_name: "agent-researcher",
  action_type: "tool_call",
  action_name: "Read",
  timestamp: "2026-11-22T08:00:00.123456Z",
};
const ORIGIN = { topic: "t", partition: 0, offset: "1", timestampMillis: 0 };

const parsed = (value: Buffer) => JSON.parse(value.toString("utf8"));
const validated = (kind: EventKind, value: Buffer) => validateEvent(kind, parsed(value), ORIGIN);
const withDetails = (action_details: unknown) => ({ ...ACTION, action_details });
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const markerOf = (text: string) => trimMarker(Buffer.byteLength(text), sha256(text));

describe("the usual event", () => {
  test("is its own JSON, keyed by its correlation id", () => {
    const event = withDetails({ tool_parameters: { file_path: "/x" } });
    expect(serializeEvent("action", event)).toEqual({
      kind: "action",
      key: correlationId("abc-123").uuid,
      value: Buffer.from(JSON.stringify(event)),
      headers: { "content-type": "application/json", "schema-version": "1", "event-kind": "action" },
    });
  });

  test("has the key under which the consumer will store it", () => {
    const keyOf = (event: object) => serializeEvent("action", event).key;
    const { correlation_id: _, ...anonymous } = ACTION;
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    for (const event of [
      ACTION,
      { ...anonymous, metadata: { correlation_id: "run 7" } },
      { ...anonymous, trace_id: traceId, correlation_id: " " },
      { ...ACTION, correlation_id: "0AF76519-16CD-43DD-8448-EB211C80319C" },
      { ...ACTION, correlation_id: "run\0 \ud800" },
    ]) {
      const stored = validateEvent("action", event, ORIGIN);
      expect(stored.valid && stored.event.correlation_id).toBe(keyOf(event));
    }
    expect(keyOf(anonymous)).toBe(keyOf({ ...anonymous }));
    expect(keyOf(anonymous)).not.toBe(keyOf({ ...anonymous, action_name: "Write" }));
  });
});

describe("an event that is too large", () => {
  const limit = { maxRecordBytes: 20_000 };

  test("keeps its small parts and loses the end of its largest text", () => {
    const text = "x".repeat(100_000);
    const { value } = serializeEvent(
      "action",
      withDetails({ tool_parameters: { path: "/x" }, tool_result: text }),
      limit,
    );
    const { tool_parameters, tool_result } = parsed(value).action_details;
    expect(tool_parameters).toEqual({ path: "/x" });
    expect(tool_result.endsWith(markerOf(text))).toBe(true);
    expect(tool_result.startsWith("xxxx")).toBe(true);
    expect(value.length).toBeLessThanOrEqual(20_000);
    expect(value.length).toBeGreaterThan(19_900);
  });

  test("shares the room between large parts, whatever their size, and leaves a middle one whole", () => {
    const details = { a: "a".repeat(50_000), b: "b".repeat(900_000), c: "c".repeat(5_000) };
    const { a, b, c } = parsed(serializeEvent("action", withDetails(details), limit).value).action_details;
    expect(c).toBe(details.c);
    expect(Math.abs(a.length - b.length)).toBeLessThan(10);
    expect(b.endsWith(markerOf(details.b))).toBe(true);
  });

  test("keeps the first of many small things, and says how much all of them were", () => {
    const many = Array.from({ length: 100_000 }, (_, index) => index);
    const { tool_result } = parsed(
      serializeEvent("action", withDetails({ tool_result: many }), limit).value,
    ).action_details;
    expect(tool_result.slice(0, 3)).toEqual([0, 1, 2]);
    expect(tool_result.at(-1)).toBe(markerOf(JSON.stringify(many)));
    expect(tool_result.length).toBeGreaterThan(3_000);
  });

  test("keeps the first of many members under their names, and the note under an ellipsis", () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key${index}`, index]));
    const { tool_result } = parsed(
      serializeEvent("action", withDetails({ tool_result: many }), limit).value,
    ).action_details;
    expect(tool_result.key0).toBe(0);
    expect(tool_result["…"]).toBe(markerOf(JSON.stringify(many)));
  });

  test("cuts names that are too long, and tells them apart", () => {
    const details = Object.fromEntries(["1", "2"].map((end) => ["k".repeat(50_000) + end, end]));
    const names = Object.keys(
      parsed(serializeEvent("action", withDetails(details), limit).value).action_details,
    );
    expect(names.map((name) => name.slice(-80))).toEqual(
      Object.keys(details).map((name) => markerOf(name).slice(-80)),
    );
  });

  test("counts a control character as the six bytes that it takes", () => {
    const { value } = serializeEvent("action", withDetails({ r: "\u0001".repeat(100_000) }), limit);
    expect(value.length).toBeLessThanOrEqual(20_000);
    expect(parsed(value).action_details.r.length).toBeGreaterThan(2_000);
  });

  test("never cuts a character in halves", () => {
    const { value } = serializeEvent("action", withDetails({ r: "😀".repeat(50_000) }), limit);
    expect(parsed(value).action_details.r.isWellFormed()).toBe(true);
  });

  test("loses unknown fields before fields of the contract", () => {
    const extras = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`x${index}`, "v".repeat(20)]),
    );
    const { value } = serializeEvent("action", { ...extras, ...ACTION }, limit);
    expect(validated("action", value)).toMatchObject({
      valid: true,
      event: { agent_name: "agent-researcher" },
    });
  });

  test("keeps details that were encoded twice an object", () => {
    const details = JSON.stringify({ tool_result: "z".repeat(50_000) });
    const { value } = serializeEvent("action", withDetails(details), limit);
    expect(validated("action", value)).toMatchObject({ valid: true });
  });

  test("keeps what its ids stand for", () => {
    const long = "run ".repeat(10_000);
    const action = serializeEvent("action", { ...ACTION, correlation_id: long }, limit);
    expect(validated("action", action.value)).toMatchObject({ event: { correlation_id: action.key } });
    expect(action.key).toBe(correlationId(long).uuid);
    const start = serializeEvent("execution", { execution_id: long, metadata: { a: "b" } }, limit);
    const end = serializeEvent(
      "execution",
      { execution_id: long, metadata: { c: "d".repeat(9_000) } },
      limit,
    );
    expect(parsed(start.value).execution_id).toBe(parsed(end.value).execution_id);
  });

  test("is the same bytes each time", () => {
    const event = withDetails({ a: "é".repeat(40_000), b: [..."x".repeat(30_000)] });
    expect(serializeEvent("action", event, limit).value).toEqual(
      serializeEvent("action", event, limit).value,
    );
  });

  test("has a limit of a million bytes unless another is given, and never one that the contract's fields exceed", () => {
    const event = withDetails({ r: "x".repeat(3_000_000) });
    expect(serializeEvent("action", event).value.length).toBeLessThanOrEqual(MAX_RECORD_BYTES);
    expect(serializeEvent("action", event).value.length).toBeGreaterThan(MAX_RECORD_BYTES - 100);
    expect(serializeEvent("action", event, { maxRecordBytes: 10 }).value.length).toBeLessThanOrEqual(
      MIN_RECORD_BYTES,
    );
  });
});

describe("an event that JSON cannot say", () => {
  test("that is 10,000 levels deep is cut at a depth", () => {
    let deep: unknown = "bottom";
    for (let level = 0; level < 10_000; level++) deep = { deep };
    const { value } = serializeEvent("action", withDetails(deep));
    expect(validated("action", value).valid).toBe(true);
    expect(value.toString()).toContain("[nested too deep]");
  });

  test("with circles, BigInt and members that throw is written as far as it goes", () => {
    const details: Record<string, unknown> = { big: 2n ** 70n };
    details.self = details;
    Object.defineProperty(details, "trap", {
      enumerable: true,
      get() {
        throw new TypeError("no");
      },
    });
    expect(parsed(serializeEvent("action", withDetails(details)).value).action_details).toEqual({
      big: "1180591620717411303424",
      self: "[circular]",
      trap: "[threw TypeError: no]",
    });
  });

  test("with a toJSON that throws or answers no object becomes an object all the same", () => {
    const throwing = {
      toJSON() {
        throw new Error("no");
      },
    };
    for (const event of [throwing, { toJSON: () => "text" }, new Proxy({}, { ownKeys: () => fail("trap") })])
      expect(parsed(serializeEvent("action", event).value)).toBeTypeOf("object");
  });
});

function fail(message: string): never {
  throw new Error(message);
}

describe("any event whatsoever", () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    maxDepth: 4,
  });
  const inflated = fc
    .tuple(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 3_000 }))
    .map(([text, times]) => text.repeat(times));
  const part = fc.oneof(
    anything,
    inflated,
    fc.array(inflated, { maxLength: 5 }),
    fc.dictionary(inflated, inflated),
  );

  test("is valid JSON below the limit", () => {
    fc.assert(
      fc.property(fc.constantFrom(...EVENT_KINDS), fc.dictionary(fc.string(), part), (kind, event) => {
        const { value, key } = serializeEvent(kind, event, { maxRecordBytes: MIN_RECORD_BYTES });
        expect(value.length).toBeLessThanOrEqual(MIN_RECORD_BYTES);
        expect(parsed(value)).toBeTypeOf("object");
        expect(key).toMatch(/^[0-9a-f-]{36}$/);
      }),
    );
  }, 60_000);

  test("that keeps the contract keeps it when it is trimmed, and its identity too", () => {
    fc.assert(
      fc.property(fc.constantFrom(...EVENT_KINDS), eventMembers(inflated), (kind, members) => {
        const event = onlyKnown(kind, { ...ACTION, execution_id: "run", ...members });
        const before = validateEvent(kind, JSON.parse(JSON.stringify(event)), ORIGIN);
        fc.pre(before.valid);
        const after = validated(
          kind,
          serializeEvent(kind, event, { maxRecordBytes: MIN_RECORD_BYTES }).value,
        );
        expect(after).toMatchObject({ valid: true });
        if (after.valid && before.valid) expect(after.event.correlation_id).toBe(before.event.correlation_id);
      }),
    );
  }, 60_000);
});

const onlyKnown = (kind: EventKind, event: object) =>
  Object.fromEntries(
    Object.entries(event).filter(([name]) => name in CONTRACT[kind] || name.startsWith("x_")),
  );

// Texts, objects and lists of any size where the contract has texts, objects and lists.
function eventMembers(text: fc.Arbitrary<string>) {
  const object = fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 50 }), fc.integer()));
  const optional = {
    agent_name: text.map((name) => `a${name}`),
    correlation_id: text.map((id) => `c${id}`),
    session_id: text,
    error_message: text,
    user_request: text,
    query_text: text,
    reasoning: text,
    attempted_methods: fc.array(text, { maxLength: 100 }),
    context_keys: fc.array(text, { maxLength: 100 }),
    alternatives: fc.array(object, { maxLength: 20 }),
    action_details: object,
    context: object,
    context_snapshot: object,
    metadata: object,
    error_details: object,
    confidence_components: object,
    x_extra: object,
  };
  return fc.record(optional, { requiredKeys: [] });
}

describe("an event of which contents are JSON already", () => {
  const details = fc.dictionary(fc.string(), fc.jsonValue());
  const contents = fc.dictionary(
    fc.constantFrom("tool_result", "tool_parameters", "decision_result"),
    fc.jsonValue(),
  );

  test("has the bytes that it has when they are written with it", () => {
    fc.assert(
      fc.property(details, contents, (rest, written) => {
        const nothing = Object.fromEntries(Object.keys(written).map((name) => [name, null]));
        const event = { id: "a", correlation_id: "run", action_details: { ...rest, ...nothing } };
        const texts = Object.entries(written).map(
          ([name, one]) => [name, Buffer.from(JSON.stringify(one))] as const,
        );
        const whole = { ...event, action_details: { ...rest, ...nothing, ...written } };
        expect(serializeWithContents("action", event, new Map(texts))).toEqual(
          serializeEvent("action", whole),
        );
      }),
    );
  });

  test("is fitted as a whole where it is too large", () => {
    const text = JSON.stringify("text ".repeat(150_000));
    const written = new Map(["tool_result", "tool_parameters"].map((name) => [name, Buffer.from(text)]));
    const event = { id: "a", action_details: { tool_result: null, tool_parameters: null } };
    const { value } = serializeWithContents("action", event, written);
    expect(value.length).toBeLessThanOrEqual(1_000_000);
    const { tool_result, tool_parameters } = JSON.parse(value.toString()).action_details;
    for (const one of [tool_result, tool_parameters])
      expect(one).toMatch(/^text text .*…\[trimmed: 750000 bytes, sha256 [0-9a-f]{64}\]$/);
  });
});
