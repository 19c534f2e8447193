/**
 * The GenAI semantic conventions of OpenTelemetry (open-telemetry/semantic-conventions-genai, Development): structured
 * attributes and JSON texts, names of today and of before. `gen_ai.operation.name` says what a span is.
 */
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_WORKFLOW_NAME,
  ATTR_SESSION_ID,
} from "../../src/event/semconv.js";
import { firstPresent, firstText, textAt } from "./attributes.js";
import { captured, HIDDEN } from "./captured.js";
import type { Dialect, Reading } from "./dialect.js";
import { readFailure } from "./failure.js";
import {
  hasOutput,
  missingResult,
  modelExtras,
  nameWithout,
  readMessages,
  toolType,
} from "./gen-ai-values.js";

export const genAiDialect: Dialect = {
  name: "gen-ai",

  read(span) {
    const operation = textAt(span.attributes, ATTR_GEN_AI_OPERATION_NAME);
    if (operation === undefined) return undefined;
    const read = OPERATIONS[operation.toLowerCase()];
    return read?.(span) ?? { is: "other", reason: `the operation ${operation} is no action` };
  },

  agentName: ({ attributes }) => textAt(attributes, ATTR_GEN_AI_AGENT_NAME),
  sessionId: ({ attributes }) => firstText(attributes, [ATTR_GEN_AI_CONVERSATION_ID, ATTR_SESSION_ID]),
};

const OPERATIONS: Readonly<Record<string, (span: ReadableSpan) => Reading>> = {
  execute_tool: readToolCall,
  retrieval: readRetrieval,
  search_memory: readMemoryOperation,
  create_memory: readMemoryOperation,
  update_memory: readMemoryOperation,
  upsert_memory: readMemoryOperation,
  delete_memory: readMemoryOperation,
  create_memory_store: readMemoryOperation,
  delete_memory_store: readMemoryOperation,
  invoke_agent: readAgentRun,
  handle_conversation_turn: readAgentRun,
  invoke_workflow: (span) => readRun(span, ATTR_GEN_AI_WORKFLOW_NAME),
  create_agent: readCreation,
  plan: readPlan,
  chat: readModelCall,
  generate_content: readModelCall,
  text_completion: readModelCall,
  embeddings: readModelCall,
};

function readToolCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const result = captured(firstPresent(attributes, RESULT_KEYS));
  const failure = readFailure(span, result !== undefined);
  const parameters = captured(firstPresent(attributes, ARGUMENT_KEYS));
  return {
    is: "tool_call",
    name: textAt(attributes, ATTR_GEN_AI_TOOL_NAME) ?? nameWithout("execute_tool", span),
    parameters: parameters ?? HIDDEN,
    result: result ?? missingResult(parameters, failure),
    callId: textAt(attributes, ATTR_GEN_AI_TOOL_CALL_ID),
    failure,
    extras: { tool_type: toolType(attributes) },
  };
}

// Other libraries' keys stand on spans that others have renamed (Sentry), or that two libraries write.
const ARGUMENT_KEYS = [ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, "ai.toolCall.args", "input.value"];
const RESULT_KEYS = [ATTR_GEN_AI_TOOL_CALL_RESULT, "ai.toolCall.result", "output.value"];

function readRetrieval(span: ReadableSpan): Reading {
  const { attributes } = span;
  const query = captured(attributes["gen_ai.retrieval.query.text"]);
  const documents = captured(attributes["gen_ai.retrieval.documents"]);
  const failure = readFailure(span, documents !== undefined);
  return {
    is: "tool_call",
    name: textAt(attributes, "gen_ai.data_source.id") ?? nameWithout("retrieval", span),
    parameters: query === undefined || query === HIDDEN ? HIDDEN : { query },
    result: documents ?? (failure === undefined ? HIDDEN : undefined),
    callId: undefined,
    failure,
  };
}

const MEMORY_PREFIX = "gen_ai.memory.";

function readMemoryOperation(span: ReadableSpan): Reading {
  const { attributes } = span;
  const members = Object.entries(attributes)
    .filter(([key]) => key.startsWith(MEMORY_PREFIX) && key !== MEMORY_RECORDS)
    .map(([key, value]) => [key.slice(MEMORY_PREFIX.length), captured(value)] as const);
  return {
    is: "tool_call",
    name: textAt(attributes, ATTR_GEN_AI_OPERATION_NAME) ?? span.name,
    parameters: members.length === 0 ? HIDDEN : Object.fromEntries(members),
    result: captured(attributes[MEMORY_RECORDS]),
    callId: undefined,
    failure: readFailure(span),
  };
}

const MEMORY_RECORDS = "gen_ai.memory.records";

function readAgentRun(span: ReadableSpan): Reading {
  return readRun(span, ATTR_GEN_AI_AGENT_NAME);
}

function readRun(span: ReadableSpan, nameKey: string): Reading {
  return {
    is: "run",
    name: textAt(span.attributes, nameKey),
    failure: readFailure(span, hasOutput(span.attributes)),
    extras: modelExtras(span.attributes),
  };
}

function readCreation(span: ReadableSpan): Reading {
  const failure = readFailure(span);
  if (failure === undefined) return { is: "other", reason: "an agent was created, and has done nothing yet" };
  return { is: "run", name: textAt(span.attributes, ATTR_GEN_AI_AGENT_NAME), failure };
}

function readPlan(span: ReadableSpan): Reading {
  const { context, result } = readMessages(span);
  return { is: "decision", type: "plan", name: "plan", context, result, failure: readFailure(span) };
}

function readModelCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  return {
    is: "model_call",
    name: modelCallName(span),
    messages: () => readMessages(span),
    failure: readFailure(span, hasOutput(attributes)),
    extras: {
      ...modelExtras(attributes),
      finish_reasons: captured(attributes["gen_ai.response.finish_reasons"]),
    },
  };
}

function modelCallName({ name, attributes }: ReadableSpan): string {
  const operation = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME);
  const model = firstText(attributes, ["gen_ai.request.model", "gen_ai.response.model"]);
  return operation === undefined || model === undefined ? name : `${operation} ${model}`;
}
