/**
 * Mastra, by `@mastra/otel-exporter` and `@mastra/otel-bridge` (source of both: their `gen-ai-semantics` and `span-converter`).
 * `mastra.span.type` says what a span is; values of tools and models stand under the keys of the GenAI conventions, all others under
 * `mastra.<type>.input` and `.output`. Texts are written as they are, anything else as JSON.
 */

import { isPlainObject } from "../../../../src/event/json.js";
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { firstText, scopeName, textAt } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import type { Failure } from "../common/failure.js";
import { missingAnswer, missingResult, toolType } from "../common/gen-ai-values.js";
import type { Dialect, Reading } from "../dialect.js";
import {
  afterType,
  failureOf,
  inputOf,
  outputOf,
  readGeneration,
  readInference,
  readModelCall,
  typeOf,
} from "./mastra-values.js";

export const mastraDialect: Dialect = {
  name: "mastra",
  evidence: { keys: ["mastra."], scope: /^@mastra\// },

  read(span) {
    const type = typeOf(span);
    if (type === undefined) return undefined;
    return (
      TYPES[type]?.(span) ?? { is: "ignored", reason: `Mastra's ${type} is a step inside, and no action` }
    );
  },

  agentName(span) {
    if (typeOf(span) === undefined) return agentOfOpenSpan(span);
    return textAt(span.attributes, ATTR_GEN_AI_AGENT_NAME) ?? agentOfRun(span);
  },

  sessionId: (span) => (typeOf(span) === undefined ? undefined : firstText(span.attributes, SESSION_KEYS)),
};

const SESSION_KEYS = [
  ATTR_GEN_AI_CONVERSATION_ID,
  ...["threadId", "sessionId", "conversationId"].map((name) => `mastra.metadata.${name}`),
];

const agentOfRun = (span: ReadableSpan): string | undefined =>
  typeOf(span) === "agent_run" ? afterType(span) : undefined;

// The bridge writes attributes and the final name when a span ends. Until then its name has the agent's id.
function agentOfOpenSpan(span: ReadableSpan): string | undefined {
  if (scopeName(span) !== "@mastra/otel-bridge") return undefined;
  return /^agent run: '(.+)'/.exec(span.name)?.[1];
}

const TYPES: Readonly<Record<string, (span: ReadableSpan) => Reading>> = {
  tool_call: readToolCall,
  mcp_tool_call: readToolCall,
  provider_tool_call: readToolCall,
  client_tool_call: readClientToolCall,
  mcp_server_request: readServedRequest,
  rag_vector_operation: readVectorOperation,
  rag_embedding: readModelCall,
  model_generation: readGeneration,
  model_inference: readInference,
  agent_run: readAgentRun,
  workflow_run: readTask,
  workflow_step: readTask,
  workflow_conditional: readBranch,
  processor_run: readProcessor,
};

function readToolCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const parameters = captured(attributes[ATTR_GEN_AI_TOOL_CALL_ARGUMENTS]);
  const result = captured(attributes[ATTR_GEN_AI_TOOL_CALL_RESULT]);
  const failure = failureOf(span, result) ?? refusedArguments(result);
  const type = toolType(attributes);
  return {
    is: "tool_call",
    name: textAt(attributes, ATTR_GEN_AI_TOOL_NAME) ?? afterType(span),
    // A tool that is given nothing is given `{}`.
    parameters: parameters ?? HIDDEN,
    result: result ?? missingResult(parameters, failure),
    callId: firstText(attributes, CALL_ID_KEYS),
    failure,
    extras: {
      // What every tool of Mastra's own says of itself.
      tool_type: type === "tool" ? undefined : type,
      mcp_server: textAt(attributes, "mastra.mcp_tool_call.server_name"),
    },
  };
}

const CALL_ID_KEYS = [ATTR_GEN_AI_TOOL_CALL_ID, "mastra.metadata.toolCallId"];

// Arguments that fail the tool's schema are answered, so that the model may try again; the span says OK.
function refusedArguments(result: Captured): Failure | undefined {
  if (!isPlainObject(result) || result.error !== true) return undefined;
  return { type: "tool_error", message: textAt(result, "message") };
}

// A tool that the server does not have: the program that asked is to run it, if it knows it.
function readClientToolCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  return {
    is: "tool_call",
    name: textAt(attributes, ATTR_GEN_AI_TOOL_NAME) ?? afterType(span),
    parameters: inputOf(span) ?? captured(attributes["mastra.metadata.args"]) ?? HIDDEN,
    result: outputOf(span),
    callId: firstText(attributes, CALL_ID_KEYS),
    failure: failureOf(span, undefined),
    extras: { tool_type: "client" },
  };
}

