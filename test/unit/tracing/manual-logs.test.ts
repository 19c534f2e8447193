import { SpanStatusCode } from "@opentelemetry/api";
import { hrTimeToMilliseconds } from "@opentelemetry/core";
import { describe, expect, test } from "vitest";
import { ActionLogger, logAction } from "../../../src/index.js";
import { idOf, json, parentOf, record } from "./recording.js";

const logger = new ActionLogger({ agentName: "agent", correlationId: "abc-123", sessionId: "thread-1" });

describe("logToolCall", () => {
  test("writes the same span as a scoped call", async () => {
    const recording = record();
    await logger.logToolCall({
      toolName: "Write",
      toolParameters: { file_path: "/out" },
      toolResult: { success: true },
      durationMs: 30,
      toolCallId: "call_7",
    });
    const span = recording.span("execute_tool Write");
    expect(span.attributes).toMatchObject({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "Write",
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": "call_7",
      "gen_ai.agent.name": "agent",
      "gen_ai.conversation.id": "thread-1",
      "agent_actions.correlation_id": "abc-123",
    });
    expect(json(span, "gen_ai.tool.call.arguments")).toEqual({ file_path: "/out" });
    expect(json(span, "gen_ai.tool.call.result")).toEqual({ success: true });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
  });

  test.each<[string, object, { message: string; type: string } | undefined]>([
    ["an error", { error: new RangeError("too far") }, { message: "too far", type: "RangeError" }],
    ["an error message", { errorMessage: "no" }, { message: "no", type: "Error" }],
    ["success: false", { success: false }, { message: "", type: "Error" }],
    ["an error and success: true", { error: new Error("caught"), success: true }, undefined],
  ])("by %s counts as failed or not", async (_, fields, failure) => {
    const recording = record();
    await logger.logToolCall({ toolName: "Shell", toolResult: { exit: 1 }, ...fields });
    const span = recording.span("execute_tool Shell");
    expect(span.status.code).toBe(failure === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR);
    expect(span.status.message).toBe(failure?.message);
    expect(span.attributes["error.type"]).toBe(failure?.type);
    expect(json(span, "gen_ai.tool.call.result")).toEqual({ exit: 1 });
  });
});

describe("the other log calls", () => {
  test("write details as the contract has them", async () => {
    const recording = record();
    await logger.logDecision({
      decisionName: "select_agent",
      decisionContext: { candidates: ["a", "b"] },
      decisionResult: { selected: "a" },
      reason: "faster",
      alternatives: ["b"],
      confidence: 0.9,
    });
    await logger.logError({
      errorType: "ImportError",
      errorMessage: "Module 'foo' not found",
      errorContext: { line: 15 },
    });
    await logger.logSuccess({ successName: "task_completed", successDetails: { files_processed: 5 } });
    await logger.logSuccess({ successName: "bare" });

    expect(json(recording.span("decision select_agent"), "agent_actions.details")).toEqual({
      decision_context: { candidates: ["a", "b"] },
      decision_result: { selected: "a" },
      reason: "faster",
      alternatives: ["b"],
      confidence: 0.9,
    });
    const error = recording.span("error ImportError");
    expect(json(error, "agent_actions.details")).toEqual({
      error_type: "ImportError",
      error_message: "Module 'foo' not found",
      error_context: { line: 15 },
    });
    expect(error.attributes).toMatchObject({
      "agent_actions.action.type": "error",
      "agent_actions.action.name": "ImportError",
      "error.type": "ImportError",
    });
    expect(error.status).toEqual({ code: SpanStatusCode.ERROR, message: "Module 'foo' not found" });
    expect(json(recording.span("success task_completed"), "agent_actions.details")).toEqual({
      files_processed: 5,
    });
    expect(json(recording.span("success bare"), "agent_actions.details")).toEqual({});
  });

  test("take an error's type and message from what was thrown, where they are not given", async () => {
    const recording = record();
    await logger.logError({ error: Object.assign(new Error("gone"), { code: "ENOENT" }) });
    await logger.logError({ errorType: "Custom", error: new TypeError("original") });
    expect(json(recording.span("error ENOENT"), "agent_actions.details")).toEqual({
      error_type: "ENOENT",
      error_message: "gone",
    });
    const custom = recording.span("error Custom");
    expect(custom.attributes["error.type"]).toBe("Custom");
    expect(custom.events[0]?.attributes).toMatchObject({
      "exception.message": "original",
      "exception.stacktrace": expect.stringContaining("manual-logs.test.ts"),
    });
  });
});

