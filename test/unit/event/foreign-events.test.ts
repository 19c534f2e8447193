import { describe, expect, test } from "vitest";
import {
  ACTION_STATUSES,
  type EventKind,
  nameUuid,
  recordIdentity,
  validateEvent,
  validateSpanAttribution,
} from "../../../src/event/index.js";

const ORIGIN = { topic: "t", partition: 0, offset: "7", timestampMillis: Date.UTC(2026, 0, 1) };
const ACTION = { agent_name: "a", action_type: "tool_call", action_name: "Read" };
const UUID = "01900000-0000-7000-8000-000000000001";

function valid<Kind extends EventKind>(kind: Kind, value: unknown) {
  const result = validateEvent(kind, value, ORIGIN);
  if (!result.valid) throw new Error(result.reasons.join("; "));
  return result;
}

describe("an envelope", () => {
  const envelope = {
    envelope_id: UUID,
    envelope_timestamp: "2026-02-03T04:05:06Z",
    correlation_id: "run of the envelope",
    event_type: "agent.action.v1",
  };

  test("is opened: its payload is the event, and it fills in correlation id, time and id", () => {
    const { event, extra, enveloped } = valid("action", { ...envelope, payload: ACTION });
    expect(event).toMatchObject({
      ...ACTION,
      id: UUID,
      correlation_id: nameUuid("run of the envelope"),
      correlation_text: "run of the envelope",
      created_at: "2026-02-03T04:05:06.000Z",
    });
    expect(extra).toEqual({ envelope });
    expect(enveloped).toBe(true);
  });

  test("says nothing that its payload says itself", () => {
    const { event } = valid("action", {
      ...envelope,
      payload: { ...ACTION, id: "mine", correlation_id: "run of the event", timestamp: 0 },
    });
    expect(event).toMatchObject({
      correlation_text: "run of the event",
      created_at: "1970-01-01T00:00:00.000Z",
    });
    expect(event.id).not.toBe(UUID);
    const inMetadata = valid("execution", {
      ...envelope,
      payload: { execution_id: "e", metadata: { correlation_id: "run in the metadata" } },
    });
    expect(inMetadata.event.correlation_text).toBe("run in the metadata");
  });

  test.each([
    ["routing_decision", { selected_agent: "a" }],
    ["transformation", { source_agent: "a" }],
    ["router_performance", { query_text: "q" }],
    ["detection_failure", { failure_reason: "r" }],
    ["execution", { execution_id: "e" }],
  ] as const)("may hold a %s too", (kind, payload) => {
    expect(valid(kind, { ...envelope, payload }).event).toMatchObject({
      correlation_text: "run of the envelope",
    });
  });

  test("with a payload that is no event is a dead letter, for what the payload lacks", () => {
    expect(validateEvent("action", { ...envelope, payload: {} }, ORIGIN)).toEqual({
      valid: false,
      reasons: ["agent_name is missing", "action_type is missing", "action_name is missing"],
    });
  });

  test("is what has an envelope_id: an event's own field payload stays a field", () => {
    const { extra, event } = valid("action", { ...ACTION, payload: { agent_name: "other" } });
    expect(extra).toEqual({ payload: { agent_name: "other" } });
    expect(event.agent_name).toBe("a");
  });
});

describe("a top-level success", () => {
  test.each([
    [false, "error"],
    ["false", "error"],
    [true, "ok"],
    [null, undefined],
    ["maybe", undefined],
  ])("%j gives the status %s, and is kept", (success, status) => {
    const { event, extra } = valid("action", { ...ACTION, success });
    expect(event.status).toBe(status);
    expect(extra).toEqual({ success });
  });

  test.each(ACTION_STATUSES)("does not change the status %s", (status) => {
    expect(valid("action", { ...ACTION, success: false, status }).event.status).toBe(status);
  });
});

test("an execution that failed ended with an error", () => {
  expect(valid("execution", { execution_id: "e", status: "FAILED" })).toMatchObject({
    event: { status: "error" },
    repairs: ["status: failed means error"],
  });
  expect(valid("execution", { execution_id: "e", status: "abandoned" }).repairs).toEqual([]);
});

test("a measurement without a timestamp happened when it was measured", () => {
  const measured = { metric_name: "hits", metric_value: 0.25, measured_at: "2026-02-03T04:05:06Z" };
  expect(valid("router_performance", measured)).toMatchObject({
    event: { metric_name: "hits", metric_value: 0.25, created_at: "2026-02-03T04:05:06.000Z" },
  });
});

describe("fields that got a column later", () => {
  test("are kept as unknown where they have another shape, and cost nobody an event", () => {
    const odd = { trigger: { by: "cron" }, user_id: [1], on_behalf_of: "jo", policy: { name: "p" } };
    const { event, extra } = valid("action", { ...ACTION, ...odd, environment: "prod" });
    expect(extra).toEqual(odd);
    expect(event).toMatchObject({ environment: "prod" });
    expect(event).not.toHaveProperty("trigger");
    const scores = { trigger_confidence: 93, matched_triggers: [{ word: "a" }], cache_hit: "yes" };
    expect(valid("routing_decision", scores).extra).toEqual(scores);
  });
});

describe("records as 0.1.0 wrote them", () => {
  test("are read under their old names", () => {
    const { event, extra, repairs } = valid("action", {
      ...ACTION,
      layers: [{ source: "mcp", trace_id: "t", span_id: "s" }],
      stand_ins: ["agent_name"],
      awaits_span_id: "00f067aa0ba902b7",
    });
    expect(event).toMatchObject({
      merged_spans: [{ source: "mcp", trace_id: "t", span_id: "s" }],
      inferred_fields: ["agent_name"],
      unresolved_parent_span_id: "00f067aa0ba902b7",
    });
    expect({ extra, repairs }).toEqual({ extra: {}, repairs: [] });
    const fact = validateSpanAttribution({ trace_id: "t", span_id: "s", awaits_span_id: "p" });
    expect(fact).toMatchObject({ valid: true, event: { unresolved_parent_span_id: "p" }, extra: {} });
  });
});

test("without any id, identity is the record's place", () => {
  const { event } = valid("action", ACTION);
  expect(event.correlation_id).toBe(nameUuid(recordIdentity("t", 0, "7")));
});
