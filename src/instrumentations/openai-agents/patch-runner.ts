import {
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_WORKFLOW_NAME,
  OPERATION_INVOKE_WORKFLOW,
} from "../../event/semconv.js";
import { callInContext, guarded } from "../../tracing/guard.js";
import { failureOf } from "../../tracing/recorded-span.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { SpanTemplate } from "../../tracing/span-template.js";
import { textAttribute } from "../../tracing/text.js";
import type { HostCall, Patches } from "../base/patches.js";
import { RunScope } from "./run-scope.js";

interface Exports {
  readonly Runner?: { readonly prototype: object };
}

interface Runner {
  readonly config?: { readonly workflowName?: unknown; readonly groupId?: unknown };
}

/** A run is one span, and inside it each agent whose turn it is, as the runner's events say. */
export function patchRunner({ Runner }: Exports, patches: Patches, recorder: SpanRecorder): void {
  patches.method(Runner?.prototype, "run", (call) => run(call, recorder));
  patches.method(Runner?.prototype, "emit", ({ args, proceed }) => {
    if (recorder.enabled) guarded("an event of a run could not be read", () => onEvent(args, recorder));
    return proceed();
  });
}

function run({ receiver, proceed }: HostCall, recorder: SpanRecorder): unknown {
  const { config } = receiver as Runner;
  const scope = new RunScope(config?.groupId);
  return recorder.run(
    () => templateOf(config, scope),
    (context) => (context === undefined ? proceed() : callInContext(scope.in(context), () => proceed())),
  );
}

function templateOf(config: Runner["config"], scope: RunScope): SpanTemplate {
  const name = typeof config?.workflowName === "string" ? config.workflowName : "Agent workflow";
  return {
    spanName: `${OPERATION_INVOKE_WORKFLOW} ${name}`,
    attributes: {
      [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_INVOKE_WORKFLOW,
      [ATTR_GEN_AI_WORKFLOW_NAME]: name,
      ...textAttribute(ATTR_GEN_AI_CONVERSATION_ID, config?.groupId),
    },
    // A streamed run returns before it has done anything.
    until: (result) => (result as { readonly completed?: PromiseLike<unknown> } | undefined)?.completed,
    returned: () => {
      scope.leave();
      return {};
    },
    threw: (error) => {
      scope.leave({ thrown: error });
      return failureOf(error);
    },
  };
}

function onEvent([event, , agent]: readonly unknown[], recorder: SpanRecorder): void {
  const scope = RunScope.active();
  if (event === "agent_start") scope?.enter((agent as { readonly name?: unknown }).name, recorder);
  else if (event === "agent_end") scope?.leave();
}
