import { generateText, jsonSchema, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { expect, test } from "vitest";
import { createTransform } from "../../../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { record } from "../../../tracing/recording.js";

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
};
const calls = (toolCallId: string, toolName: string, input: object) => ({
  content: [{ type: "tool-call" as const, toolCallId, toolName, input: JSON.stringify(input) }],
  finishReason: { unified: "tool-calls" as const, raw: undefined },
  usage,
  warnings: [],
});
const says = (text: string) => ({
  content: [{ type: "text" as const, text }],
  finishReason: { unified: "stop" as const, raw: undefined },
  usage,
  warnings: [],
});

test("the installed AI SDK, as it is, gives its tool calls and its run", async () => {
  const recording = record();
  const model = new MockLanguageModelV3({
    modelId: "mock",
    doGenerate: [
      calls("call_1", "getWeather", { city: "Paris" }),
      calls("call_2", "pay", { amount: 3 }),
      says("done"),
    ],
  });
  await generateText({
    model,
    prompt: "hello",
    stopWhen: stepCountIs(5),
    experimental_telemetry: {
      isEnabled: true,
      functionId: "support-agent",
      metadata: { sessionId: "sess-42" },
    },
    tools: {
      getWeather: tool({
        inputSchema: jsonSchema<{ city: string }>({
          type: "object",
          properties: { city: { type: "string" } },
        }),
        execute: async ({ city }) => ({ city, tempC: 21 }),
      }),
      pay: tool({
        inputSchema: jsonSchema<{ amount: number }>({
          type: "object",
          properties: { amount: { type: "number" } },
        }),
        execute: async (): Promise<string> => {
          throw new TypeError("card declined");
        },
      }),
    },
  });

  const transform = createTransform({ captureContent: true });
  const spans = recording.spans();
  const actions = spans.flatMap((span) => {
    const ancestors = spans.filter((one) => one.spanContext().spanId === span.parentSpanContext?.spanId);
    const transformed = transform(span, { ancestors });
    return transformed.outcome === "event" ? [transformed.event as ActionEvent] : [];
  });
  const common = { agent_name: "support-agent", session_id: "sess-42", source: "vercel-ai" };
  expect(actions).toMatchObject([
    {
      ...common,
      action_type: "tool_call",
      action_name: "getWeather",
      tool_call_id: "call_1",
      status: "ok",
      action_details: {
        tool_parameters: { city: "Paris" },
        tool_result: { city: "Paris", tempC: 21 },
        success: true,
      },
    },
    {
      ...common,
      action_type: "tool_call",
      action_name: "pay",
      tool_call_id: "call_2",
      status: "error",
      error_type: "TypeError",
      action_details: { tool_parameters: { amount: 3 }, success: false, error_message: "card declined" },
    },
    { ...common, action_type: "success", action_name: "support-agent", status: "ok" },
  ]);
});