describe("logRawAction and logAction", () => {
  test("keep the details as they are given", async () => {
    const recording = record();
    await logAction({
      agentName: "agent-quick-task",
      actionType: "tool_call",
      actionName: "Grep",
      actionDetails: { pattern: "TODO", matches: 42 },
      correlationId: "abc-123",
      projectName: "omniclaude",
    });
    await logger.logRawAction({ actionType: "decision", actionName: "stop", actionDetails: "enough" });

    const grep = recording.span("execute_tool Grep");
    expect(grep.attributes).toMatchObject({
      "agent_actions.action.type": "tool_call",
      "agent_actions.action.name": "Grep",
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "Grep",
      "gen_ai.agent.name": "agent-quick-task",
      "agent_actions.correlation_id": "abc-123",
      "agent_actions.project.name": "omniclaude",
    });
    expect(json(grep, "agent_actions.details")).toEqual({ pattern: "TODO", matches: 42 });
    expect(json(recording.span("decision stop"), "agent_actions.details")).toEqual({ details: "enough" });
  });

  test("mark the span as failed for an error, what was thrown, and details that say so", async () => {
    const recording = record();
    await logger.logRawAction({
      actionType: "error",
      actionName: "Timeout",
      actionDetails: { error_message: "after 3 s" },
    });
    await logger.logRawAction({ actionType: "tool_call", actionName: "A", error: new TypeError("t") });
    await logger.logRawAction({
      actionType: "tool_call",
      actionName: "B",
      actionDetails: { success: false, error_message: "exit 1" },
    });
    const failure = (name: string) => {
      const { status, attributes } = recording.span(name);
      return [status.code, status.message, attributes["error.type"]];
    };
    expect(failure("error Timeout")).toEqual([SpanStatusCode.ERROR, "after 3 s", "Timeout"]);
    expect(failure("execute_tool A")).toEqual([SpanStatusCode.ERROR, "t", "TypeError"]);
    expect(failure("execute_tool B")).toEqual([SpanStatusCode.ERROR, "exit 1", "Error"]);
  });
});

describe("when an action began and ended", () => {
  const times = async (given: { durationMs?: number; startTime?: Date | number }) => {
    const recording = record();
    const before = Date.now();
    await logger.logToolCall({ toolName: "Timed", ...given });
    // In whole milliseconds: the span may have begun anywhere within the last one.
    const after = Date.now();
    const span = recording.span("execute_tool Timed");
    const [start, end] = [span.startTime, span.endTime].map(hrTimeToMilliseconds) as [number, number];
    return { before, after, start, end };
  };

  test("with a duration, it ended now", async () => {
    const { before, after, start, end } = await times({ durationMs: 30.5 });
    expect(end).toBeGreaterThanOrEqual(before);
    expect(end).toBeLessThan(after + 1);
    expect(end - start).toBeCloseTo(30.5, 3);
  });

  test("with a start and a duration, both are taken as they are", async () => {
    const start = new Date("2026-01-02T03:04:05.678Z");
    const got = await times({ startTime: start, durationMs: 250 });
    expect([got.start, got.end]).toEqual([start.getTime(), start.getTime() + 250]);
  });

  test("with a start, it ended now; soon after the epoch is a time as well", async () => {
    const got = await times({ startTime: 5 });
    expect(got.start).toBe(5);
    expect(got.end).toBeGreaterThanOrEqual(got.before);
  });

  test("with neither, it took no time", async () => {
    const { before, after, start, end } = await times({});
    expect(start).toBe(end);
    expect(start).toBeGreaterThanOrEqual(before);
    expect(start).toBeLessThan(after + 1);
  });
});

test("what is logged by hand inside an action has it as its parent", async () => {
  const recording = record();
  await logger.task("job", async () => logger.logSuccess({ successName: "step" }));
  expect(parentOf(recording.span("success step"))).toBe(idOf(recording.span("task job")));
});
