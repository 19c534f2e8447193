/**
 * VoltAgent's own spans (`@voltagent/core`): `span.type` says what a span is; the outermost one of an agent or a workflow has
 * `entity.type` alone. Every span has the agent, the conversation and the program's own user. Texts are written as they are, anything
 * else as JSON.
 */

import type { ReadableSpan } from "../sdk-types.js";
import {
  type Attributes,
  booleanAt,
  firstPresent,
  numberAt,
  scopeName,
  textAt,
} from "./common/attributes.js";
import { captured, capturedText, HIDDEN } from "./common/captured.js";
import { type Failure, readFailure } from "./common/failure.js";
import { missingAnswer, missingResult } from "./common/gen-ai-values.js";
import { answersIn, callsIn } from "./common/model-messages.js";
import type { Dialect, Extras, Reading } from "./dialect.js";

const SCOPE = /^@voltagent\//;

export const voltAgentDialect: Dialect = {
  name: "voltagent",
  evidence: { keys: [], scope: SCOPE },

  read(span) {
    if (!isVoltAgent(span)) return undefined;
    const type = textAt(span.attributes, "span.type");
    if (type === undefined) return readEntity(span);
    return TYPES[type]?.(span) ?? { is: "ignored", reason: `VoltAgent's ${type} is a step, and no action` };
  },

  agentName: (span) => (isVoltAgent(span) ? entityName(span.attributes) : undefined),

  sessionId: (span) => (isVoltAgent(span) ? textAt(span.attributes, "conversation.id") : undefined),
};

const isVoltAgent = (span: ReadableSpan): boolean => SCOPE.test(scopeName(span));

// Of an agent inside another one, the entity is still the outer one.
const entityName = (attributes: Attributes): string | undefined =>
  textAt(attributes, "subagent.name") ?? textAt(attributes, "entity.name");

const TYPES: Readonly<Record<string, (span: ReadableSpan) => Reading>> = {
  tool: readTool,
  retriever: readRetriever,
  llm: readModelCall,
  embedding: readModelCall,
  guardrail: readGuardrail,
  "workflow-step": readStep,
};

function readTool(span: ReadableSpan): Reading {
  const { attributes } = span;
  const failure = readFailure(span);
  const parameters = captured(attributes.input);
  return {
    is: "tool_call",
    name: textAt(attributes, "tool.name") ?? span.name.replace(/^tool\.[a-z.]+:/, ""),
    parameters: parameters ?? HIDDEN,
    result: capturedText(attributes.output) ?? missingResult(parameters, failure),
    callId: textAt(attributes, "tool.call.id"),
    failure,
  };
}

function readRetriever(span: ReadableSpan): Reading {
  const { attributes } = span;
  const failure = readFailure(span);
  return {
    is: "tool_call",
    name: textAt(attributes, "retriever.name") ?? span.name,
    parameters: capturedText(attributes.input) ?? HIDDEN,
    result: capturedText(attributes.output) ?? missingAnswer(failure),
    callId: undefined,
    failure,
  };
}

function readGuardrail(span: ReadableSpan): Reading {
  const { attributes } = span;
  const pass = booleanAt(attributes, "guardrail.pass");
  const action = textAt(attributes, "guardrail.action");
  const message = textAt(attributes, "guardrail.message");
  return {
    is: "decision",
    type: "guardrail",
    name: textAt(attributes, "guardrail.name") ?? span.name,
    context: captured(firstPresent(attributes, ["guardrail.input.current", "guardrail.output.current"])),
    result: pass === undefined ? undefined : { pass, action, ...(message !== undefined && { message }) },
    // One that does not let pass ends its span as an error; that is its verdict.
    failure: pass === undefined ? readFailure(span) : undefined,
  };
}

function readEntity(span: ReadableSpan): Reading {
  const { attributes } = span;
  if (textAt(attributes, "entity.type") === undefined)
    return { is: "ignored", reason: "VoltAgent's span of neither an agent nor a workflow" };
  const suspended = span.events.some(({ name }) => name === "workflow.suspended");
  return {
    is: "run",
    name: entityName(attributes),
    failure: runFailure(span),
    extras: { ...usageOf(attributes), interrupted: suspended || undefined },
  };
}

function readStep(span: ReadableSpan): Reading {
  const { attributes } = span;
  const name = textAt(attributes, "voltagent.label") ?? textAt(attributes, "workflow.step.name");
  return { is: "run", name: name ?? span.name, failure: readFailure(span) };
}

// A workflow that was cancelled, and an agent whose stream broke off, are marked OK.
function runFailure(span: ReadableSpan): Failure | undefined {
  const { attributes, events, status } = span;
  const cancelled = events.some(({ name }) => name === "workflow.cancelled");
  if (cancelled) return { type: "cancelled", message: status.message || undefined };
  const reason = textAt(attributes, "ai.response.finish_reason");
  const failure = readFailure(span);
  if (failure !== undefined || reason === undefined || !/^(?:error|content[-_]filter)$/.test(reason))
    return failure;
  return { type: reason === "error" ? "Error" : reason, message: undefined };
}

function usageOf(attributes: Attributes): Extras {
  return {
    model: textAt(attributes, "ai.model.name"),
    input_tokens: numberAt(attributes, "usage.prompt_tokens"),
    output_tokens: numberAt(attributes, "usage.completion_tokens"),
  };
}

function readModelCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const reason = textAt(attributes, "llm.finish_reason");
  const failure = readFailure(span);
  return {
    is: "model_call",
    name: span.name,
    messages: () => {
      const context = captured(attributes["llm.messages"]);
      const result = capturedText(attributes.output);
      return {
        requested: callsIn(result),
        answered: answersIn(context),
        context: context ?? HIDDEN,
        result: result ?? missingAnswer(failure),
      };
    },
    failure,
    extras: {
      model: textAt(attributes, "llm.model"),
      input_tokens: numberAt(attributes, "llm.usage.prompt_tokens"),
      output_tokens: numberAt(attributes, "llm.usage.completion_tokens"),
      finish_reasons: reason === undefined ? undefined : [reason],
    },
  };
}
