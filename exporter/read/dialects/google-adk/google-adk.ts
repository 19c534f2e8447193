/**
 * Google's Agent Development Kit, Python 1.0 to 2.13 and JavaScript 0.3 to 2.0 (source: their `telemetry/tracing`). Its spans have the
 * scope `gcp.vertex.agent`; values stand under `gcp.vertex.agent.*`, and since Python 2.x under the keys of the GenAI conventions.
 */

import { isPlainObject } from "../../../../src/event/json.js";
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, firstPresent, firstText, scopeName, textAt } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import {
  describeFailure,
  exceptionOf,
  type Failure,
  failureSaying,
  hasErrorStatus,
  readFailure,
} from "../common/failure.js";
import { modelExtras, nameWithout, toolType } from "../common/gen-ai-values.js";
import type { Dialect, Reading } from "../dialect.js";
import { answerOf, readAdkMessages, type ToolAnswer } from "./google-adk-values.js";

export const googleAdkDialect: Dialect = {
  name: "google-adk",
  evidence: { keys: ["gcp.vertex.agent.", "gen_ai.system"], scope: /^gcp\.vertex\.agent$/ },

  read(span, ancestors) {
    if (!isAdk(span)) return undefined;
    const kind = kindOf(span);
    if (kind === "generate_content" && ancestors[0]?.name === "call_llm") return TWIN;
    return (
      KINDS[kind]?.(span, ancestors[0]) ?? {
        is: "ignored",
        reason: `the kit's ${span.name} is a step inside, and no action`,
      }
    );
  },

  agentName: (span) =>
    isAdk(span) ? (textAt(span.attributes, ATTR_GEN_AI_AGENT_NAME) ?? agentInName(span)) : undefined,

  sessionId: (span) => (isAdk(span) ? firstText(span.attributes, SESSION_KEYS) : undefined),
};

const PREFIX = "gcp.vertex.agent.";
const SESSION_KEYS = [`${PREFIX}session_id`, ATTR_GEN_AI_CONVERSATION_ID];

const isAdk = (span: ReadableSpan): boolean =>
  scopeName(span) === "gcp.vertex.agent" ||
  span.attributes["gen_ai.system"] === "gcp.vertex.agent" ||
  `${PREFIX}event_id` in span.attributes;

// Before version 1.17 an agent's span had a name only.
const agentInName = ({ name }: ReadableSpan): string | undefined =>
  (/^agent_run \[(.+)\]$/.exec(name) ?? /^invoke_agent (.+)$/.exec(name))?.[1];

/** The operation, or the first word of the name where a span has none: one that was left by an exception has a name only. */
function kindOf({ name, attributes }: ReadableSpan): string {
  return textAt(attributes, ATTR_GEN_AI_OPERATION_NAME) ?? name.split(" ", 1)[0] ?? "";
}

const TWIN: Reading = { is: "ignored", reason: "the span around it records the same call of the model" };

const KINDS: Readonly<Record<string, (span: ReadableSpan, parent: ReadableSpan | undefined) => Reading>> = {
  execute_tool: readTool,
  invoke_agent: readRun,
  agent_run: readRun,
  invoke_workflow: (span) => readTask(span, firstText(span.attributes, WORKFLOW_KEYS)),
  invoke_node: (span) => readTask(span, undefined),
  execute_node: (span) => readTask(span, undefined),
  call_llm: readModelCall,
  generate_content: readModelCall,
};

const WORKFLOW_KEYS = ["gen_ai.workflow.name", "adk.workflow.name"];

function readTool(span: ReadableSpan, parent: ReadableSpan | undefined): Reading {
  const { attributes } = span;
  const name = textAt(attributes, ATTR_GEN_AI_TOOL_NAME) ?? nameWithout("execute_tool", span);
  if (name === "(merged tools)" || name === "(merged)")
    return { is: "ignored", reason: "the answers of several calls, each of which has a span of its own" };
  const parameters = parametersOf(span, parent);
  const answer = answerOf(span, responseOf(attributes), parameters);
  const callId = textAt(attributes, ATTR_GEN_AI_TOOL_CALL_ID);
  const call = {
    name,
    callId: callId === "<not specified>" ? undefined : callId,
    failure: failureOf(span, answer),
  };
  if (answer.isRefused) return readRefusal(call, parameters, answer);
  if (name === TRANSFER) return readTransfer(call, parameters);
  return {
    is: "tool_call",
    ...call,
    parameters,
    result: call.failure !== undefined && answer.result === HIDDEN ? undefined : answer.result,
    extras: { tool_type: typeOf(span), interrupted: answer.isAsked || undefined },
  };
}

