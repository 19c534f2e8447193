/**
 * Haystack's own spans (`haystack.tracing`, as `opentelemetry-haystack` or a program's own tracer writes them; the scope is the program's).
 * Every span is named after what it is of (`haystack.agent.step.tool`), and its values stand under the same name as JSON. Content is opt-in
 * (`HAYSTACK_CONTENT_TRACING_ENABLED`).
 */

import { isPlainObject } from "../../../src/event/json.js";
import type { ReadableSpan } from "../sdk-types.js";
import { booleanAt, firstPresent, textAt } from "./common/attributes.js";
import { type Captured, captured, capturedText, HIDDEN } from "./common/captured.js";
import { type Failure, failureSaying, readFailure } from "./common/failure.js";
import { missingAnswer, missingResult } from "./common/gen-ai-values.js";
import { answersIn, callsIn } from "./common/model-messages.js";
import type { AnsweredCall, Dialect, Reading, RequestedCall } from "./dialect.js";

const PREFIX = "haystack.";
const COMPONENT = "haystack.component.run";
const AGENT = "haystack.agent.run";
const TOOL = "haystack.agent.step.tool";
const PIPELINE = /^haystack\.(?:async_)?pipeline\.run$/;
const TOOL_NAME = "haystack.tool.name";

export const haystackDialect: Dialect = {
  name: "haystack",
  evidence: { keys: [PREFIX] },

  read(span, ancestors) {
    if (!isHaystack(span)) return undefined;
    const ignored: Reading = { is: "ignored", reason: `${span.name} is a step of Haystack, and no action` };
    if (PIPELINE.test(span.name))
      return ancestors.some(isHaystack) ? ignored : readRun(span, pipelineName(span));
    return readStep(span, ancestors) ?? ignored;
  },

  agentName(span, ancestors = []) {
    if (!isHaystack(span)) return undefined;
    if (span.name === AGENT) return agentOf(ancestors);
    if (span.name === COMPONENT && typeOf(span) === "Agent") return componentName(span);
    return PIPELINE.test(span.name) && !ancestors.some(isHaystack) ? pipelineName(span) : undefined;
  },

  sessionId: () => undefined,
};

const isHaystack = ({ name, attributes }: ReadableSpan): boolean => {
  if (!name.startsWith(PREFIX)) return false;
  for (const key in attributes) if (key.startsWith(PREFIX)) return true;
  return false;
};

const pipelineName = ({ name }: ReadableSpan): string =>
  name.includes("async_pipeline") ? "AsyncPipeline" : "Pipeline";

const componentName = ({ attributes }: ReadableSpan): string | undefined =>
  textAt(attributes, "haystack.component.name");
const typeOf = ({ attributes }: ReadableSpan): string => textAt(attributes, "haystack.component.type") ?? "";

// An agent has no name of its own: it is called as the component that it is, or as the tool that it is of another agent.
function agentOf(ancestors: readonly ReadableSpan[]): string | undefined {
  const around = ancestors.find(({ name }) => name === COMPONENT || name === TOOL);
  if (around === undefined) return undefined;
  return around.name === TOOL ? textAt(around.attributes, TOOL_NAME) : componentName(around);
}

