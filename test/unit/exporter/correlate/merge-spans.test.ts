import { describe, expect, test } from "vitest";
import { mergeLayers, primaryOf } from "../../../../exporter/correlate/merge-spans.js";
import { HIDDEN } from "../../../../exporter/read/dialects/common/captured.js";
import type { ActionEvent } from "../../../../src/event/index.js";
import { type CallParts, CLIENT, callOf, OTHER_TRACE, WRAPPER } from "./call-observations.js";

const layers = (outer: CallParts, inner: CallParts) => {
  const first = callOf(outer);
  return [first, callOf({ ...WRAPPER, at: [10, 90], inside: [first], ...inner })] as const;
};
const merged = (outer: CallParts, inner: CallParts) => mergeLayers(layers(outer, inner));

const failed = (error_type: string, error_message?: string): Partial<ActionEvent> => ({
  status: "error",
  error_type,
  ...(error_message !== undefined && { error_message }),
  action_details: {
    tool_parameters: { q: "refunds" },
    tool_result: null,
    success: false,
    ...(error_message !== undefined && { error_message }),
  },
});

describe("the layer that knows most is the one whose identity counts", () => {
  test.each<[string, CallParts, CallParts, 0 | 1]>([
    ["the call id", { knowsAgent: true }, { callId: "c1" }, 1],
    ["the agent, where both or none know the id", { callId: "c1" }, { callId: "c1", knowsAgent: true }, 1],
    ["the arguments", { parameters: HIDDEN }, {}, 1],
    ["the result", { event: { action_details: { tool_result_hidden: true } } }, {}, 1],
    ["the outermost, where all know the same", {}, {}, 0],
  ])("%s", (_, outer, inner, expected) => {
    const both = layers(outer, inner);
    expect(primaryOf(both)).toBe(both[expected]);
  });

  test("the event keeps that layer's id, span, times and source, and names the others", () => {
    const [outer, inner] = layers({}, { callId: "c1", event: { duration_ms: 80, started_at: "then" } });
    expect(mergeLayers([outer, inner])).toMatchObject({
      id: inner.event.id,
      span_id: inner.spanId,
      duration_ms: 80,
      started_at: "then",
      source: "agent-actions",
      merged_spans: [{ source: "vercel-ai", trace_id: outer.traceId, span_id: outer.spanId }],
    });
  });
});

describe("what only another layer knows is taken over", () => {
  test("agent, session, project, call id", () => {
    const inner: CallParts = {
      knowsAgent: true,
      event: { agent_name: "support", session_id: "s-1", project_name: "shop", tool_call_id: "c1" },
    };
    expect(merged({ callId: "c1" }, inner)).toMatchObject({
      agent_name: "support",
      session_id: "s-1",
      project_name: "shop",
      tool_call_id: "c1",
    });
    expect(merged({ callId: "c1", knowsAgent: true, event: { agent_name: "shop" } }, inner).agent_name).toBe(
      "shop",
    );
  });

  test("hidden and absent arguments and results, and members that only one has", () => {
    const { action_details } = merged(
      {
        callId: "c1",
        event: { action_details: { tool_parameters_hidden: true, tool_result: null, success: true } },
      },
      { event: { action_details: { tool_parameters: { q: 1 }, tool_result: "r", mcp_request_id: "3" } } },
    );
    expect(action_details).toEqual({
      tool_parameters: { q: 1 },
      tool_result: "r",
      success: true,
      mcp_request_id: "3",
    });
  });

  test("values that are there stay, and what is hidden everywhere stays hidden", () => {
    const hidden = { action_details: { tool_parameters: { q: 1 }, tool_result_hidden: true, success: true } };
    const { action_details } = merged({ callId: "c1", event: hidden }, { event: hidden });
    expect(action_details).toEqual(hidden.action_details);
  });

  test("a correlation id that was given, instead of the trace's", () => {
    const given = { correlation_id: "11111111-1111-4111-8111-111111111111", correlation_text: "order-7" };
    expect(merged({ callId: "c1" }, { event: given })).toMatchObject(given);
    const own = { correlation_id: "22222222-2222-4222-8222-222222222222" };
    expect(merged({ callId: "c1", event: own }, { event: given })).toMatchObject(own);
  });

  test("that the row is kept, when one layer says so", () => {
    expect(
      merged({ callId: "c1", event: { debug_mode: true } }, { event: { debug_mode: false } }),
    ).toHaveProperty("debug_mode", false);
  });

  test("what is around the outermost layer", () => {
    const outer = { parent_span_id: "0a", parent_action_id: "A" };
    const inner = { parent_span_id: "0b", parent_action_id: "B" };
    expect(merged({ event: outer }, { callId: "c1", event: inner })).toMatchObject(outer);
    expect(merged({}, { callId: "c1", event: inner })).not.toHaveProperty("parent_span_id");
    const apart = { callId: "c1", traceId: OTHER_TRACE, event: inner };
    expect(merged({ event: outer }, apart)).toMatchObject({ parent_span_id: "0b", parent_action_id: "A" });
  });
});

describe("one layer says that the call failed", () => {
  test("a failure that says what went wrong wins over a success, on whichever side", () => {
    const expected = {
      status: "error",
      error_type: "tool_error",
      error_message: "card declined",
      action_details: { success: false, error_message: "card declined", tool_result: "found" },
    };
    const event = failed("tool_error", "card declined");
    expect(merged({ callId: "c1" }, { ...CLIENT, event })).toMatchObject(expected);
    expect(merged({ callId: "c1", event }, CLIENT)).toMatchObject(expected);
  });

  test("a bare status loses against a result", () => {
    const event = merged({ callId: "c1", event: failed("Error") }, {});
    expect(event).toMatchObject({ status: "ok", action_details: { success: true, tool_result: "found" } });
    expect(event).not.toHaveProperty("error_type");
  });

  test("a bare status stands where nobody has a result", () => {
    const silent = { action_details: { tool_result: null, success: true } };
    expect(merged({ callId: "c1", event: failed("timeout") }, { event: silent })).toMatchObject({
      status: "error",
      error_type: "timeout",
    });
  });

  test("message and type are taken from the layer that knows them", () => {
    const bare = failed("Error");
    expect(merged({ callId: "c1", event: bare }, { event: failed("TypeError", "declined") })).toMatchObject({
      error_type: "TypeError",
      error_message: "declined",
    });
    const both = merged(
      { callId: "c1", event: failed("Error", "outside") },
      { event: failed("TypeError", "inside") },
    );
    expect(both).toMatchObject({ error_type: "TypeError", error_message: "outside" });
  });

  test("a call that nobody else saw is left as it is", () => {
    const call = callOf({ event: failed("Error") });
    expect(mergeLayers([call])).toBe(call.event);
  });
});
