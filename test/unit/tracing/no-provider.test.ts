import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CBaggagePropagator } from "@opentelemetry/core";
import { afterEach, expect, test, vi } from "vitest";
import { ActionLogger, logAction, outgoingHeaders, traceTool, traceTools } from "../../../src/index.js";
import { forgetGlobals, record } from "./recording.js";

afterEach(forgetGlobals);

/** Every look at it counts. */
function watched(): { value: object; looks: () => number } {
  let looks = 0;
  const trap = (): never => {
    looks++;
    throw new Error("somebody looked");
  };
  const value = new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap, has: trap });
  return { value, looks: () => looks };
}

test("every call works and nothing is looked at", async () => {
  const logger = new ActionLogger({ agentName: "agent" });
  const { value, looks } = watched();
  expect(logger.toolCall("Read", value, () => 1)).toBe(1);
  expect(await logger.decision("pick", value, async () => 2)).toBe(2);
  expect(logger.task("job", value, (action) => action.setResult(value).run(() => 3))).toBe(3);
  expect(logger.execution(() => 4, { metadata: value })).toBe(4);
  expect(traceTool("Read", (given: object) => given)(value)).toBe(value);
  expect(traceTools({ read: () => 5 }).read()).toBe(5);
  {
    await using action = logger.toolCall("Read", value);
    using decision = logger.decision("pick", value);
    action.setError(value).setAttribute("a", 1);
    decision.setResult(value);
    expect(action.spanContext().spanId).toBe("0".repeat(16));
  }
  expect(looks()).toBe(0);
});

test("a call gives exactly what its callback gives: no promise is chained, no thenable touched", () => {
  const logger = new ActionLogger({ agentName: "agent" });
  const promise = Promise.resolve(1);
  expect(logger.toolCall("Read", {}, () => promise)).toBe(promise);
});

test("log calls answer false, and no id is made", async () => {
  const randomUUID = vi.spyOn(globalThis.crypto, "randomUUID");
  const logger = new ActionLogger({ agentName: "agent" });
  const answers = await Promise.all([
    logger.logToolCall({ toolName: "Read" }),
    logger.logDecision({ decisionName: "pick" }),
    logger.logError({ errorType: "E" }),
    logger.logSuccess({ successName: "done" }),
    logger.logRawAction({ actionType: "success", actionName: "done" }),
    logger.logRoutingDecision({}),
    logger.logTransformation({}),
    logger.logRouterPerformance({}),
    logger.logDetectionFailure({}),
    logger.logOutcome({ name: "resolved" }),
    logger.startExecution().complete(),
    logAction({ agentName: "agent", actionType: "tool_call", actionName: "Grep" }),
  ]);
  expect(answers).toEqual(answers.map(() => false));
  expect(logger.startExecution().started).toBe(false);
  expect(randomUUID).not.toHaveBeenCalled();
});

test("a run still has an id, the one that was given or a random one that stays", () => {
  const logger = new ActionLogger({ agentName: "agent" });
  expect(logger.startExecution({ executionId: "run-1" }).executionId).toBe("run-1");
  const execution = logger.startExecution();
  expect(execution.executionId).toMatch(/^[0-9a-f-]{36}$/);
  expect(execution.executionId).toBe(execution.executionId);
});

test("the correlation id still goes into baggage where that is asked for", () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CBaggagePropagator());
  const logger = new ActionLogger({ agentName: "a", correlationId: "abc", propagateCorrelation: true });
  const headers = logger.toolCall("Fetch", {}, () => outgoingHeaders());
  expect(headers).toEqual({ baggage: "agent_actions.correlation_id=abc" });
});

test("a provider that is registered later is honoured, and one that is taken away too", () => {
  const logger = new ActionLogger({ agentName: "agent" });
  const read = traceTool("Read", () => 1);
  logger.toolCall("Early", {}, () => undefined);
  const recording = record();
  logger.toolCall("Late", {}, () => undefined);
  read();
  trace.disable();
  logger.toolCall("After", {}, () => undefined);
  expect(recording.spans().map((span) => span.name)).toEqual(["execute_tool Late", "execute_tool Read"]);
});