function readStep(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading | undefined {
  if (span.name === AGENT) return readRun(span, agentOf(ancestors));
  if (span.name === TOOL) return readTool(span);
  if (span.name === "haystack.agent.step.llm")
    return readModelCall(span, span.name, "haystack.agent.step.llm");
  if (span.name.endsWith("human_in_the_loop.strategy")) return readApproval(span);
  if (span.name !== COMPONENT) return undefined;
  const type = typeOf(span);
  if (/Retriever$/.test(type)) return readRetriever(span);
  return /Generator$/.test(type) ? readModelCall(span, type, "haystack.component") : undefined;
}

const readRun = (span: ReadableSpan, name: string | undefined): Reading => ({
  is: "run",
  name,
  failure: readFailure(span),
});

function readTool(span: ReadableSpan): Reading {
  const { attributes } = span;
  const parameters = captured(attributes[`${TOOL}.input`]);
  const output = capturedText(attributes[`${TOOL}.output`]);
  const hasFailed = booleanAt(attributes, "haystack.tool.error") === true;
  const failure = readFailure(span) ?? (hasFailed ? toldFailure(output) : undefined);
  return {
    is: "tool_call",
    name: textAt(attributes, TOOL_NAME) ?? span.name,
    parameters: parameters ?? HIDDEN,
    result: hasFailed ? undefined : (lastWords(output) ?? missingResult(parameters, failure)),
    callId: textAt(attributes, "haystack.tool.call.id"),
    failure,
  };
}

/** The framework's words, which the model is told in place of a result. What the tool raised is not written. */
function toldFailure(output: Captured): Failure {
  const said = isPlainObject(output)
    ? textAt(output, "error")
    : typeof output === "string"
      ? output
      : undefined;
  return { ...failureSaying(said), type: "tool_error", message: said };
}

// An agent as a tool gives its whole state, of which the model is told the last message.
function lastWords(output: Captured): Captured {
  if (!isPlainObject(output) || !Array.isArray(output.messages)) return output;
  const message = output.last_message;
  if (!isPlainObject(message) || !Array.isArray(message.content)) return output;
  const texts = message.content.flatMap((part) => (isPlainObject(part) ? (textAt(part, "text") ?? []) : []));
  return texts.length === 0 ? output : capturedText(texts.join("\n"));
}

function readRetriever(span: ReadableSpan): Reading {
  const failure = readFailure(span);
  const output = captured(span.attributes["haystack.component.output"]);
  return {
    is: "tool_call",
    name: componentName(span) ?? typeOf(span),
    parameters: captured(span.attributes["haystack.component.input"]) ?? HIDDEN,
    result: (isPlainObject(output) ? (output.documents ?? output) : output) ?? missingAnswer(failure),
    callId: undefined,
    failure,
  };
}

const STRATEGY = "haystack.agent.hook.human_in_the_loop.strategy";

/** What a person decided about a call: `confirm`, `modify` or `reject`. */
function readApproval(span: ReadableSpan): Reading {
  const { attributes } = span;
  const input = captured(firstPresent(attributes, [`${STRATEGY}.input`, `${span.name}.input`]));
  const output = captured(firstPresent(attributes, [`${STRATEGY}.output`, `${span.name}.output`]));
  const asked = isPlainObject(input) ? input.tool_params : input;
  const given = isPlainObject(output) ? output : {};
  const decision = textAt(attributes, `${span.name}.decision`);
  const approved = decision === undefined ? given.execute === true : decision !== "reject";
  return {
    is: "decision",
    type: "approval",
    name: textAt(attributes, TOOL_NAME) ?? span.name,
    context: asked ?? HIDDEN,
    result: {
      approved,
      ...(typeof given.feedback === "string" && { reason: given.feedback }),
      ...(decision === "modify" &&
        given.final_tool_params != null && { parameters: given.final_tool_params }),
    },
    callId: textAt(attributes, "haystack.tool.call.id"),
    failure: readFailure(span),
  };
}

function readModelCall(span: ReadableSpan, name: string, key: string): Reading {
  const { attributes } = span;
  const failure = readFailure(span);
  return {
    is: "model_call",
    name,
    messages: () => {
      const input = captured(attributes[`${key}.input`]);
      const output = captured(attributes[`${key}.output`]);
      const given = isPlainObject(input) ? (input.messages ?? input) : input;
      const replies = isPlainObject(output) ? (output.replies ?? output) : output;
      return {
        requested: partsIn(replies).flatMap(requestOf),
        answered: partsIn(lastTurn(given)).flatMap(answerOf),
        context: given ?? HIDDEN,
        result: replies ?? missingAnswer(failure),
      };
    },
    failure,
  };
}

/** What the model was given since it spoke last. */
const lastTurn = (messages: Captured): readonly unknown[] => {
  const list = Array.isArray(messages) ? messages : [];
  return list.slice(list.findLastIndex((one) => isPlainObject(one) && one.role === "assistant") + 1);
};

const partsIn = (messages: unknown): readonly unknown[] =>
  (Array.isArray(messages) ? messages : []).flatMap((message) =>
    isPlainObject(message) ? [message.content ?? message._content ?? []].flat() : [],
  );

// Parts are named by their only member: `{tool_call: {tool_name, arguments, id}}`, `{tool_call_result: {result, origin, error}}`.
function requestOf(part: unknown): readonly RequestedCall[] {
  if (!isPlainObject(part) || !isPlainObject(part.tool_call)) return [];
  const { id, tool_name: name, arguments: given } = part.tool_call;
  return callsIn([{ type: "tool_call", id, name, arguments: given }]);
}

function answerOf(part: unknown): readonly AnsweredCall[] {
  if (!isPlainObject(part) || !isPlainObject(part.tool_call_result)) return [];
  const { result, origin, error } = part.tool_call_result;
  const call = isPlainObject(origin) ? origin : {};
  const answer = { type: "tool_call_response", id: call.id, name: call.tool_name, response: result };
  return answersIn([{ ...answer, ...(typeof error === "boolean" && { isError: error }) }]);
}
