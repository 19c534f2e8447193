import { expect, test } from "vitest";
import { createTransform } from "../../../exporter/read/transform.js";
import { validateEvent } from "../../../src/event/index.js";
import { ActionLogger, logAction, traceTool } from "../../../src/index.js";
import { record } from "./recording.js";

const ORIGIN = { topic: "t", partition: 0, offset: "0", timestampMillis: 0 };

// The API and the exporter are connected only by spans: this tests both together.
test("every span that the API writes becomes a valid event without repairs", async () => {
  const recording = record();
  const logger = new ActionLogger({
    agentName: "agent",
    correlationId: "abc-123",
    projectName: "omniclaude",
  });
  await logger.execution(async () => {
    logger.toolCall("Read", { file_path: "/a" }, () => ({ lines: 3 }));
    expect(() =>
      logger.toolCall("Fail", {}, () => {
        throw new TypeError("no");
      }),
    ).toThrow("no");
    logger.decision("pick", { from: ["a"] }, () => "a");
    logger.task("index", { files: 5 }, () => undefined);
    expect(() =>
      logger.task("broken", { files: 5 }, () => {
        throw new RangeError("too many");
      }),
    ).toThrow("too many");
    traceTool("Grep", (pattern: string) => [pattern])("TODO");
    await logger.logError({ errorType: "ImportError", errorMessage: "no foo", errorContext: { line: 1 } });
    await logger.logSuccess({ successName: "done", successDetails: { files: 5 } });
    await logger.logRoutingDecision({ selectedAgent: "a", confidenceScore: 0.9 });
    await logger.logTransformation({ sourceAgent: "a", targetAgent: "b" });
    await logger.logRouterPerformance({ cacheHit: true });
    await logger.logDetectionFailure({ failureReason: "timeout" });
  });
  await logAction({
    agentName: "quick",
    actionType: "tool_call",
    actionName: "Glob",
    actionDetails: { pattern: "*", matches: 42 },
  });

  const transform = createTransform();
  const events = recording.spans().map((span) => {
    const made = transform(span);
    if (made.outcome !== "event") throw new Error(`${span.name}: ${made.reason}`);
    const validated = validateEvent(made.kind, JSON.parse(JSON.stringify(made.event)), ORIGIN);
    expect(validated, span.name).toMatchObject({ valid: true, repairs: [], extra: {} });
    return made;
  });

  const actions = events.flatMap(({ kind, event }) =>
    kind === "action" ? [event as unknown as Record<string, unknown>] : [],
  );
  expect(actions.map((action) => [action.action_type, action.action_name, action.status])).toEqual([
    ["tool_call", "Read", "ok"],
    ["tool_call", "Fail", "error"],
    ["decision", "pick", "ok"],
    ["success", "index", "ok"],
    ["error", "RangeError", "error"],
    ["tool_call", "Grep", "ok"],
    ["error", "ImportError", "error"],
    ["success", "done", "ok"],
    ["tool_call", "Glob", "ok"],
  ]);
  const details = Object.fromEntries(actions.map((action) => [action.action_name, action.action_details]));
  expect(details).toMatchObject({
    Read: { tool_parameters: { file_path: "/a" }, tool_result: { lines: 3 }, success: true },
    Fail: { tool_parameters: {}, success: false, error_message: "no" },
    pick: { decision_context: { from: ["a"] }, decision_result: "a" },
    index: { files: 5 },
    RangeError: { error_type: "RangeError", error_message: "too many", error_context: { files: 5 } },
    Grep: { tool_parameters: "TODO", tool_result: ["TODO"] },
    ImportError: { error_type: "ImportError", error_message: "no foo", error_context: { line: 1 } },
    Glob: { pattern: "*", matches: 42 },
  });
  expect(actions[0]).toMatchObject({
    agent_name: "agent",
    correlation_text: "abc-123",
    project_name: "omniclaude",
    debug_mode: true,
    source: "agent-actions",
  });
  expect(events.map(({ kind }) => kind).filter((kind) => kind !== "action")).toEqual([
    "execution",
    "routing_decision",
    "transformation",
    "router_performance",
    "detection_failure",
    "execution",
  ]);
});
