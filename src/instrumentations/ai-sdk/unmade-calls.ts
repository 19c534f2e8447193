import { guarded } from "../../tracing/guard.js";
import { toolCallSpanTemplate } from "../../tracing/tool-call.js";
import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";
import type { AgentCall } from "./agent-call.js";

/** Proposed for the GenAI conventions: what a policy or a person made of a call. */
const ATTR_DISPOSITION = "gen_ai.agent.tool.disposition";

/**
 * Records the calls that a person has denied. A run ends where it needs an approval; the answer is in the last message of the next
 * one, and a denied call never comes to its tool.
 */
export function recordDeniedCalls(call: AgentCall, { messages, prompt }: Members): void {
  guarded("the messages of the AI SDK could not be read", () => {
    const all = partsOf(messages ?? prompt);
    for (const { approvalId, approved, type } of all.at(-1) ?? []) {
      if (type !== "tool-approval-response" || approved !== false) continue;
      const asked = all
        .flat()
        .find((part) => part.type === "tool-approval-request" && part.approvalId === approvalId);
      const denied = all
        .flat()
        .find((part) => part.type === "tool-call" && part.toolCallId === asked?.toolCallId);
      if (asked !== undefined && denied !== undefined) recordDenied(call, denied);
    }
  });
}

function recordDenied(call: AgentCall, { toolName, toolCallId, input }: Members): void {
  const { agentName } = call;
  const template = () =>
    toolCallSpanTemplate(
      { name: String(toolName), arguments: input, callId: String(toolCallId), agentName },
      { parent: call.around },
    );
  const denied = call.recorder.open(template);
  denied?.end({ attributes: { [ATTR_DISPOSITION]: "deny" } });
}

/** The parts of each message. */
function partsOf(messages: unknown): readonly (readonly Members[])[] {
  if (!Array.isArray(messages)) return [];
  return messages.map((message) => {
    const { content } = membersOf(message);
    return Array.isArray(content) ? content.map(membersOf) : [];
  });
}

/**
 * Records what the model asked for and the AI SDK never gave to a tool: a tool that does not exist, arguments that do not fit the
 * schema. The error goes to the model, which goes on.
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
