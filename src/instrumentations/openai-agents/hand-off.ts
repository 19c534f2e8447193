import type { SpanTemplate } from "../../tracing/span-template.js";
import { jsonArguments } from "../../tracing/tool-shapes/members.js";
import { decisionAttributes } from "../base/decision.js";

interface RequestedHandOff {
  readonly toolCall?: { readonly callId?: unknown; readonly arguments?: unknown };
  readonly handoff?: { readonly agentName?: unknown };
}

interface Step {
  readonly nextStep?: { readonly newAgent?: { readonly name?: unknown } };
}

/** Of several hand-offs that a model asks for at once the first is made. */
export function handOffSpanTemplate(
  from: unknown,
  requested: unknown,
  capturesContent: boolean,
): SpanTemplate | undefined {
  const [first] = requested as readonly (RequestedHandOff | undefined)[];
  if (first === undefined) return undefined;
  const { toolCall, handoff } = first;
  const attributesTo = (to: unknown) =>
    decisionAttributes(
      {
        type: "handoff",
        name: `handoff to ${String(to)}`,
        context: jsonArguments(toolCall?.arguments),
        result: { from_agent: from, to_agent: to },
        callId: typeof toolCall?.callId === "string" ? toolCall.callId : undefined,
      },
      capturesContent,
    );
  return {
    spanName: `decision handoff to ${String(handoff?.agentName)}`,
    attributes: attributesTo(handoff?.agentName),
    // Whoever takes over may be decided only by the hand-off itself.
    returned: (step) => ({
      attributes: attributesTo((step as Step).nextStep?.newAgent?.name ?? handoff?.agentName),
    }),
  };
}
