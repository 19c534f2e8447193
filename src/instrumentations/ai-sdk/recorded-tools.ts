import { overlay } from "../../tracing/overlay.js";
import { toolCallSpanTemplate } from "../../tracing/tool-call.js";
import { membersOf } from "../../tracing/tool-shapes/members.js";
import { isTraced } from "../../tracing/trace-function.js";
import type { AgentCall } from "./agent-call.js";

type Execute = (...args: unknown[]) => unknown;

const recordedSets = new WeakSet<object>();

/** The same tools, the calls of which are recorded as those of an agent's call. Tools that the host has traced by itself stay. */
export function recordedTools(tools: object, call: AgentCall): object {
  const entries = Object.entries(tools).map(([name, tool]) => [name, recordedTool(name, tool, call)]);
  const recorded = Object.fromEntries(entries);
  recordedSets.add(recorded);
  return recorded;
}

/** Whether there are tools, and not recorded ones: a call comes by twice where two hooks see one module. */
export const hasTools = (tools: unknown): tools is object =>
  typeof tools === "object" && tools !== null && Object.keys(tools).length > 0 && !recordedSets.has(tools);

function recordedTool(name: string, tool: unknown, call: AgentCall): unknown {
  if (typeof tool !== "object" || tool === null) return tool;
  const { execute } = membersOf(tool);
  if (typeof execute !== "function" || isTraced(execute)) return tool;
  const recorded = recordedExecute(name, execute as Execute, call);
  return overlay(tool, () => (key, value) => (key === "execute" ? recorded : value));
}

function recordedExecute(name: string, execute: Execute, call: AgentCall): Execute {
  return new Proxy(execute, {
    apply: (target, receiver: unknown, args: unknown[]) =>
      call.recorder.run(
        () => {
          const { toolCallId } = membersOf(args[1]);
          const callId = typeof toolCallId === "string" ? toolCallId : undefined;
          const { agentName } = call;
          return toolCallSpanTemplate(
            { name, arguments: args[0], callId, agentName },
            { parent: call.around },
          );
        },
        () => Reflect.apply(target, receiver, args),
      ),
  });
}
