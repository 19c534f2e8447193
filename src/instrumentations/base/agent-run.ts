import type { Attributes } from "@opentelemetry/api";
import { MAX_NAME_BYTES, trimText } from "../../event/limits.js";
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  OPERATION_INVOKE_AGENT,
} from "../../event/semconv.js";
import type { SpanTemplate } from "../../tracing/span-template.js";
import { textAttribute } from "../../tracing/text.js";

export interface AgentRun {
  readonly agentName?: unknown;
  readonly model?: unknown;
  /** By the conventions' names where they have one: `anthropic`, `openai`. */
  readonly provider?: unknown;
  /** Thread, session or conversation. */
  readonly conversationId?: unknown;
}

/** An agent's run by the GenAI conventions: `invoke_agent`. What is no text is left out. */
export function agentRunSpanTemplate(run: AgentRun, own: Partial<SpanTemplate> = {}): SpanTemplate {
  const agentName = typeof run.agentName === "string" ? trimText(run.agentName, MAX_NAME_BYTES) : "";
  return {
    spanName: `${OPERATION_INVOKE_AGENT} ${agentName}`.trim(),
    attributes: {
      [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_INVOKE_AGENT,
      ...textAttribute(ATTR_GEN_AI_AGENT_NAME, agentName),
      ...textAttribute(ATTR_GEN_AI_REQUEST_MODEL, run.model),
      ...textAttribute("gen_ai.provider.name", run.provider),
      ...textAttribute(ATTR_GEN_AI_CONVERSATION_ID, run.conversationId),
    },
    ...own,
  };
}

export interface ModelUse {
  readonly inputTokens?: unknown;
  readonly outputTokens?: unknown;
  readonly finishReason?: unknown;
}

/** What a run has used of its model. What is no number is left out. */
export function modelUseAttributes({ inputTokens, outputTokens, finishReason }: ModelUse): Attributes {
  return {
    ...countAttribute("gen_ai.usage.input_tokens", inputTokens),
    ...countAttribute("gen_ai.usage.output_tokens", outputTokens),
    ...(typeof finishReason === "string" && { "gen_ai.response.finish_reasons": [finishReason] }),
  };
}

const countAttribute = (key: string, value: unknown): Attributes =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? { [key]: value } : {};
