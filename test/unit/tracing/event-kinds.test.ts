import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { describe, expect, expectTypeOf, test } from "vitest";
import type {
  DetectionFailureEvent,
  ExecutionEvent,
  LabelEvent,
  RouterPerformanceEvent,
  RoutingDecisionEvent,
  TransformationEvent,
} from "../../../src/event/index.js";
import { type CommonFields, validateEvent } from "../../../src/event/index.js";
import {
  ActionLogger,
  type DetectionFailure,
  type ExecutionEnd,
  type ExecutionOptions,
  type Outcome,
  type Principal,
  type RouterPerformance,
  type RoutingDecision,
  type Transformation,
} from "../../../src/index.js";
import { json, record } from "./recording.js";

const logger = new ActionLogger({ agentName: "router", projectPath: "/srv/omni", sessionId: "s1" });
const ORIGIN = { topic: "t", partition: 0, offset: "0", timestampMillis: 0 };

describe("each kind of event", () => {
  const routing: RoutingDecision = {
    userRequest: "find bugs",
    selectedAgent: "agent-debug",
    confidenceScore: 0.92,
    alternatives: [{ agent: "agent-test", confidence: 0.4, reason: "slower" }],
    reasoning: "says bugs",
    routingStrategy: "fuzzy",
    context: { openFiles: 2 },
    routingTimeMs: 12,
  };
  const transformation: Transformation = {
    eventType: "transformation_failed",
    sourceAgent: "a",
    targetAgent: "b",
    transformationReason: "better at it",
    userRequest: "find bugs",
    routingConfidence: 0,
    routingStrategy: "fuzzy",
    transformationDurationMs: 1,
    initializationDurationMs: 2,
    totalExecutionDurationMs: 3,
    success: false,
    errorMessage: "no",
    errorType: "E",
    qualityScore: 0.5,
    contextSnapshot: { a: 1 },
    contextKeys: ["a"],
    contextSizeBytes: 7,
    agentDefinitionId: "11111111-1111-4111-8111-111111111111",
    parentEventId: "22222222-2222-4222-8222-222222222222",
    startedAt: new Date(0),
    completedAt: 1_000,
    sessionId: "s2",
  };
  const performance: RouterPerformance = {
    queryText: "find bugs",
    routingDurationMs: 3,
    cacheHit: false,
    triggerMatchStrategy: "exact",
    confidenceComponents: { trigger: 0.5 },
    candidatesEvaluated: 9,
  };
  const failure: DetectionFailure = {
    userRequest: "?",
    failureReason: "no agent",
    detectionStatus: "no_detection",
    errorDetails: { tried: 3 },
    attemptedMethods: ["exact", "fuzzy"],
    projectPath: "/other",
    projectName: "other",
    sessionId: "s3",
  };

  test.each([
    ["routing_decision", () => logger.logRoutingDecision(routing), routing],
    ["transformation", () => logger.logTransformation(transformation), transformation],
    ["router_performance", () => logger.logRouterPerformance(performance), performance],
    ["detection_failure", () => logger.logDetectionFailure(failure), failure],
  ] as const)(
    "%s writes its fields by their names on the wire, and they are valid",
    async (kind, log, given) => {
      const recording = record();
      await log();
      const span = recording.span(kind);
      expect(span.attributes).toMatchObject({ "agent_actions.kind": kind, "gen_ai.agent.name": "router" });
      const fields = json(span, "agent_actions.details") as Record<string, unknown>;
      expect(Object.keys(fields)).toHaveLength(Object.keys(given).length);
      const validated = validateEvent(kind, fields, ORIGIN);
      expect(validated).toMatchObject({ valid: true, extra: {}, repairs: [] });
      expect(Object.values(fields)).toEqual(
        expect.arrayContaining(Object.values(given).filter((value) => typeof value !== "object")),
      );
    },
  );

  test("an outcome is of the run that it names, and says itself who says it", async () => {
    const recording = record();
    await logger.logOutcome({ name: "resolved", score: 0.5, correlationId: "build-7" });
    await logger.logOutcome({ name: "wrong", kind: "label", createdBy: "jo", actionId: "a", id: "once" });
    const [ofRun, ofAction] = recording.spans() as [ReadableSpan, ReadableSpan];
    expect(ofRun.attributes).toMatchObject({
      "agent_actions.kind": "label",
      "agent_actions.correlation_id": "build-7",
      "gen_ai.agent.name": "router",
    });
    expect(json(ofRun, "agent_actions.details")).toEqual({
      kind: "outcome",
      created_by: "router",
      name: "resolved",
      score: 0.5,
    });
    for (const wrong of [{ actionId: null }, { correlationId: 7 }, { correlationId: "" }])
      expect(await logger.logOutcome({ name: "of another run", ...wrong } as unknown as Outcome)).toBe(false);
    expect(recording.spans()).toHaveLength(2);
    expect(ofAction.attributes["agent_actions.correlation_id"]).toBe(logger.correlationId);
    expect(json(ofAction, "agent_actions.details")).toEqual({
      kind: "label",
      created_by: "jo",
      name: "wrong",
      action_id: "a",
      id: "once",
    });
  });

  test("takes session and project from the logger, where the kind has them", async () => {
    const recording = record();
    await logger.logTransformation({});
    await logger.logDetectionFailure({});
    expect(json(recording.span("transformation"), "agent_actions.details")).toEqual({ session_id: "s1" });
    expect(json(recording.span("detection_failure"), "agent_actions.details")).toEqual({
      session_id: "s1",
      project_path: "/srv/omni",
      project_name: "omni",
    });
  });

  test("keeps what the contract does not know, in the wire's spelling", async () => {
    const recording = record();
    await logger.logRoutingDecision({ selectedAgent: "a", modelVersion: "x" } as RoutingDecision);
    expect(json(recording.span("routing_decision"), "agent_actions.details")).toEqual({
      selected_agent: "a",
      model_version: "x",
    });
  });
});

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;
/** The fields of an event that are its own, as the API spells them. */
type Own<Event> = Camel<Exclude<keyof Event, keyof CommonFields> & string>;

test("the API can say every field of every kind, and no other", () => {
  expectTypeOf<keyof RoutingDecision>().toEqualTypeOf<Own<RoutingDecisionEvent>>();
  expectTypeOf<keyof Transformation>().toEqualTypeOf<Own<TransformationEvent>>();
  expectTypeOf<keyof RouterPerformance>().toEqualTypeOf<Own<RouterPerformanceEvent>>();
  expectTypeOf<keyof Outcome>().toEqualTypeOf<Own<LabelEvent> | "correlationId" | "id">();
  expectTypeOf<keyof DetectionFailure>().toEqualTypeOf<Own<DetectionFailureEvent>>();
  // Agent, project, times and the error's type and message come from the logger, the clock and the error.
  type Derived = "agentName" | "projectPath" | "projectName" | "startedAt" | "completedAt" | "durationMs";
  // For whom the run acts stands on the spans, and holds for all that is inside.
  type Options = Exclude<keyof ExecutionOptions, keyof Principal>;
  expectTypeOf<Options | Exclude<keyof ExecutionEnd, "error">>().toEqualTypeOf<
    Exclude<Own<ExecutionEvent>, Derived | keyof Principal | "errorType" | "errorMessage">
  >();
});
