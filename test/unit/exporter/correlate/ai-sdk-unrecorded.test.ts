import { generateText, jsonSchema, type ModelMessage, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { expect, test } from "vitest";
import { AgentActionSpanProcessor } from "../../../../exporter/index.js";
import type { ActionEvent } from "../../../../src/event/index.js";
import { record } from "../../tracing/recording.js";
import { FakeTransport } from "../fake-transport.js";

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

const pay = tool({
  inputSchema: jsonSchema<{ amount: number }>({
    type: "object",
    properties: { amount: { type: "number" } },
    required: ["amount"],
  }),
  needsApproval: true,
  execute: async ({ amount }) => `paid ${amount}`,
});
const fail = tool({
  inputSchema: jsonSchema<object>({ type: "object" }),
  execute: async (): Promise<string> => {
    throw new TypeError("card declined");
  },
});

test("the installed AI SDK: an unknown tool, and an approval that is denied in a later run", async () => {
  const transport = new FakeTransport();
  const processor = new AgentActionSpanProcessor({ transport, flushOnExit: false });
  record({ spanProcessors: [processor] });
  const run = (messages: ModelMessage[], ...answers: ReturnType<typeof calls | typeof says>[]) =>
    generateText({
      model: new MockLanguageModelV3({ modelId: "mock", doGenerate: answers }),
      messages,
      stopWhen: stepCountIs(5),
      tools: { pay, fail },
      experimental_telemetry: { isEnabled: true, functionId: "support" },
    });

  const asked: ModelMessage[] = [{ role: "user", content: "pay 9" }];
  const first = await run(
    asked,
    calls("call_1", "noSuchTool", { x: 1 }),
    calls("call_2", "fail", {}),
    calls("call_3", "pay", { amount: 9 }),
  );
  const request = first.content.find((part) => part.type === "tool-approval-request");
  await run(
    [
      ...asked,
      ...first.response.messages,
      {
        role: "tool",
        content: [
          {
            type: "tool-approval-response",
            approvalId: request?.approvalId ?? "none",
            approved: false,
            reason: "too much",
          },
        ],
      },
    ],
    says("not paid"),
  );
  await processor.forceFlush();

  const rows: ActionEvent[] = transport.landed.map(({ value }) => JSON.parse(value.toString()));
  const told = rows.filter(({ span_id }) => span_id === undefined);
  expect(told).toMatchObject([
    {
      action_type: "tool_call",
      action_name: "noSuchTool",
      tool_call_id: "call_1",
      agent_name: "support",
      error_type: "unknown_tool",
      action_details: { tool_parameters: { x: 1 }, success: false },
    },
    {
      action_type: "decision",
      action_name: "pay",
      tool_call_id: "call_3",
      action_details: {
        decision_context: { amount: 9 },
        decision_result: { approved: false, reason: "too much" },
      },
    },
  ]);
  expect(rows.filter(({ action_name }) => action_name === "fail")).toHaveLength(1);
  const runs = rows.filter(({ action_type }) => action_type === "success").map(({ id }) => id);
  expect(told.map(({ parent_action_id }) => parent_action_id)).toEqual(runs);
});