const ARGUMENT_KEYS = [ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, `${PREFIX}tool_call_args`];
const RESULT_KEYS = [ATTR_GEN_AI_TOOL_CALL_RESULT, `${PREFIX}tool_response`];
const TRANSFER = "transfer_to_agent";

// With its content hidden, a call has `{}` for both, as one without arguments has that gave nothing. The model's span around it tells.
function parametersOf({ attributes }: ReadableSpan, parent: ReadableSpan | undefined): Captured {
  const told = captured(firstPresent(attributes, ARGUMENT_KEYS));
  const parameters = isBlank(told) ? (captured(attributes["input.value"]) ?? told) : told;
  if (parameters === undefined) return HIDDEN;
  const isHidden = isEmpty(parameters) && isEmpty(captured(attributes[`${PREFIX}tool_response`]));
  return isHidden && !(parent && showsContent(parent)) ? HIDDEN : parameters;
}

// OpenInference's instrumentation dresses the kit's spans, and writes content that the kit itself hides.
function responseOf(attributes: Attributes): Captured {
  const told = captured(firstPresent(attributes, RESULT_KEYS));
  const shown = isBlank(told) ? captured(attributes["output.value"]) : undefined;
  return isPlainObject(shown) && "response" in shown ? shown.response : told;
}

const isBlank = (value: Captured): boolean => value === undefined || isEmpty(value);

const showsContent = ({ attributes }: ReadableSpan): boolean =>
  (textAt(attributes, `${PREFIX}llm_response`) ?? "{}") !== "{}";

const isEmpty = (value: Captured): boolean => isPlainObject(value) && Object.keys(value).length === 0;

// The class of the tool; a function is what nearly every tool is, and is not said.
function typeOf({ attributes }: ReadableSpan): string | undefined {
  const type = toolType(attributes);
  return type === "FunctionTool" || type === "LongRunningFunctionTool" ? undefined : type;
}

interface Call {
  readonly name: string;
  readonly callId: string | undefined;
  readonly failure: Failure | undefined;
}

/**
 * A tool that throws leaves its span without a word in JavaScript, and without attributes in Python; one that answers with an error
 * leaves it OK before version 2.
 */
function failureOf(span: ReadableSpan, { result, error, isAsked }: ToolAnswer): Failure | undefined {
  if (isAsked) return undefined;
  const wasLeft = !(ATTR_GEN_AI_OPERATION_NAME in span.attributes);
  if (wasLeft) return describeFailure(span);
  const failure = readFailure(span, result !== undefined);
  if (error === undefined) return withOwnMessage(span, failure);
  return { ...failureSaying(error, failure?.type), type: failure?.type ?? "tool_error", message: error };
}

// The status only repeats the type, so that no content is in it.
function withOwnMessage(span: ReadableSpan, failure: Failure | undefined): Failure | undefined {
  if (failure === undefined || failure.message !== failure.type) return failure;
  return { ...failure, message: textAt(exceptionOf(span) ?? {}, "exception.message") };
}

const readRefusal = ({ name, callId }: Call, context: Captured, { error }: ToolAnswer): Reading => ({
  is: "decision",
  type: "approval",
  name,
  context,
  result: { approved: false, reason: error },
  callId,
  failure: undefined,
});

const readTransfer = ({ name, callId, failure }: Call, context: Captured): Reading => ({
  is: "decision",
  type: "handoff",
  name,
  context,
  result: isPlainObject(context) ? { to_agent: context.agent_name ?? context.agentName } : context,
  callId,
  failure,
});

function readRun(span: ReadableSpan): Reading {
  return { is: "run", name: googleAdkDialect.agentName(span), failure: failureOfRun(span) };
}

// Nodes and workflows say in an attribute how they ended.
function readTask(span: ReadableSpan, named: string | undefined): Reading {
  const status = textAt(span.attributes, "adk.node.status");
  return {
    is: "run",
    name: named ?? nameWithout(kindOf(span), span),
    failure: failureOfRun(span) ?? (status === "failed" ? describeFailure(span) : undefined),
    extras: { interrupted: status === "waiting" || undefined },
  };
}

const failureOfRun = (span: ReadableSpan): Failure | undefined =>
  hasErrorStatus(span) ? describeFailure(span) : readFailure(span);

function readModelCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const model = textAt(attributes, "gen_ai.request.model");
  return {
    is: "model_call",
    name: model === undefined ? span.name : `${kindOf(span)} ${model}`,
    messages: () => readAdkMessages(span),
    failure: readFailure(span, "gen_ai.response.finish_reasons" in attributes),
    extras: {
      ...modelExtras(attributes),
      finish_reasons: captured(attributes["gen_ai.response.finish_reasons"]),
    },
  };
}
