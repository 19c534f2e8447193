import { context, SpanKind, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { generateText, jsonSchema, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InFlightAgent, later, withFakeIntervals } from "./in-flight-agent.js";

withFakeIntervals();
beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
afterEach(() => {
  trace.disable();
  context.disable();
});

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
};
const answer = (reason: "tool-calls" | "stop", ...content: object[]) =>
  ({ content, finishReason: { unified: reason, raw: undefined }, usage, warnings: [] }) as never;

test("of the installed AI SDK's span and that of the MCP client inside it, the SDK's is published, and the call is one row", async () => {
  const agent = new InFlightAgent();
  trace.setGlobalTracerProvider(agent.provider);
  const [asked, found] = [later<void>(), later<object>()];
  const search = tool({
    inputSchema: jsonSchema<{ q: string }>({ type: "object", properties: { q: { type: "string" } } }),
    execute: async ({ q }) => {
      const attributes = {
        "mcp.method.name": "tools/call",
        "gen_ai.tool.name": "search",
        "gen_ai.tool.call.arguments": JSON.stringify({ q }),
      };
      const span = trace
        .getTracer("mcp")
        .startSpan("tools/call search", { kind: SpanKind.CLIENT, attributes });
      asked.settle();
      const hits = await found.promise;
      span.end();
      return hits;
    },
  });
  const done = generateText({
    model: new MockLanguageModelV3({
      modelId: "mock",
      doGenerate: [
        answer("tool-calls", {
          type: "tool-call",
          toolCallId: "call_1",
          toolName: "search",
          input: '{"q":"refunds"}',
        }),
        answer("stop", { type: "text", text: "done" }),
      ],
    }),
    prompt: "hello",
    stopWhen: stepCountIs(3),
    tools: { search },
    experimental_telemetry: { isEnabled: true, functionId: "support" },
  });
  await asked.promise;
  await agent.pass(3_000);
  const [running, ...more] = await agent.events();
  expect(more).toEqual([]);
  expect(running).toMatchObject({
    status: "running",
    source: "vercel-ai",
    agent_name: "support",
    tool_call_id: "call_1",
    action_details: { tool_parameters: { q: "refunds" } },
  });
  found.settle({ hits: 3 });
  await done;
  const [, ended] = (await agent.events()).filter(({ action_type }) => action_type === "tool_call");
  expect(ended).toMatchObject({
    id: running?.id,
    status: "ok",
    action_details: { tool_parameters: { q: "refunds" }, tool_result: { hits: 3 } },
    merged_spans: [{ source: "mcp" }],
  });
});
