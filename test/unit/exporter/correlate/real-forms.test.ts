import { readFileSync } from "node:fs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { expect, test } from "vitest";
import { mapSpans } from "../../../../exporter/correlate/map-spans.js";
import { withAncestors } from "../../../../exporter/correlate/span-ancestors.js";
import { readOtlpJson } from "../../../../exporter/span-files/otlp-spans.js";
import type { ActionEvent } from "../../../../src/event/index.js";
import { LATER_TRACE, type Parts, span } from "./model-spans.js";

const RUN = span({
  id: "a0",
  at: [0, 9],
  scope: "gen_ai",
  attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "support" },
});

// The forms in which libraries write one call of getWeather({city: "Paris"}) down, as their captures have them.
const AI_SDK_7 = {
  scope: "gen_ai",
  attributes: {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "getWeather",
    "gen_ai.tool.call.id": "call_1",
    "gen_ai.tool.call.arguments": '{"city":"Paris"}',
    "gen_ai.tool.call.result": '{"tempC":21}',
  },
};
const AI_SDK_6 = {
  scope: "ai",
  attributes: {
    "ai.operationId": "ai.toolCall",
    "ai.toolCall.name": "getWeather",
    "ai.toolCall.id": "call_1",
    "ai.toolCall.args": '{"city":"Paris"}',
    "ai.telemetry.functionId": "support",
  },
};
const LANGFUSE = {
  scope: "langfuse-sdk",
  attributes: {
    "langfuse.observation.type": "tool",
    "langfuse.observation.input": '[{"city":"Paris"},{"toolCallId":"call_1","messages":[]}]',
    "langfuse.observation.output": '{"tempC":21}',
  },
};
const OPENINFERENCE = {
  scope: "openinference-core",
  attributes: {
    "openinference.span.kind": "TOOL",
    "tool.name": "getWeather",
    "input.value": "Paris",
    "input.mime_type": "text/plain",
  },
};
const TRACELOOP_MCP = {
  scope: "@traceloop/instrumentation-mcp",
  attributes: {
    "traceloop.span.kind": "tool",
    "traceloop.entity.name": "getWeather",
    "traceloop.entity.input": '{"tool_name":"getWeather","arguments":{"city":"Paris"}}',
    "traceloop.entity.output": '{"result":"{\\"content\\":[{\\"type\\":\\"text\\",\\"text\\":\\"21\\"}]}"}',
  },
};
const SENTRY_MCP = {
  scope: "@sentry/node",
  kind: 1,
  attributes: {
    "mcp.method.name": "tools/call",
    "mcp.tool.name": "getWeather",
    "mcp.request.id": "3",
    "mcp.request.argument.city": '"Paris"',
  },
};
const APART = { traceId: LATER_TRACE, parent: "ff" };

type Form = Pick<Parts, "scope" | "attributes"> & { readonly kind?: number };

/** Each form inside the one before, or where it says that it is. */
function layersOf(forms: readonly (Form & Partial<Parts>)[]): ReadableSpan[] {
  return forms.map(({ kind = 0, ...form }, depth) => {
    const made = span({
      id: `b${depth}`,
      parent: depth === 0 ? "a0" : `b${depth - 1}`,
      at: [1 + depth * 0.1, 2 - depth * 0.1],
      ...form,
    });
    return Object.assign(made, { kind, name: "getWeather" });
  });
}

const rowsOf = (spans: readonly ReadableSpan[]) =>
  mapSpans(withAncestors(spans), { captureContent: true }).flatMap(({ transformed }) =>
    transformed.outcome === "event" ? [transformed.event as ActionEvent] : [],
  );

test.each([
  [
    "AI SDK 7, Langfuse, and Traceloop's MCP in another trace",
    [AI_SDK_7, LANGFUSE, { ...TRACELOOP_MCP, ...APART }],
  ],
  ["AI SDK 6, OpenInference", [AI_SDK_6, OPENINFERENCE]],
  ["AI SDK 7, Traceloop's MCP, Sentry's MCP server", [AI_SDK_7, TRACELOOP_MCP, SENTRY_MCP]],
  ["AI SDK 7, and Sentry's MCP server in another trace", [AI_SDK_7, { ...SENTRY_MCP, ...APART }]],
])("%s: one row, with the call id, the agent, and the others as its layers", (_, forms: readonly Form[]) => {
  const [run, call, ...others] = rowsOf([RUN, ...layersOf(forms)]);
  expect(others).toEqual([]);
  expect(call).toMatchObject({
    action_name: "getWeather",
    tool_call_id: "call_1",
    agent_name: "support",
    parent_action_id: run?.id,
    action_details: { tool_parameters: { city: "Paris" }, success: true },
  });
  expect(call?.merged_spans).toHaveLength(forms.length - 1);
});

test("a failure that only the protocol knows is the call's", () => {
  const failing = {
    ...TRACELOOP_MCP,
    failed: "card declined",
    attributes: {
      ...TRACELOOP_MCP.attributes,
      "traceloop.entity.output": '{"result":"card declined","is_error":true}',
    },
  };
  const [, call] = rowsOf([RUN, ...layersOf([AI_SDK_7, failing])]);
  expect(call).toMatchObject({ tool_call_id: "call_1", status: "error", action_details: { success: false } });
  expect(call?.error_message).toContain("card declined");
});

test("three real layers around one call say which they were, the protocol's in a trace of its own", () => {
  const spans = readOtlpJson(readFileSync("test/fixtures/spans/layers.otlp.json", "utf8"));
  const layers = mapSpans(spans).flatMap(({ transformed }) =>
    transformed.outcome === "event" ? [(transformed.event as ActionEvent).merged_spans ?? []] : [],
  );
  const calls = layers.filter((seen) => seen.length > 0);
  expect(calls.map((seen) => seen.map(({ source }) => source))).toEqual(
    Array.from({ length: 3 }, () => ["langfuse", "traceloop"]),
  );
  for (const [langfuse, traceloop] of calls) expect(langfuse?.trace_id).not.toBe(traceloop?.trace_id);
});
