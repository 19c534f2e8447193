import { types } from "node:util";
import { callInContext, guarded } from "../../tracing/guard.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { HostCall, Patches } from "../base/patches.js";
import { handOffSpanTemplate } from "./hand-off.js";
import { CallsMade, RunScope } from "./run-scope.js";
import { recordUnmadeCalls, type ToolRun } from "./unmade-calls.js";

interface Agent {
  readonly name?: unknown;
}

/** What a turn of an agent does with what its model asked for: function tools are called, and the next agent takes over. */
export function patchToolExecution(exports: object, patches: Patches, recorder: SpanRecorder): void {
  patches.method(exports, "executeFunctionToolCalls", (call) => callTools(call, recorder));
  patches.method(exports, "executeHandoffCalls", (call) => handOver(call, recorder));
}

// (agent, toolRuns, runner, state, ...)
function callTools({ args, proceed }: HostCall, recorder: SpanRecorder): unknown {
  const scope = RunScope.active();
  if (!recorder.enabled || scope === undefined) return proceed();
  const [agent, toolRuns, , state] = args as readonly [Agent, readonly ToolRun[], unknown, unknown];
  const context = scope.enter(agent.name, recorder);
  const made = new CallsMade();
  const results = callInContext(made.in(context), () => proceed());
  if (!types.isPromise(results)) return results;
  return results.then((answers) => {
    guarded("calls that no tool ran could not be recorded", () =>
      callInContext(context, () => recordUnmadeCalls(toolRuns, answers, state, made, recorder)),
    );
    return answers;
  });
}

// (agent, originalInput, preStepItems, newStepItems, newResponse, runHandoffs, ...)
function handOver({ args, proceed }: HostCall, recorder: SpanRecorder): unknown {
  const scope = RunScope.active();
  if (!recorder.enabled || scope === undefined) return proceed();
  const [agent] = args as readonly [Agent];
  const context = scope.enter(agent.name, recorder);
  const handed = callInContext(context, () =>
    recorder.run(
      () => handOffSpanTemplate(agent.name, args[5], recorder.capturesContent),
      () => proceed(),
    ),
  );
  if (!types.isPromise(handed)) return handed;
  return handed.then((step) => {
    scope.leave();
    return step;
  });
}
