import { SpanStatusCode } from "@opentelemetry/api";
import { AlwaysOffSampler } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { ActionLogger, currentCorrelationId } from "../../../src/index.js";
import { idOf, json, parentOf, record } from "./recording.js";

const logger = () => new ActionLogger({ agentName: "agent-researcher", correlationId: "abc-123" });

describe("a tool call", () => {
  test("is a span of the GenAI conventions with arguments and result", async () => {
    const recording = record();
    const text = await logger().toolCall(
      "Read",
      { file_path: "/a.ts" },
      async (action) => {
        action.setResult({ line_count: 3 });
        return "text";
      },
      { toolCallId: "call_1", sessionId: "thread-9" },
    );

    expect(text).toBe("text");
    const span = recording.span("execute_tool Read");
    expect(span.attributes).toMatchObject({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "Read",
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": "call_1",
      "gen_ai.conversation.id": "thread-9",
      "gen_ai.agent.name": "agent-researcher",
      "agent_actions.correlation_id": "abc-123",
      "agent_actions.debug_mode": true,
    });
    expect(json(span, "gen_ai.tool.call.arguments")).toEqual({ file_path: "/a.ts" });
    expect(json(span, "gen_ai.tool.call.result")).toEqual({ line_count: 3 });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.instrumentationScope).toMatchObject({ name: "otel-agent-actions", version: "0.1.0" });
  });

  test("has what its callback returns as its result, where none is set", () => {
    const recording = record();
    logger().toolCall("Count", undefined, () => [1, 2]);
    logger().toolCall("Nothing", {}, () => undefined);
    expect(json(recording.span("execute_tool Count"), "gen_ai.tool.call.result")).toEqual([1, 2]);
    expect(recording.span("execute_tool Count").attributes).not.toHaveProperty("gen_ai.tool.call.arguments");
    expect(recording.span("execute_tool Nothing").attributes).not.toHaveProperty("gen_ai.tool.call.result");
  });

  test("records parameters and result as they were when they were given", () => {
    const recording = record();
    const parameters = { path: "before" };
    const result = { lines: 1 };
    logger().toolCall("Edit", parameters, (action) => {
      parameters.path = "after";
      action.setResult(result);
      result.lines = 2;
    });
    const span = recording.span("execute_tool Edit");
    expect(json(span, "gen_ai.tool.call.arguments")).toEqual({ path: "before" });
    expect(json(span, "gen_ai.tool.call.result")).toEqual({ lines: 1 });
  });

  test.each<[string, (error: unknown) => unknown]>([
    [
      "throws",
      (error) => {
        throw error;
      },
    ],
    ["rejects", (error) => Promise.reject(error)],
  ])("that %s passes the very same error on, and records it", async (_, fail) => {
    const recording = record();
    const error = new TypeError("no such file");
    await expect((async () => logger().toolCall("Read", {}, () => fail(error)))()).rejects.toBe(error);

    const span = recording.span("execute_tool Read");
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: "no such file" });
    expect(span.attributes["error.type"]).toBe("TypeError");
    expect(span.events).toHaveLength(1);
    expect(span.events[0]?.attributes).toMatchObject({
      "exception.type": "TypeError",
      "exception.message": "no such file",
      "exception.stacktrace": expect.stringContaining("scoped-calls.test.ts"),
    });
  });

  test("fails with a message of megabytes, whose stack nobody asks for", async () => {
    const recording = record();
    const error = new Error("no ".repeat(1_000_000));
    let asked = 0;
    Object.defineProperty(error, "stack", { get: () => `asked ${++asked} times` });
    await expect(logger().toolCall("Read", {}, () => Promise.reject(error))).rejects.toBe(error);
    const { events, status } = recording.span("execute_tool Read");
    expect(status.message).toHaveLength(49_153);
    expect(events[0]?.attributes).not.toHaveProperty("exception.stacktrace");
    expect(asked).toBe(0);
  });

  test("can fail without throwing", () => {
    const recording = record();
    const answer = logger().toolCall("Shell", {}, (action) => {
      action.setError(Object.assign(new Error("exit 1"), { code: "E_EXIT" })).setAttribute("shell.exit", 1);
      return 1;
    });
    expect(answer).toBe(1);
    const span = recording.span("execute_tool Shell");
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: "exit 1" });
    expect(span.attributes).toMatchObject({ "error.type": "E_EXIT", "shell.exit": 1 });
    expect(json(span, "gen_ai.tool.call.result")).toBe(1);
  });

  test("takes as long as its callback", async () => {
    const recording = record();
    await logger().toolCall("Wait", {}, () => new Promise((resolve) => setTimeout(resolve, 20)));
    const [seconds, nanos] = recording.span("execute_tool Wait").duration;
    expect(seconds * 1_000 + nanos / 1_000_000).toBeGreaterThanOrEqual(19);
  });
});

