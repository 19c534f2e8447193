import { type Attributes, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { createTransform, type TransformOptions } from "../../../../exporter/read/transform.js";
import { type EventKind, validateEvent } from "../../../../src/event/index.js";
import { ActionLogger, logAction } from "../../../../src/index.js";
import { type Recording, record } from "../../tracing/recording.js";

const OPTIONS = {
  agentName: "agent-researcher",
  correlationId: "abc-123",
  projectName: "omniclaude",
  projectPath: "/src/omniclaude",
  workingDirectory: "/src",
  sessionId: "conv-1",
};

const ORIGIN = { topic: "t", partition: 0, offset: "1", timestampMillis: 0 };

/** What the transform makes of everything that was recorded, as plain JSON. */
function events(recording: Recording, options: TransformOptions = {}) {
  const transform = createTransform({ captureContent: true, ...options });
  const spans = recording.spans();
  return spans.map((span) => {
    const ancestors = spans.filter((one) => one.spanContext().spanId === span.parentSpanContext?.spanId);
    const transformed = transform(span, { ancestors });
    if (transformed.outcome !== "event") throw new Error(transformed.reason);
    const event = JSON.parse(JSON.stringify(transformed.event));
    expect(validateEvent(transformed.kind, event, ORIGIN)).toMatchObject({ valid: true, repairs: [] });
    return { kind: transformed.kind, event };
  });
}

function only(recording: Recording, kind: EventKind = "action") {
  const made = events(recording);
  expect(made.map((one) => one.kind)).toEqual([kind]);
  return made[0]?.event;
}

describe("what the API records arrives as the specification says it", () => {
  test("a scoped tool call, with everything around it", () => {
    const recording = record();
    new ActionLogger(OPTIONS).toolCall("Read", { file_path: "/x" }, () => ({ line_count: 100 }), {
      toolCallId: "call_1",
    });
    expect(only(recording)).toMatchObject({
      agent_name: "agent-researcher",
      action_type: "tool_call",
      action_name: "Read",
      action_details: {
        tool_parameters: { file_path: "/x" },
        tool_result: { line_count: 100 },
        success: true,
      },
      correlation_text: "abc-123",
      correlation_id: "c49f370c-d263-8111-9ccf-13e6688f4071",
      debug_mode: true,
      project_name: "omniclaude",
      project_path: "/src/omniclaude",
      working_directory: "/src",
      session_id: "conv-1",
      tool_call_id: "call_1",
      status: "ok",
      source: "agent-actions",
      schema_version: 1,
    });
  });

  test("a tool's JSON text stays the text that it gave", () => {
    const recording = record();
    new ActionLogger(OPTIONS).toolCall("Read", {}, () => '{"name":"package"}');
    expect(only(recording).action_details.tool_result).toBe('{"name":"package"}');
  });

  test("a tool that throws", () => {
    const recording = record();
    const call = () =>
      new ActionLogger(OPTIONS).toolCall("Read", { file_path: "/x" }, () => {
        throw new TypeError("no such file");
      });
    expect(call).toThrow("no such file");
    expect(only(recording)).toMatchObject({
      action_type: "tool_call",
      status: "error",
      error_type: "TypeError",
      error_message: "no such file",
      action_details: {
        tool_parameters: { file_path: "/x" },
        tool_result: null,
        success: false,
        error_message: "no such file",
      },
    });
  });

  test("a logged tool call keeps its duration", async () => {
    const recording = record();
    await new ActionLogger(OPTIONS).logToolCall({
      toolName: "Write",
      toolParameters: { file_path: "/y" },
      toolResult: { success: true },
      durationMs: 30,
    });
    expect(only(recording)).toMatchObject({
      duration_ms: 30,
      action_details: { tool_result: { success: true }, success: true },
    });
  });

  test("a one-off action keeps exactly the details that it was given", async () => {
    const recording = record();
    await logAction({
      agentName: "agent-quick-task",
      actionType: "tool_call",
      actionName: "Grep",
      actionDetails: { pattern: "TODO", matches: 42 },
    });
    expect(only(recording)).toMatchObject({
      agent_name: "agent-quick-task",
      action_type: "tool_call",
      action_name: "Grep",
      action_details: { pattern: "TODO", matches: 42 },
    });
  });

  test("decisions, logged and scoped", async () => {
    const recording = record();
    const logger = new ActionLogger(OPTIONS);
    await logger.logDecision({
      decisionName: "select_agent",
      decisionContext: { candidates: ["a", "b"] },
      decisionResult: { selected: "a" },
      reason: "closest",
      confidence: 0.9,
    });
    const details = {
      decision_context: { candidates: ["a", "b"] },
      decision_result: { selected: "a" },
      reason: "closest",
      confidence: 0.9,
    };
    expect(only(recording)).toMatchObject({
      action_type: "decision",
      action_name: "select_agent",
      action_details: details,
    });
  });

  test("a scoped decision that throws says so in its details", () => {
    const recording = record();
    const decide = () =>
      new ActionLogger(OPTIONS).decision("pick", { from: 2 }, () => {
        throw new RangeError("none");
      });
    expect(decide).toThrow("none");
    expect(only(recording)).toMatchObject({
      action_type: "decision",
      status: "error",
      error_type: "RangeError",
      action_details: { decision_context: { from: 2 }, success: false, error_message: "none" },
    });
  });

  test("for whom, by which version and with whose approval", async () => {
    const recording = record();
    const logger = new ActionLogger({
      ...OPTIONS,
      agentVersion: "1.4.0",
      userId: "ann",
      onBehalfOf: ["svc"],
    });
    const approval = {
      approvedBy: "bob",
      approvalMethod: "prompt",
      policy: "p/1",
      argumentsSha256: "0".repeat(64),
    };
    await logger.logDecision({ decisionName: "pay", ...approval });
    expect(only(recording)).toMatchObject({
      agent_version: "1.4.0",
      user_id: "ann",
      on_behalf_of: ["svc"],
      approved_by: "bob",
      approval_method: "prompt",
      policy: "p/1",
      arguments_sha256: "0".repeat(64),
    });
  });

  test("for whom a run acts holds for spans inside that do not say it, the version only for the agent that it is of", () => {
    const recording = record();
    const logger = new ActionLogger({ ...OPTIONS, agentVersion: "1.4.0" });
    const foreign = (name: string, attributes: Attributes) =>
      trace.getTracer("app").startSpan(name, { attributes }).end();
    logger.execution(
      () => {
        foreign("same", { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "same" });
        foreign("other", {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": "other",
          "gen_ai.agent.name": "another",
        });
      },
      { trigger: "webhook", userId: "ann" },
    );
    const rows = events(recording).filter(({ kind }) => kind === "action");
    expect(rows.map(({ event }) => event)).toMatchObject([
      { action_name: "same", trigger: "webhook", user_id: "ann", agent_version: "1.4.0" },
      { action_name: "other", trigger: "webhook", user_id: "ann", agent_name: "another" },
    ]);
    expect(rows[1]?.event).not.toHaveProperty("agent_version");
  });

  test("an error", async () => {
    const recording = record();
    await new ActionLogger(OPTIONS).logError({
      errorType: "ImportError",
      errorMessage: "Module 'foo' not found",
      errorContext: { file: "/x.py", line: 15 },
    });
    expect(only(recording)).toMatchObject({
      action_type: "error",
      action_name: "ImportError",
      status: "error",
      error_type: "ImportError",
      error_message: "Module 'foo' not found",
      action_details: {
        error_type: "ImportError",
        error_message: "Module 'foo' not found",
        error_context: { file: "/x.py", line: 15 },
      },
    });
  });

  test("a success", async () => {
    const recording = record();
    await new ActionLogger(OPTIONS).logSuccess({
      successName: "done",
      successDetails: { files_processed: 5 },
    });
    expect(only(recording)).toMatchObject({
      action_type: "success",
      action_name: "done",
      action_details: { files_processed: 5 },
    });
  });

  test("a task becomes a success or an error, by how it ends", () => {
    const recording = record();
    const logger = new ActionLogger(OPTIONS);
    logger.task("index", { folder: "/src" }, () => 1);
    expect(() =>
      logger.task("index", { folder: "/src" }, () => {
        throw new SyntaxError("bad");
      }),
    ).toThrow("bad");
    const [well, badly] = events(recording).map(({ event }) => event);
    expect(well).toMatchObject({
      action_type: "success",
      action_name: "index",
      action_details: { folder: "/src" },
    });
    expect(badly).toMatchObject({
      action_type: "error",
      action_name: "SyntaxError",
      action_details: {
        error_type: "SyntaxError",
        error_message: "bad",
        error_context: { run: "index", folder: "/src" },
      },
    });
  });

  test("a nested action has its parent and its run", () => {
    const recording = record();
    new ActionLogger(OPTIONS).task("outer", () =>
      new ActionLogger({ agentName: "inner" }).toolCall("Read", {}, () => 1),
    );
    const [inner, outer] = events(recording).map(({ event }) => event);
    expect(inner).toMatchObject({ agent_name: "inner", parent_span_id: outer.span_id });
    expect(inner.correlation_id).toBe(outer.correlation_id);
  });
});

describe("the other five kinds", () => {
  test("a routing decision", async () => {
    const recording = record();
    await new ActionLogger(OPTIONS).logRoutingDecision({
      userRequest: "find it",
      selectedAgent: "agent-a",
      confidenceScore: 0.92,
      alternatives: [{ agent: "agent-b", confidence: 0.4, reason: "slower" }],
      routingTimeMs: 12,
    });
    const event = only(recording, "routing_decision");
    expect(event).toMatchObject({
      user_request: "find it",
      selected_agent: "agent-a",
      confidence_score: 0.92,
      alternatives: [{ agent: "agent-b", confidence: 0.4, reason: "slower" }],
      routing_time_ms: 12,
      correlation_text: "abc-123",
    });
    expect(event).not.toHaveProperty("agent_name");
    expect(event).not.toHaveProperty("project_name");
  });

  test("a transformation, a performance metric, and a detection failure", async () => {
    const recording = record();
    const logger = new ActionLogger(OPTIONS);
    await logger.logTransformation({ sourceAgent: "a", targetAgent: "b", routingConfidence: 0 });
    await logger.logRouterPerformance({ queryText: "q", routingDurationMs: 5, cacheHit: false });
    await logger.logDetectionFailure({
      userRequest: "r",
      failureReason: "no agent",
      attemptedMethods: ["m"],
    });
    expect(events(recording)).toMatchObject([
      { kind: "transformation", event: { source_agent: "a", target_agent: "b", routing_confidence: 0 } },
      { kind: "router_performance", event: { query_text: "q", routing_duration_ms: 5, cache_hit: false } },
      {
        kind: "detection_failure",
        event: {
          user_request: "r",
          failure_reason: "no agent",
          attempted_methods: ["m"],
          project_name: "omniclaude",
          session_id: "conv-1",
        },
      },
    ]);
  });

  test("an outcome of another run, that is the same one when it is said again", async () => {
    const recording = record();
    const logger = new ActionLogger(OPTIONS);
    for (let said = 0; said < 2; said++)
      await logger.logOutcome({ id: "check 7", name: "resolved", score: 1, correlationId: "build-7" });
    await logger.logOutcome({ name: "finished" });
    expect(events(recording)).toMatchObject([
      {
        kind: "label",
        event: { id: "check 7", kind: "outcome", name: "resolved", correlation_text: "build-7" },
      },
      { kind: "label", event: { id: "check 7", score: 1, created_by: "agent-researcher" } },
      { kind: "label", event: { id: expect.stringMatching(/^[\da-f-]{36}$/), correlation_text: "abc-123" } },
    ]);
  });

  test("a run is a start and a completion of one execution, with different ids", () => {
    const recording = record();
    new ActionLogger(OPTIONS).execution(() => 1, { userPrompt: "do it" });
    const [start, completion] = events(recording).map(({ event }) => event);
    expect(start).toMatchObject({
      status: "in_progress",
      user_prompt: "do it",
      agent_name: "agent-researcher",
    });
    expect(completion).toMatchObject({ status: "success", execution_id: start.execution_id });
    expect(completion.timestamp).toBe(completion.completed_at);
    expect(completion.id).not.toBe(start.id);
  });
});

test("with content off, only names, times and outcomes are left", () => {
  const recording = record();
  const logger = new ActionLogger(OPTIONS);
  logger.toolCall("Read", { file_path: "/private" }, () => "private");
  expect(() =>
    logger.task("index", { folder: "/private" }, () => {
      throw new TypeError("private");
    }),
  ).toThrow();
  logger.decision("pick", { private: 1 }, () => "private");
  logger.execution(() => 1, { userPrompt: "private", metadata: { private: 1 } });
  const made = events(recording, { captureContent: false });
  expect(JSON.stringify(made)).not.toContain("private");
  expect(made.map(({ event }) => event.action_details ?? event.content_hidden)).toEqual([
    { tool_parameters_hidden: true, tool_result_hidden: true, success: true },
    {
      error_type: "TypeError",
      error_message_hidden: true,
      error_context: { run: "index", folder_hidden: true, stacktrace_hidden: true },
    },
    { decision_context_hidden: true, decision_result_hidden: true },
    true,
    true,
  ]);
});
