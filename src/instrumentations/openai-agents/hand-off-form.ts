import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../event/semconv.js";
import type { CallForm } from "../base/call-form.js";
import { textAttribute } from "../base/tool-call.js";

interface RequestedHandOff {
  readonly toolCall?: { readonly callId?: unknown; readonly arguments?: unknown };
  readonly handoff?: { readonly agentName?: unknown; readonly toolName?: unknown };
}

interface Step {
  readonly nextStep?: { readonly newAgent?: { readonly name?: unknown } };
}

/**
 * Of several hand-offs that a model asks for at once the first is made. The conventions have no operation for it; this is the
 * one that OpenTelemetry's instrumentation of this SDK for Python writes.
 */
export function handOffForm(from: unknown, requested: unknown): CallForm | undefined {
  const [first] = requested as readonly (RequestedHandOff | undefined)[];
  if (first === undefined) return undefined;
  const { toolCall, handoff } = first;
  return {
    spanName: `agent_handoff ${String(from)}`,
    attributes: {
      [ATTR_GEN_AI_OPERATION_NAME]: "agent_handoff",
      ...textAttribute("gen_ai.handoff.from_agent", from),
      ...textAttribute("gen_ai.handoff.to_agent", handoff?.agentName),
      ...textAttribute(ATTR_GEN_AI_TOOL_NAME, handoff?.toolName),
      ...textAttribute(ATTR_GEN_AI_TOOL_CALL_ID, toolCall?.callId),
    },
    // JSON text already, as the model wrote it.
    content: () => textAttribute(ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, toolCall?.arguments),
    returned: (step) => ({
      attributes: textAttribute("gen_ai.handoff.to_agent", (step as Step).nextStep?.newAgent?.name),
    }),
  };
}