describe("a decision", () => {
  test("has its context and its result in its details", () => {
    const recording = record();
    const chosen = logger().decision("select_agent", { candidates: ["a", "b"] }, () => ({ selected: "a" }));
    expect(chosen).toEqual({ selected: "a" });
    const span = recording.span("decision select_agent");
    expect(span.attributes).toMatchObject({
      "agent_actions.action.type": "decision",
      "agent_actions.action.name": "select_agent",
    });
    expect(json(span, "agent_actions.details")).toEqual({
      decision_context: { candidates: ["a", "b"] },
      decision_result: { selected: "a" },
    });
  });

  test("that throws says so in its details", () => {
    const recording = record();
    const error = new RangeError("none fits");
    expect(() =>
      logger().decision("select_agent", { candidates: [] }, () => {
        throw error;
      }),
    ).toThrow(error);
    const span = recording.span("decision select_agent");
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(json(span, "agent_actions.details")).toEqual({
      decision_context: { candidates: [] },
      success: false,
      error_message: "none fits",
    });
  });
});

describe("a task", () => {
  test("has the details that were given, and a result only if one is set", async () => {
    const recording = record();
    const run = logger();
    await run.task("index", { files: 5 }, async () => "a whole book");
    await run.task("summarise", { files: 5 }, async (action) => void action.setResult({ words: 7 }));
    run.task("bare", (action) => void action.setResult(1));
    run.task("text", "only a text", () => undefined);

    const details = (name: string) => json(recording.span(`task ${name}`), "agent_actions.details");
    expect(details("index")).toEqual({ files: 5 });
    expect(details("summarise")).toEqual({ files: 5, result: { words: 7 } });
    expect(details("bare")).toEqual({ result: 1 });
    expect(details("text")).toEqual({ details: "only a text" });
    expect(recording.span("task index").attributes).toMatchObject({
      "agent_actions.action.type": "task",
      "gen_ai.operation.name": "invoke_workflow",
      "gen_ai.workflow.name": "index",
    });
  });

  test("that fails keeps its details, for the error's context", () => {
    const recording = record();
    const fail = () =>
      logger().task("index", { files: 5 }, () => {
        throw new Error("disk full");
      });
    expect(fail).toThrow("disk full");
    const span = recording.span("task index");
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: "disk full" });
    expect(json(span, "agent_actions.details")).toEqual({ files: 5 });
  });
});

describe("what is recorded inside an action", () => {
  test("has it as its parent, across awaits and agents", async () => {
    const recording = record();
    const lead = logger();
    await lead.task("research", async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await Promise.all([
        lead.toolCall("Read", {}, async () => lead.logDecision({ decisionName: "inner" })),
        lead.child({ agentName: "agent-helper" }).toolCall("Grep", {}, async () => undefined),
      ]);
    });
    const task = recording.span("task research");
    const read = recording.span("execute_tool Read");
    const grep = recording.span("execute_tool Grep");
    expect(parentOf(task)).toBeUndefined();
    expect([parentOf(read), parentOf(grep)]).toEqual([idOf(task), idOf(task)]);
    expect(parentOf(recording.span("decision inner"))).toBe(idOf(read));
    expect(grep.attributes).toMatchObject({
      "gen_ai.agent.name": "agent-helper",
      "agent_actions.correlation_id": "abc-123",
    });
    expect(new Set(recording.spans().map((span) => span.spanContext().traceId)).size).toBe(1);
  });

  test("is not recorded when the action was not sampled, and the callback does not notice", () => {
    const recording = record({ sampler: new AlwaysOffSampler() });
    const inner = logger().toolCall("Read", {}, (action) => {
      action.setResult(1).setError(new Error("e")).end();
      return currentCorrelationId();
    });
    expect(inner).toBe("abc-123");
    expect(recording.spans()).toEqual([]);
  });
});

describe("an action as a resource", () => {
  test("ends with its block, with await using and with using", async () => {
    const recording = record();
    {
      await using action = logger().toolCall("Read", { file_path: "/a" });
      action.setResult({ lines: 1 });
      expect(recording.spans()).toEqual([]);
    }
    {
      using decision = logger().decision("pick", { from: 2 });
      decision.setResult("first");
    }
    {
      using task = logger().task("job", { n: 1 });
      task.setResult("done");
    }
    expect(json(recording.span("execute_tool Read"), "gen_ai.tool.call.result")).toEqual({ lines: 1 });
    expect(json(recording.span("decision pick"), "agent_actions.details")).toEqual({
      decision_context: { from: 2 },
      decision_result: "first",
    });
    expect(json(recording.span("task job"), "agent_actions.details")).toEqual({ n: 1, result: "done" });
  });

  test("ends once: what comes after the end changes nothing", () => {
    const recording = record();
    const action = logger().toolCall("Read", {}, { toolCallId: "call_2" });
    action.setResult("first");
    action.end();
    action.setResult("second").setError(new Error("late")).setAttribute("late", true).end();
    const span = recording.span("execute_tool Read");
    expect(json(span, "gen_ai.tool.call.result")).toBe("first");
    expect(span.attributes).not.toHaveProperty("late");
    expect(span.attributes["gen_ai.tool.call.id"]).toBe("call_2");
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
  });

  test("is the parent of what runs in its run()", () => {
    const recording = record();
    const action = logger().toolCall("Outer", {});
    const sum = action.run(() => logger().toolCall("Inner", {}, () => 1 + 1));
    action.end();
    expect(sum).toBe(2);
    expect(parentOf(recording.span("execute_tool Inner"))).toBe(idOf(recording.span("execute_tool Outer")));
    expect(action.spanContext().spanId).toBe(idOf(recording.span("execute_tool Outer")));
  });
});
