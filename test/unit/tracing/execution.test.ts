import { SpanStatusCode } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { ActionLogger } from "../../../src/index.js";
import { idOf, json, parentOf, record } from "./recording.js";

const logger = new ActionLogger({
  agentName: "agent",
  correlationId: "abc-123",
  projectPath: "/srv/omni",
  sessionId: "s1",
});
const details = (span: Parameters<typeof json>[0]) =>
  json(span, "agent_actions.details") as Record<string, unknown>;

describe("one run of an agent", () => {
  test("is a start and a completion with the same id, and the parent of what happens inside", async () => {
    const recording = record();
    const answer = await logger.execution(
      async (execution) => {
        await logger.logSuccess({ successName: "step" });
        execution.update({ qualityScore: 0.8, metadata: { words: 3 } });
        return execution.executionId;
      },
      { userPrompt: "research", metadata: { model: "m" }, terminalId: "tty1" },
    );

    const start = recording.span("execution_start");
    const run = recording.span("invoke_agent agent");
    expect(recording.spans()).toEqual([start, recording.span("success step"), run]);
    expect(parentOf(start)).toBe(idOf(run));
    expect(parentOf(recording.span("success step"))).toBe(idOf(run));
    expect(start.duration).toEqual([0, 0]);
    for (const span of [start, run]) expect(span.attributes["agent_actions.kind"]).toBe("execution");
    expect(run.attributes["gen_ai.operation.name"]).toBe("invoke_agent");

    const common = {
      execution_id: answer,
      agent_name: "agent",
      session_id: "s1",
      project_path: "/srv/omni",
      project_name: "omni",
      user_prompt: "research",
      terminal_id: "tty1",
      started_at: expect.stringMatching(/Z$/),
    };
    expect(details(start)).toEqual({ ...common, status: "in_progress", metadata: { model: "m" } });
    expect(details(run)).toEqual({
      ...common,
      status: "success",
      metadata: { model: "m", words: 3 },
      quality_score: 0.8,
      completed_at: expect.stringMatching(/Z$/),
      duration_ms: expect.any(Number),
    });
    expect(details(run).started_at).toBe(details(start).started_at);
  });

  test.each<[string, unknown, string, SpanStatusCode]>([
    ["an error", new RangeError("broken"), "error", SpanStatusCode.ERROR],
    ["an abort", AbortSignal.abort().reason, "cancelled", SpanStatusCode.UNSET],
  ])("that ends with %s passes it on and says so", async (_, error, status, code) => {
    const recording = record();
    await expect(logger.execution(async () => Promise.reject(error))).rejects.toBe(error);
    const run = recording.span("invoke_agent agent");
    expect(details(run)).toMatchObject({
      status,
      error_type: (error as Error).name,
      error_message: (error as Error).message,
    });
    expect(run.status.code).toBe(code);
  });

  test("can be sync, and a generator", () => {
    const recording = record();
    expect(logger.execution(() => 7)).toBe(7);
    const steps = logger.execution(function* () {
      yield 1;
    });
    expect(recording.spans().filter((span) => span.name === "invoke_agent agent")).toHaveLength(1);
    expect([...steps]).toEqual([1]);
    expect(recording.spans().filter((span) => span.name === "invoke_agent agent")).toHaveLength(2);
  });
});

describe("a run that is completed by hand", () => {
  test("says what it is told, once", async () => {
    const recording = record();
    const execution = logger.startExecution({ executionId: "run-1", sessionId: "other" });
    expect(execution.executionId).toBe("run-1");
    expect(recording.spans().map((span) => span.name)).toEqual(["execution_start"]);
    execution.run(() => logger.toolCall("Read", {}, () => undefined));
    await execution.complete({ status: "cancelled", qualityScore: 0.1, metadata: { by: "user" } });
    await execution.complete({ status: "error" });

    const run = recording.span("invoke_agent agent");
    expect(parentOf(recording.span("execute_tool Read"))).toBe(idOf(run));
    expect(details(run)).toMatchObject({
      execution_id: "run-1",
      session_id: "other",
      status: "cancelled",
      quality_score: 0.1,
      metadata: { by: "user" },
    });
  });

  test("fails by an error, or by its status alone", async () => {
    const recording = record();
    await logger.startExecution({ executionId: "1" }).complete({ error: new TypeError("no") });
    await logger.startExecution({ executionId: "2" }).complete({ status: "error" });
    const runs = recording.spans().filter((span) => span.name === "invoke_agent agent");
    expect(runs.map((run) => [details(run).status, details(run).error_type, run.status.code])).toEqual([
      ["error", "TypeError", SpanStatusCode.ERROR],
      ["error", undefined, SpanStatusCode.ERROR],
    ]);
  });

  test("as a resource completes with its block", async () => {
    const recording = record();
    {
      await using execution = logger.startExecution();
      execution.update({ metadata: { a: 1 } });
    }
    expect(details(recording.span("invoke_agent agent"))).toMatchObject({
      status: "success",
      metadata: { a: 1 },
    });
  });
});
