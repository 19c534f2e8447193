import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { createTransform, type TransformOptions } from "../../../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { ERROR, type SpanParts, spanOf } from "../../spans.js";

const transformed = (
  parts: SpanParts,
  ancestors: readonly ReadableSpan[] = [],
  options: TransformOptions = {},
) => createTransform({ captureContent: true, ...options })(spanOf(parts), { ancestors });

function action(parts: SpanParts, ancestors: readonly ReadableSpan[] = [], options: TransformOptions = {}) {
  const result = transformed(parts, ancestors, options);
  if (result.outcome !== "event") throw new Error(result.reason);
  return result.event as ActionEvent;
}

const recorded = (operation: string, more: Record<string, unknown> = {}) => ({
  "sentry.op": `gen_ai.${operation}`,
  "sentry.origin": "auto.ai.vercelai",
  "gen_ai.operation.name": operation,
  ...more,
});
const tool = (more: Record<string, unknown> = {}) =>
  recorded("execute_tool", { "gen_ai.tool.name": "t", "gen_ai.tool.call.arguments": '{"a":1}', ...more });

// Written by the sources of @sentry/server-utils 11, whose spans no processor of OpenTelemetry sees.
describe("Sentry 11 over the AI SDK 7", () => {
  test("a result comes out of the part that the SDK hands over", () => {
    const part = { type: "tool-result", toolCallId: "c", toolName: "t", input: { a: 1 }, output: { b: 2 } };
    expect(action({ attributes: tool({ "gen_ai.tool.call.result": JSON.stringify(part) }) })).toMatchObject({
      source: "sentry",
      status: "ok",
      action_details: { tool_parameters: { a: 1 }, tool_result: { b: 2 }, success: true },
    });
  });

  test("so does an error", () => {
    const part = {
      type: "tool-error",
      toolCallId: "c",
      toolName: "t",
      error: { name: "TypeError", message: "no" },
    };
    expect(action({ attributes: tool({ "gen_ai.tool.call.result": JSON.stringify(part) }) })).toMatchObject({
      status: "error",
      error_type: "TypeError",
      error_message: "no",
      action_details: { tool_result: null },
    });
  });

  test("the agent is the function's name, on the run and on what is inside it", () => {
    const run = spanOf({
      attributes: recorded("invoke_agent", {
        "gen_ai.function_id": "support",
        "vercel.ai.operationId": "ai.generateText",
      }),
    });
    expect(action({ attributes: tool() }, [run]).agent_name).toBe("support");
  });

  test("a plain call without a name is no run", () => {
    const attributes = recorded("invoke_agent", { "vercel.ai.operationId": "ai.generateText" });
    expect(transformed({ attributes })).toMatchObject({ outcome: "ignored" });
    const messages = [
      { role: "assistant", parts: [{ type: "tool_call", id: "c", name: "t", arguments: "{}" }] },
    ];
    const asking = { ...attributes, "gen_ai.output.messages": JSON.stringify(messages) };
    expect(action({ attributes: asking }).action_type).toBe("success");
  });

  test("the session is what the user's metadata calls one", () => {
    const attributes = tool({ "vercel.ai.telemetry.metadata.sessionId": "s-1" });
    expect(action({ attributes }).session_id).toBe("s-1");
  });

  test("a decision of the SDK is a choice", () => {
    const attributes = recorded("decide", {
      "gen_ai.input.messages": '["which?"]',
      "gen_ai.output.messages": '["b"]',
    });
    expect(action({ name: "decide m", attributes })).toMatchObject({
      action_type: "decision",
      action_details: { decision_type: "choice", decision_context: ["which?"], decision_result: ["b"] },
    });
  });
});

describe("Sentry's ways", () => {
  test("the operation is told by Sentry's own where the span has none", () => {
    const attributes = {
      "sentry.op": "gen_ai.execute_tool",
      "gen_ai.tool.input": '{"q":1}',
      "gen_ai.tool.output": "x",
    };
    expect(action({ name: "execute_tool search", attributes })).toMatchObject({
      source: "sentry",
      action_name: "search",
      action_details: { tool_parameters: { q: 1 }, tool_result: "x" },
    });
  });

  test("the message of a status is only a category, except where it says that somebody stopped", () => {
    const failed = action({ attributes: tool(), status: { ...ERROR, message: "internal_error" } });
    expect(failed).toMatchObject({ status: "error", error_type: "Error" });
    expect(failed.error_message).toBeUndefined();
    const stopped = action({ attributes: tool(), status: { ...ERROR, message: "cancelled" } });
    expect(stopped.error_type).toBe("cancelled");
    const said = action({ attributes: tool(), status: { ...ERROR, message: "card declined" } });
    expect(said.error_message).toBe("card declined");
  });

  test("a chain of LangChain is no agent, and names none", () => {
    const chain = recorded("invoke_agent", {
      "sentry.origin": "auto.ai.langchain",
      "gen_ai.pipeline.name": "RunnableSequence",
    });
    expect(transformed({ attributes: chain })).toMatchObject({
      reason: "a chain of LangChain, and no agent",
    });
    expect(action({ attributes: tool() }, [spanOf({ attributes: chain })]).agent_name).toBe("svc");
    const graph = { ...chain, "sentry.origin": "auto.ai.langgraph", "gen_ai.pipeline.name": "planner" };
    expect(action({ attributes: graph }).action_name).toBe("planner");
  });

  test("spans that the AI SDK made are the AI SDK's", () => {
    const attributes = tool({
      "ai.operationId": "ai.toolCall",
      "ai.toolCall.args": '{"a":1}',
      "ai.toolCall.result": "2",
    });
    expect(action({ scope: "ai", attributes })).toMatchObject({
      source: "vercel-ai",
      action_details: { tool_parameters: { a: 1 }, tool_result: 2 },
    });
  });

  test("a model that was asked is an action by option, with what it wants", () => {
    const attributes = recorded("chat", {
      "gen_ai.request.model": "unknown",
      "gen_ai.request.messages": '[{"role":"user","content":"hi"}]',
      "gen_ai.response.tool_calls": '[{"id":"c","name":"pay","args":{"n":1},"type":"tool_call"}]',
    });
    const event = action({ name: "chat unknown", attributes }, [], { llmCalls: "requesting_tools" });
    expect(event).toMatchObject({ action_type: "decision", action_name: "pay" });
    expect(event.action_details).not.toHaveProperty("model");
    expect(event.action_details).toMatchObject({ decision_context: [{ role: "user", content: "hi" }] });
  });

  test("making an agent is no action", () => {
    expect(transformed({ attributes: recorded("create_agent") })).toMatchObject({ outcome: "ignored" });
  });
});
