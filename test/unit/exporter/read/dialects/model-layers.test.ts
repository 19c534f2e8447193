import { expect, test } from "vitest";
import { mapSpans } from "../../../../../exporter/correlate/map-spans.js";
import { readOtlpJson } from "../../../../../exporter/span-files/otlp-spans.js";

interface Made {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly failed?: boolean;
}

function document(spans: readonly Made[]): string {
  return JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          {
            scope: { name: "acme" },
            spans: spans.map(({ id, parent, name, attributes, failed = false }) => ({
              traceId: "0af7651916cd43dd8448eb211c80319c",
              spanId: id.padEnd(16, "0"),
              ...(parent !== undefined && { parentSpanId: parent.padEnd(16, "0") }),
              name,
              startTimeUnixNano: "1767225600000000000",
              endTimeUnixNano: "1767225601000000000",
              attributes: Object.entries(attributes).map(([key, stringValue]) => ({
                key,
                value: { stringValue },
              })),
              status: failed ? { code: 2, message: "overloaded" } : { code: 1 },
            })),
          },
        ],
      },
    ],
  });
}

const rowsOf = (spans: readonly Made[]) =>
  mapSpans(readOtlpJson(document(spans)), { captureContent: true }).flatMap(({ transformed }) =>
    transformed.outcome === "event" ? [transformed.event] : [],
  );

const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m" };

test("a model's call that failed is one error, although a framework and the client of the provider both record it", () => {
  const rows = rowsOf([
    { id: "a", name: "chat m", attributes: chat, failed: true },
    { id: "b", parent: "a", name: "chat m", attributes: chat, failed: true },
  ]);
  expect(rows).toMatchObject([{ action_type: "error", span_id: "a000000000000000" }]);
});

test("two that failed one after the other are two errors", () => {
  const rows = rowsOf([
    { id: "a", name: "chat m", attributes: chat, failed: true },
    { id: "b", name: "chat m", attributes: chat, failed: true },
  ]);
  expect(rows).toHaveLength(2);
});

test("a call fails where only the messages beside the model's say so (Agno)", () => {
  const told = (failed: boolean) =>
    rowsOf([
      {
        id: "a",
        name: "OpenAIChat.invoke",
        attributes: {
          "openinference.span.kind": "LLM",
          "llm.output_messages.0.message.role": "assistant",
          "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c1",
          "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "pay",
          "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": "{}",
        },
      },
      {
        id: "b",
        name: "OpenAIChat.invoke",
        attributes: {
          "openinference.span.kind": "LLM",
          "input.mime_type": "application/json",
          "input.value": JSON.stringify({
            messages: [
              { role: "assistant", tool_calls: [{ id: "c1", function: { name: "pay", arguments: "{}" } }] },
              {
                role: "tool",
                content: "declined",
                tool_call_id: "c1",
                tool_name: "pay",
                tool_call_error: failed,
              },
            ],
          }),
          "llm.input_messages.0.message.role": "tool",
          "llm.input_messages.0.message.tool_call_id": "c1",
          "llm.input_messages.0.message.content": "declined",
        },
      },
    ]);
  expect(told(true)).toMatchObject([{ action_name: "pay", status: "error", tool_call_id: "c1" }]);
  expect(told(false)).toEqual([]);
});
