import { generateText, jsonSchema, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { expect, test } from "vitest";
import { AgentActionSpanProcessor } from "../../../../exporter/index.js";
import type { ActionEvent } from "../../../../src/event/index.js";
import { ActionLogger } from "../../../../src/index.js";
import { record } from "../../tracing/recording.js";
import { FakeTransport } from "../fake-transport.js";

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
};
const call = (toolCallId: string, city: string) => ({
  type: "tool-call" as const,
  toolCallId,
  toolName: "getWeather",
  input: JSON.stringify({ city }),
});
const asks = (...content: ReturnType<typeof call>[]) => ({
  content,
  finishReason: { unified: "tool-calls" as const, raw: undefined },
  usage,
  warnings: [],
});
const DONE = {
  content: [{ type: "text" as const, text: "done" }],
  finishReason: { unified: "stop" as const, raw: undefined },
  usage,
  warnings: [],
};

test("the installed AI SDK and our own API around the same agent and the same tools are one row each", async () => {
  const transport = new FakeTransport();
  const processor = new AgentActionSpanProcessor({ transport, flushOnExit: false });
  record({ spanProcessors: [processor] });
  const logger = new ActionLogger({ agentName: "support", correlationId: "order-7" });
  let attempts = 0;
  const getWeather = tool({
    inputSchema: jsonSchema<{ city: string }>({ type: "object", properties: { city: { type: "string" } } }),
    execute: async ({ city }) => {
      const ask = () => logger.toolCall("getWeather", { city }, async () => ({ city, attempt: ++attempts }));
      if (city === "Rome") await ask();
      return ask();
    },
  });
  await logger.task("support", () =>
    generateText({
      model: new MockLanguageModelV3({
        modelId: "mock",
        doGenerate: [
          asks(call("call_1", "Paris"), call("call_2", "Oslo")),
          asks(call("call_3", "Rome"), call("call_4", "Paris")),
          DONE,
        ],
      }),
      prompt: "hello",
      stopWhen: stepCountIs(5),
      tools: { getWeather },
      experimental_telemetry: { isEnabled: true, functionId: "support" },
    }),
  );
  await processor.forceFlush();

  const rows: ActionEvent[] = transport.landed.map(({ value }) => JSON.parse(value.toString()));
  const calls = rows.filter(({ action_type }) => action_type === "tool_call");
  const told = calls.map(({ tool_call_id, action_details, merged_spans, possible_duplicate_of }) => [
    tool_call_id,
    JSON.stringify(action_details?.tool_parameters),
    merged_spans?.map(({ source }) => source).join(),
    calls.find(({ id }) => id === possible_duplicate_of)?.tool_call_id,
  ]);
  const [paris, oslo, rome] = ["Paris", "Oslo", "Rome"].map((city) => JSON.stringify({ city }));
  expect(told.sort()).toEqual([
    // The tool asked twice for Rome: both are rows, linked to the call.
    [undefined, rome, undefined, "call_3"],
    [undefined, rome, undefined, "call_3"],
    ["call_1", paris, "agent-actions", undefined],
    ["call_2", oslo, "agent-actions", undefined],
    ["call_3", rome, undefined, undefined],
    ["call_4", paris, "agent-actions", undefined],
  ]);
  expect(new Set(calls.map(({ correlation_text }) => correlation_text))).toEqual(new Set(["order-7"]));

  const runs = rows.filter(({ action_type }) => action_type === "success");
  expect(runs).toMatchObject([{ action_name: "support", merged_spans: [{}] }]);
  const parents = calls.filter((one) => one.tool_call_id).map(({ parent_action_id }) => parent_action_id);
  expect(new Set(parents)).toEqual(new Set([runs[0]?.id]));
  const { ended, ignored, deduplicated, acked, held } = processor.stats();
  expect({ held, left: ended - ignored - deduplicated - acked }).toEqual({ held: 0, left: 0 });
});
