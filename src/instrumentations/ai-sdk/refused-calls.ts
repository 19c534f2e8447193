import { guarded } from "../../tracing/guard.js";
import { toolCallSpanTemplate } from "../../tracing/tool-call.js";
import { membersOf } from "../../tracing/tool-shapes/members.js";
import type { AgentCall } from "./agent-call.js";

/**
 * Records what the model asked for and the AI SDK never gave to a tool: a tool that does not exist, arguments that do not fit the
 * schema. The model is told so, and goes on.
 */
export function recordRefusedCalls(call: AgentCall, steps: unknown): void {
  if (!Array.isArray(steps)) return;
  guarded("the steps of the AI SDK could not be read", () => {
    for (const part of steps.flatMap((step) => membersOf(step).content ?? [])) {
      const { type, invalid, toolName, toolCallId, input, error } = membersOf(part);
      if (type === "tool-call" && invalid === true) recordRefused(call, toolName, toolCallId, input, error);
    }
  });
}

function recordRefused(
  call: AgentCall,
  name: unknown,
  callId: unknown,
  input: unknown,
  error: unknown,
): void {
  const { agentName } = call;
  const template = () =>
    toolCallSpanTemplate(
      { name: String(name), arguments: input, callId: String(callId), agentName },
      { parent: call.around },
    );
  call.recorder.open(template)?.fail(error);
}
