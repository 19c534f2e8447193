import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONTRACT } from "../../../src/event/contract.js";
import {
  actionId,
  EVENT_KINDS,
  type EventOrigin,
  nameUuid,
  recordIdentity,
  type Validated,
  type ValidEvent,
  validateEvent,
} from "../../../src/event/index.js";

const ORIGIN: EventOrigin = {
  topic: "agent-actions",
  partition: 3,
  offset: "42",
  timestampMillis: 1_763_800_000_123,
};
const PLACE = recordIdentity("agent-actions", 3, "42");
const TOOL_CALL = { agent_name: "agent-researcher", action_type: "tool_call", action_name: "Read" };

function valid<V extends Validated>(validated: V): Extract<V, ValidEvent> {
  expect(validated).toMatchObject({ valid: true });
  return validated as Extract<V, ValidEvent>;
}

const reasons = (value: unknown) => {
  const validated = validateEvent("action", value, ORIGIN);
  return validated.valid ? [] : validated.reasons;
};

describe("an action in the specification's plain form", () => {
  const event = {
    correlation_id: "2aa4b40a-f239-4f99-9eca-850cc44aced1",
    ...TOOL_CALL,
    action_details: { tool_parameters: { file_path: "/a" }, tool_result: { line_count: 100 }, success: true },
    debug_mode: true,
    duration_ms: 45,
    project_path: "/p",
    project_name: "omniclaude",
    working_directory: "/p",
    timestamp: "2026-11-22T17:00:00.000123+00:00",
  };

  test("is accepted as it is, with an identity from its place in Kafka", () => {
    const { event: accepted, extra, repairs, verbatim } = valid(validateEvent("action", event, ORIGIN));
    expect(accepted).toEqual({
      ...event,
      timestamp: "2026-11-22T17:00:00.000123Z",
      created_at: "2026-11-22T17:00:00.000123Z",
      id: actionId(Date.UTC(2026, 10, 22, 17), PLACE),
    });
    expect({ extra, repairs, verbatim }).toEqual({ extra: {}, repairs: [], verbatim: true });
  });

  test("is the same event whenever the same record is read again, and another at another offset", () => {
    const read = (offset: string) => valid(validateEvent("action", event, { ...ORIGIN, offset })).event.id;
    expect(read("42")).toBe(read("42"));
    expect(read("42")).not.toBe(read("43"));
  });

  test("begins at started_at where that is given", () => {
    const started = valid(validateEvent("action", { ...event, started_at: "2026-11-22T16:59:59Z" }, ORIGIN));
    expect(started.event.created_at).toBe("2026-11-22T16:59:59.000Z");
  });
});

describe("the correlation id", () => {
  const correlationOf = (fields: object) =>
    valid(validateEvent("action", { ...TOOL_CALL, ...fields }, ORIGIN)).event;

  test("any text becomes a UUID and is kept", () => {
    expect(correlationOf({ correlation_id: "abc-123" })).toMatchObject({
      correlation_id: nameUuid("abc-123"),
      correlation_text: "abc-123",
    });
  });

  test("is looked for in metadata, then in the trace id, then in the record's place", () => {
    const uuid = "00000000-0000-4000-8000-000000000001";
    expect(
      correlationOf({ metadata: { correlation_id: uuid }, trace_id: "f".repeat(32) }).correlation_id,
    ).toBe(uuid);
    expect(correlationOf({ correlation_id: " ", trace_id: "f".repeat(32) }).correlation_id).toBe(
      "ffffffff-ffff-ffff-ffff-ffffffffffff",
    );
    expect(correlationOf({}).correlation_id).toBe(nameUuid(PLACE));
    expect(correlationOf({})).not.toHaveProperty("correlation_text");
  });
});

