/**
 * any-agent of Mozilla, which runs the agents of many frameworks and writes the same spans for all of them (source: its
 * `callbacks/span_generation` and `tracing/attributes`, 0.25 to 1.18): operations of the GenAI conventions, and keys of its own.
 */

import { isPlainObject } from "../../../src/event/json.js";
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../../src/event/semconv.js";
import type { ReadableSpan } from "../sdk-types.js";
import { scopeName, textAt } from "./common/attributes.js";
import { type Captured, captured, HIDDEN } from "./common/captured.js";
import { readFailure } from "./common/failure.js";
import { modelExtras, nameWithout } from "./common/gen-ai-values.js";
import { answersIn } from "./common/model-messages.js";
import { isOpenLit } from "./common/openlit.js";
import type { Dialect, ModelMessages, Reading, RequestedCall } from "./dialect.js";

export const anyAgentDialect: Dialect = {
  name: "any-agent",
  evidence: { keys: ["any_agent.", "gen_ai."], scope: /^any_agent$/ },

  read(span) {
    if (!isAnyAgent(span)) return undefined;
    const operation = textAt(span.attributes, ATTR_GEN_AI_OPERATION_NAME) ?? "";
    return (
      OPERATIONS[operation]?.(span) ?? { is: "ignored", reason: `the operation ${operation} is no action` }
    );
  },

  agentName: (span) => (isAnyAgent(span) ? textAt(span.attributes, ATTR_GEN_AI_AGENT_NAME) : undefined),
  sessionId: () => undefined,
};

const ARGUMENTS = "gen_ai.tool.args";
const OUTPUT = "gen_ai.output";

const isAnyAgent = (span: ReadableSpan): boolean => {
  const { attributes } = span;
  if (scopeName(span) === "any_agent" || "any_agent.version" in attributes) return true;
  // OpenLIT has such keys, too, on calls of models.
  return (
    (ARGUMENTS in attributes || OUTPUT in attributes) &&
    (textAt(attributes, ATTR_GEN_AI_OPERATION_NAME) ?? "") in OPERATIONS &&
    !isOpenLit(span)
  );
};

const OPERATIONS: Readonly<Record<string, (span: ReadableSpan) => Reading>> = {
  execute_tool: readToolCall,
  call_llm: readModelCall,
  invoke_agent: (span) => ({
    is: "run",
    name: textAt(span.attributes, ATTR_GEN_AI_AGENT_NAME),
    failure: readFailure(span),
    extras: modelExtras(span.attributes),
  }),
};

function readToolCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const output = captured(attributes[OUTPUT]);
  return {
    is: "tool_call",
    name: textAt(attributes, ATTR_GEN_AI_TOOL_NAME) ?? nameWithout("execute_tool", span),
    // Some frameworks do not tell them; nothing hides them.
    parameters: captured(attributes[ARGUMENTS]),
    result: isNothing(output) ? undefined : output,
    callId: textAt(attributes, ATTR_GEN_AI_TOOL_CALL_ID),
    failure: readFailure(span, output !== undefined),
  };
}

// What stands for nothing: the library writes `{}`, and one of its frameworks the word of the language.
const isNothing = (output: Captured): boolean =>
  output === "None" || (isPlainObject(output) && Object.keys(output).length === 0);

function readModelCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const model = textAt(attributes, "gen_ai.request.model");
  return {
    is: "model_call",
    name: model === undefined ? span.name : `call_llm ${model}`,
    messages: () => readMessages(span),
    failure: readFailure(span, OUTPUT in attributes),
    extras: modelExtras(attributes),
  };
}

// Only the first call of a run has its messages; calls of tools are written in a form of the library's own.
function readMessages({ attributes }: ReadableSpan): ModelMessages {
  const input = captured(attributes["gen_ai.input.messages"]);
  const output = captured(attributes[OUTPUT]);
  return {
    requested: Array.isArray(output) ? output.flatMap(requestedCall) : [],
    answered: answersIn(input),
    context: input ?? HIDDEN,
    result: output ?? HIDDEN,
  };
}

function requestedCall(item: unknown): readonly RequestedCall[] {
  const name = isPlainObject(item) ? textAt(item, "tool.name") : undefined;
  if (!isPlainObject(item) || name === undefined) return [];
  return [{ name, callId: undefined, parameters: captured(item["tool.args"]) ?? HIDDEN }];
}
