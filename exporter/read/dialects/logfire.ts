/**
 * The spans that Pydantic Logfire (Python) makes of the OpenAI Agents SDK. `logfire.msg_template` says what a span is: the span's name is
 * the template itself. Values are JSON texts under short names: `name`, `input`, `output`, `error`.
 */

import { isPlainObject } from "../../../src/event/json.js";
import type { ReadableSpan } from "../sdk-types.js";
import { type Attributes, booleanAt, firstText, scopeName, textAt } from "./common/attributes.js";
import { type Captured, captured, capturedText, HIDDEN } from "./common/captured.js";
import { type Failure, readFailure } from "./common/failure.js";
import { readMessages } from "./common/gen-ai-messages.js";
import { finishReasons, missingResult, modelExtras } from "./common/gen-ai-values.js";
import { answersIn, callsIn } from "./common/model-messages.js";
import { failureOfAgentsSdk, noteFailedTurn, REFUSED, refusal } from "./common/openai-agents.js";
import { notedFailure } from "./common/run-notes.js";
import type { Dialect, ModelMessages, Reading } from "./dialect.js";

const SCOPE = /^logfire\.openai_agents$/;
const TEMPLATE = "logfire.msg_template";

export const logfireDialect: Dialect = {
  name: "logfire",
  evidence: { keys: [], scope: SCOPE },

  read(span, ancestors) {
    if (!isOfAgents(span)) return undefined;
    const template = templateOf(span);
    if (template.startsWith("Turn ")) noteFailedTurn(ancestors[0], failureOf(span));
    const [, read] = KINDS.find(([beginning]) => template.startsWith(beginning)) ?? [];
    if (read !== undefined) return read(span);
    if ("gen_ai.request.model" in span.attributes) return readModelCall(span);
    return { is: "ignored", reason: `Logfire's "${template}" is a step of the SDK, and no action` };
  },

  agentName(span) {
    if (!isOfAgents(span)) return undefined;
    const isNamed = /^(?:Agent run|OpenAI Agents trace)\b/.test(templateOf(span));
    return textAt(span.attributes, isNamed ? "name" : "agent_name");
  },

  sessionId: (span) => (isOfAgents(span) ? textAt(span.attributes, "group_id") : undefined),
};

const isOfAgents = (span: ReadableSpan): boolean => SCOPE.test(scopeName(span));

const templateOf = ({ attributes, name }: ReadableSpan): string => textAt(attributes, TEMPLATE) ?? name;

const KINDS: readonly (readonly [beginning: string, read: (span: ReadableSpan) => Reading])[] = [
  ["Function: ", readFunction],
  ["Agent run: ", readRun],
  ["OpenAI Agents trace: ", readRun],
  ["Handoff: ", readHandOff],
  ["Guardrail ", readGuardrail],
];

function readFunction(span: ReadableSpan): Reading {
  const { attributes } = span;
  const name = textAt(attributes, "name") ?? span.name;
  const parameters = captured(attributes.input);
  const failure = failureOf(span);
  if (messageOf(attributes)?.startsWith(REFUSED))
    return {
      is: "decision",
      type: "approval",
      name,
      context: parameters ?? HIDDEN,
      result: refusal(failure?.message),
      callId: undefined,
      failure: undefined,
    };
  return {
    is: "tool_call",
    name,
    parameters: parameters ?? HIDDEN,
    result: outputOf(attributes) ?? missingResult(parameters, failure),
    callId: undefined,
    failure,
  };
}

// Texts are written as they are, and everything else as JSON, of which the schema beside it says the type.
function outputOf(attributes: Attributes): Captured {
  const schema = textAt(attributes, "logfire.json_schema") ?? "";
  return /"output":\{"type"/.test(schema) ? captured(attributes.output) : capturedText(attributes.output);
}

function readRun(span: ReadableSpan): Reading {
  const { attributes } = span;
  const failure = failureOf(span);
  return {
    is: "run",
    name: textAt(attributes, "name"),
    get failure() {
      return failure ?? notedFailure(span);
    },
    extras: modelExtras(attributes),
  };
}

function readHandOff(span: ReadableSpan): Reading {
  const { attributes } = span;
  const from_agent = textAt(attributes, "from_agent");
  const to_agent = textAt(attributes, "to_agent");
  return {
    is: "decision",
    type: "handoff",
    // The span of a hand-off is written before the SDK knows where it goes.
    name: to_agent === undefined ? "handoff" : `handoff to ${to_agent}`,
    context: from_agent === undefined ? undefined : { from_agent },
    result: to_agent === undefined ? undefined : { to_agent },
    failure: failureOf(span),
  };
}

function readGuardrail(span: ReadableSpan): Reading {
  const triggered = booleanAt(span.attributes, "triggered");
  return {
    is: "decision",
    type: "guardrail",
    name: textAt(span.attributes, "name") ?? "guardrail",
    context: undefined,
    result: triggered === undefined ? undefined : { triggered },
    failure: failureOf(span),
  };
}

function readModelCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const extras = modelExtras(attributes);
  return {
    is: "model_call",
    name: firstText(attributes, ["gen_ai.request.model", "gen_ai.response.model"]) ?? span.name,
    messages: () => messagesOf(span),
    failure: failureOf(span),
    extras: { ...extras, finish_reasons: finishReasons(attributes) },
  };
}

// Chat completions have both sides under short names, the Responses API has events or the keys of the conventions.
function messagesOf(span: ReadableSpan): ModelMessages {
  const input = captured(span.attributes.input);
  const output = captured(span.attributes.output);
  if (input === undefined && output === undefined) return readMessages(span);
  return {
    requested: callsIn(output),
    answered: answersIn(input),
    context: input ?? HIDDEN,
    result: output ?? HIDDEN,
  };
}

/** What was thrown, else what the SDK noted: a tool that failed is answered, and nothing is thrown. */
function failureOf(span: ReadableSpan): Failure | undefined {
  const noted = captured(span.attributes.error);
  const thrown = readFailure(span);
  if (!isPlainObject(noted) || (thrown !== undefined && thrown.type !== "Error")) return thrown;
  return failureOfAgentsSdk(textAt(noted, "message"), noted.data);
}

function messageOf(attributes: Attributes): string | undefined {
  const noted = captured(attributes.error);
  return isPlainObject(noted) ? textAt(noted, "message") : undefined;
}