describe("what may be repaired without guessing is repaired and named", () => {
  test.each([
    [{ duration_ms: 12.7 }, { duration_ms: 13 }, "duration_ms: rounded"],
    [{ duration_ms: "45" }, { duration_ms: 45 }, "duration_ms: text as number"],
    [{ debug_mode: "true" }, { debug_mode: true }, "debug_mode: text as boolean"],
    [{ debug_mode: 0 }, { debug_mode: false }, "debug_mode: text as boolean"],
    [{ action_type: "Tool_Call" }, { action_type: "tool_call" }, "action_type: letter case"],
    [{ session_id: 17 }, { session_id: "17" }, "session_id: number as text"],
    [{ action_details: '{"a":1}' }, { action_details: { a: 1 } }, "action_details: text as JSON"],
  ])("%o", (given, accepted, repair) => {
    const result = valid(validateEvent("action", { ...TOOL_CALL, ...given }, ORIGIN));
    expect(result.event).toMatchObject(accepted);
    expect(result.repairs).toEqual([repair]);
  });

  test("a name too long for an index is trimmed, and kept whole among the unknown fields", () => {
    const name = "x".repeat(5_000);
    const result = valid(validateEvent("action", { ...TOOL_CALL, action_name: name }, ORIGIN));
    expect(result.event.action_name).toMatch(/^x{1024}…\[trimmed: 5000 bytes/);
    expect(result.extra).toEqual({ action_name: name });
    expect(result.repairs).toEqual(["action_name: trimmed"]);
  });

  test("NUL and lone surrogates are replaced, and the text of the record may not be stored", () => {
    const result = valid(
      validateEvent("action", { ...TOOL_CALL, action_details: { "k\0": "\ud800" } }, ORIGIN),
    );
    expect(result.event.action_details).toEqual({ "k\ufffd": "\ufffd" });
    expect(result.verbatim).toBe(false);
    expect(result.repairs).toHaveLength(1);
  });

  test("null counts as absent, not as a repair", () => {
    const result = valid(
      validateEvent("action", { ...TOOL_CALL, duration_ms: null, action_details: null }, ORIGIN),
    );
    expect(result.event).not.toHaveProperty("duration_ms");
    expect(result.repairs).toEqual([]);
  });
});

describe("what cannot be used has reasons that name fields and never values", () => {
  test.each([null, 7, "text", true, [TOOL_CALL]])("%o is no object", (value) => {
    expect(reasons(value)).toEqual(["the value is not a JSON object"]);
  });

  test("all problems are told at once", () => {
    expect(
      reasons({ agent_name: "  ", action_type: "secret-value", duration_ms: [], timestamp: "soon" }),
    ).toEqual([
      "action_type is none of tool_call, decision, error, success",
      "duration_ms is not a number (found: array)",
      "timestamp is not ISO 8601 or epoch milliseconds (found: string)",
      "agent_name is missing",
      "action_name is missing",
    ]);
  });

  test("numbers outside their column are refused", () => {
    expect(reasons({ ...TOOL_CALL, duration_ms: -1 })).toEqual(["duration_ms is outside 0 to 2147483647"]);
    expect(reasons({ ...TOOL_CALL, duration_ms: 2 ** 31 })).toHaveLength(1);
  });
});

describe("what the contract does not know is kept", () => {
  test("under its own name, also when that is __proto__ or constructor", () => {
    const value: unknown = JSON.parse(
      `{"agent_name":"a","action_type":"error","action_name":"E","__proto__":{"x":1},"constructor":2,"toString":3}`,
    );
    const { extra, event } = valid(validateEvent("action", value, ORIGIN));
    expect(JSON.stringify(extra)).toBe('{"__proto__":{"x":1},"constructor":2,"toString":3}');
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
  });

  test("a text id becomes a UUID at the action's start, and stays", () => {
    const result = valid(validateEvent("action", { ...TOOL_CALL, id: "evt-1", timestamp: 1_000 }, ORIGIN));
    expect(result.event.id).toBe(actionId(1_000, "id:evt-1"));
    expect(result.extra).toEqual({ id: "evt-1" });
  });
});

describe("the sisters", () => {
  test("older producers' confidence_score is routing_confidence, and 0 is a value", () => {
    const result = valid(validateEvent("transformation", { target_agent: "b", confidence_score: 0 }, ORIGIN));
    expect(result.event.routing_confidence).toBe(0);
    expect(result.extra).toEqual({});
  });

  test.each([
    [{ routing_confidence: 0.5, confidence_score: 0.9 }],
    [{ confidence_score: 0.9, routing_confidence: 0.5 }],
  ])("of a name and its alias the name wins and the other is kept: %o", (fields) => {
    const result = valid(validateEvent("transformation", fields, ORIGIN));
    expect(result.event.routing_confidence).toBe(0.5);
    expect(result.extra).toEqual({ confidence_score: 0.9 });
  });

  test("ids that are no UUIDs leave their column and are kept", () => {
    const result = valid(validateEvent("transformation", { agent_definition_id: "def-1" }, ORIGIN));
    expect(result.event).not.toHaveProperty("agent_definition_id");
    expect(result.extra).toEqual({ agent_definition_id: "def-1" });
  });

  test("an execution is named by its execution id, whatever text that is", () => {
    const result = valid(validateEvent("execution", { execution_id: "run-1", status: "success" }, ORIGIN));
    expect(result.event.execution_id).toBe(nameUuid("run-1"));
    expect(result.extra).toEqual({ execution_id: "run-1" });
    expect(validateEvent("execution", {}, ORIGIN)).toEqual({
      valid: false,
      reasons: ["execution_id is missing"],
    });
  });
});

describe("any JSON value in", () => {
  const names = [...new Set(EVENT_KINDS.flatMap((kind) => Object.keys(CONTRACT[kind])))];
  const anyJson = fc.jsonValue({ stringUnit: "binary" });
  const nearMiss = fc.dictionary(fc.constantFrom(...names, "metadata", "other"), anyJson);

  test("never throws, and what is valid has an identity and survives a second reading", () => {
    fc.assert(
      fc.property(fc.constantFrom(...EVENT_KINDS), fc.oneof(anyJson, nearMiss), (kind, value) => {
        const first = validateEvent(kind, value, ORIGIN);
        if (!first.valid) {
          expect(first.reasons).not.toHaveLength(0);
          return;
        }
        expect(first.event.id).toMatch(/^[0-9a-f-]{36}$/);
        expect(first.event.correlation_id).toMatch(/^[0-9a-f-]{36}$/);
        const second = valid(
          validateEvent(kind, JSON.parse(JSON.stringify({ ...first.extra, ...first.event })), ORIGIN),
        );
        expect(second.event.id).toBe(first.event.id);
        expect(second.event.correlation_id).toBe(first.event.correlation_id);
        expect(second.event.created_at).toBe(first.event.created_at);
      }),
      { numRuns: 2_000 },
    );
  });
});