// The server's side of MCP.
function readServedRequest(span: ReadableSpan): Reading {
  const { attributes } = span;
  const method = textAt(attributes, "mcp.method.name");
  if (method !== "tools/call" && method !== "resources/read")
    return { is: "ignored", reason: `the MCP method ${method ?? "that was served"} is no action` };
  const parameters = inputOf(span);
  const result = outputOf(span);
  const failure = failureOf(span, result);
  const target = textAt(attributes, "mastra.mcp_server_request.target_name");
  return {
    is: "tool_call",
    name: method === "resources/read" ? method : (target ?? afterType(span)),
    parameters: parameters ?? (method === "resources/read" && target ? { uri: target } : HIDDEN),
    result: result ?? missingResult(parameters, failure),
    callId: undefined,
    failure,
    extras: { mcp_server: textAt(attributes, "mastra.mcp_server_request.server_name") },
  };
}

function readVectorOperation(span: ReadableSpan): Reading {
  const parameters = inputOf(span);
  const result = outputOf(span);
  const failure = failureOf(span, result);
  return {
    is: "tool_call",
    name: afterType(span),
    parameters: parameters ?? HIDDEN,
    result: result ?? missingResult(parameters, failure),
    callId: undefined,
    failure,
  };
}

/** A run that goes on after a person was asked has the person's answer for its input; one that waits says so in its output. */
function readAgentRun(span: ReadableSpan): Reading {
  const name = mastraDialect.agentName(span);
  const output = outputOf(span);
  const failure = failureOf(span, output);
  const answer = inputOf(span);
  if (failure === undefined && isPlainObject(answer) && answer.approved === false) return readRefusal(answer);
  const isWaiting = isPlainObject(output) && output.status === "suspended";
  const tripwire = isPlainObject(output) ? output.tripwire : undefined;
  return { is: "run", name, failure, extras: { interrupted: isWaiting || undefined, tripwire } };
}

function readRefusal({ toolName, toolCallId, reason }: Readonly<Record<string, unknown>>): Reading {
  const tool = typeof toolName === "string" ? toolName : "approval";
  return {
    is: "decision",
    type: "approval",
    name: tool,
    context: { tool },
    result: { approved: false, ...(typeof reason === "string" && { reason }) },
    callId: typeof toolCallId === "string" ? toolCallId : undefined,
    failure: undefined,
  };
}

function readTask(span: ReadableSpan): Reading {
  const { attributes } = span;
  const status = firstText(attributes, ["mastra.workflow_run.status", "mastra.workflow_step.status"]);
  const isWaiting = status === "suspended" || status === "waiting";
  return {
    is: "run",
    name: textAt(attributes, "mastra.workflow_step.step_id") ?? afterType(span),
    failure: failureOf(span, undefined),
    extras: { interrupted: isWaiting || undefined },
  };
}

/** The branch of a workflow. Its status is that of the steps inside: what was chosen was chosen all the same. */
function readBranch(span: ReadableSpan): Reading {
  const { attributes } = span;
  const chosen = chosenSteps(span);
  const failure = chosen === undefined ? failureOf(span, undefined) : undefined;
  return {
    is: "decision",
    type: "choice",
    name: chosen?.join(", ") || textAt(attributes, "mastra.workflow_conditional.entry_id") || span.name,
    context: inputOf(span) ?? HIDDEN,
    result: chosen === undefined ? missingAnswer(failure) : { chosen },
    failure,
    extras: {
      conditions: attributes["mastra.workflow_conditional.condition_count"],
      truthy_conditions: captured(attributes["mastra.workflow_conditional.truthy_indexes"]),
    },
  };
}

// Before 1.4 only the output tells: it has a member for each step that ran.
function chosenSteps(span: ReadableSpan): readonly string[] | undefined {
  const selected = captured(span.attributes["mastra.workflow_conditional.selected_steps"]);
  if (Array.isArray(selected)) return selected.map(String);
  const output = outputOf(span);
  return isPlainObject(output) ? Object.keys(output) : undefined;
}

// A processor that stops the run throws, so that the span of a verdict looks like the span of a mistake.
function readProcessor(span: ReadableSpan): Reading {
  const output = outputOf(span);
  const failure = failureOf(span, output);
  const verdict = failure === undefined ? HIDDEN : { passed: false, reason: failure.message };
  return {
    is: "decision",
    type: "guardrail",
    name: afterType(span),
    context: inputOf(span) ?? HIDDEN,
    result: output ?? verdict,
    failure,
  };
}
