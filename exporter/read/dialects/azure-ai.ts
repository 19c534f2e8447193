/**
 * Microsoft's: Azure AI Inference and Agents (`azure-ai-inference`, `azure-ai-agents`, `azure-ai-projects` with their `trace_function`),
 * Semantic Kernel (Python 1.30 to 1.45, .NET) and the Agent Framework (Python 1.x). They follow the GenAI conventions, each with
 * operations, spans and words of its own; the sources of the Python packages are what this follows.
 */

import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
} from "../../../src/event/semconv.js";
import type { ReadableSpan } from "../sdk-types.js";
import { firstPresent, firstText, scopeName, textAt } from "./common/attributes.js";
import { type Captured, captured, HIDDEN } from "./common/captured.js";
import { describeFailure, exceptionOf, type Failure, readFailure } from "./common/failure.js";
import { readMessages } from "./common/gen-ai-messages.js";
import {
  cutOff,
  failureOfFinish,
  hasOutput,
  missingResult,
  modelExtras,
  nameWithout,
} from "./common/gen-ai-values.js";
import type { Dialect, Reading } from "./dialect.js";
import { readToolCall } from "./gen-ai/gen-ai-tool.js";
import { parsePython } from "./monocle/monocle-python.js";

const SCOPES =
  /^(?:semantic_kernel|Microsoft\.SemanticKernel|agent_framework|azure\.ai\.|(?:Experimental\.)?Microsoft\.(?:Agents|Extensions)\.AI)/;

export const azureAiDialect: Dialect = {
  name: "azure-ai",
  evidence: { keys: ["gen_ai.", "code.function.parameter.", "code.function.return."], scope: SCOPES },

  read(span) {
    if (isTracedFunction(span)) return readFunction(span);
    if (!isMicrosoft(span)) return undefined;
    const kind = kindOf(span);
    return KINDS[kind]?.(span) ?? { is: "ignored", reason: `${kind} is a step around, and no action` };
  },

  agentName: (span) => (isMicrosoft(span) ? agentOf(span) : undefined),
  sessionId: (span) => (isMicrosoft(span) ? firstText(span.attributes, SESSION_KEYS) : undefined),
};

const SESSION_KEYS = ["gen_ai.thread.id", ATTR_GEN_AI_CONVERSATION_ID];
const PARAMETER = "code.function.parameter.";
const RETURN = "code.function.return.value";

// The decorator of Azure's SDKs for the functions that are given to agents as tools.
const isTracedFunction = ({ attributes }: ReadableSpan): boolean =>
  !(ATTR_GEN_AI_OPERATION_NAME in attributes) &&
  (RETURN in attributes || Object.keys(attributes).some((key) => key.startsWith(PARAMETER)));

const SYSTEMS = new Set(["az.ai.inference", "az.ai.agents", "azure.ai.agents", "microsoft.agent_framework"]);

const isMicrosoft = (span: ReadableSpan): boolean =>
  SCOPES.test(scopeName(span)) ||
  SYSTEMS.has(firstText(span.attributes, ["gen_ai.provider.name", "gen_ai.system"]) ?? "") ||
  "gen_ai.thread.run.id" in span.attributes;

const agentOf = (span: ReadableSpan): string | undefined =>
  textAt(span.attributes, ATTR_GEN_AI_AGENT_NAME) ??
  (RUNS.has(kindOf(span)) ? textAt(span.attributes, "gen_ai.agent.id") : undefined);

const RUNS = new Set(["invoke_agent", "process_thread_run", "start_thread_run"]);

/** The operation; the Agent Framework names the spans of workflows, and early versions of Semantic Kernel those of functions. */
function kindOf(span: ReadableSpan): string {
  const operation = textAt(span.attributes, ATTR_GEN_AI_OPERATION_NAME);
  if (operation !== undefined) return operation;
  if (scopeName(span) === "semantic_kernel.functions.kernel_function") return "kernel_function";
  return span.name.split(" ", 1)[0] ?? "";
}

const KINDS: Readonly<Record<string, (span: ReadableSpan) => Reading>> = {
  execute_tool: readTool,
  kernel_function: readFunction,
  invoke_agent: readAgentRun,
  process_thread_run: readThreadRun,
  start_thread_run: readStart,
  "workflow.run": (span) => readTask(span, "workflow.name"),
  "executor.process": readExecutor,
  chat: readModelCall,
  responses: readModelCall,
  text_completion: readModelCall,
  text_completions: readModelCall,
  "chat.completions": readModelCall,
  "text.completions": readModelCall,
  "chat.streaming_completions": readModelCall,
  "text.streaming_completions": readModelCall,
  embeddings: readModelCall,
};

// An id that is not known is written as that; Python's values as `str(value)`.
function readTool(span: ReadableSpan): Reading {
  const reading = readToolCall(span, []);
  if (reading.is !== "tool_call") return reading;
  return {
    ...reading,
    failure: withoutRepr(span, reading.failure),
    callId: reading.callId === "unknown" ? undefined : reading.callId,
    result: fromPython(reading.result),
  };
}

// The Agent Framework writes `repr(exception)` into the status, Semantic Kernel the class before the message.
function withoutRepr(span: ReadableSpan, failure: Failure | undefined): Failure | undefined {
  const said = textAt(exceptionOf(span) ?? {}, "exception.message");
  const isWritten = said !== undefined && /^[\w.]{1,200}(?:\(|: )/.test(span.status.message ?? "");
  return failure !== undefined && isWritten ? { ...failure, message: said } : failure;
}

const fromPython = (value: Captured): Captured =>
  typeof value === "string" ? (parsePython(value) ?? value) : value;

function readFunction(span: ReadableSpan): Reading {
  const { attributes } = span;
  const given = Object.keys(attributes).filter((key) => key.startsWith(PARAMETER));
  const parameters =
    given.length === 0
      ? undefined
      : Object.fromEntries(
          given.map((key) => [key.slice(PARAMETER.length), fromPython(captured(attributes[key]))]),
        );
  const result = fromPython(captured(attributes[RETURN]));
  const failure = readFailure(span, result !== undefined);
  return {
    is: "tool_call",
    name: span.name,
    parameters: parameters ?? (result === undefined ? HIDDEN : undefined),
    result: result ?? missingResult(parameters, failure),
    callId: undefined,
    failure,
  };
}

function readAgentRun(span: ReadableSpan): Reading {
  const name = agentOf(span) ?? nameWithout("invoke_agent", span);
  return {
    is: "run",
    name,
    failure:
      withoutRepr(span, readFailure(span, hasOutput(span.attributes))) ??
      failureOfFinish(span.attributes, "run") ??
      cutOff(span),
    extras: modelExtras(span.attributes),
  };
}

const STATUS = "gen_ai.thread.run.status";

function readThreadRun(span: ReadableSpan): Reading {
  const status = textAt(span.attributes, STATUS);
  const failure = readFailure(span) ?? failedBy(span, status);
  const isWaiting = status === "requires_action";
  const extras = { ...modelExtras(span.attributes), interrupted: isWaiting || undefined };
  return { is: "run", name: agentOf(span), failure, extras };
}

function failedBy(span: ReadableSpan, status: string | undefined): Failure | undefined {
  if (status !== "failed" && status !== "expired") return undefined;
  const failure = describeFailure(span);
  return { ...failure, type: failure.type === "Error" ? status : failure.type };
}

// The run goes on elsewhere; only that it could not be started is told here.
function readStart(span: ReadableSpan): Reading {
  if (readFailure(span) !== undefined) return readThreadRun(span);
  return { is: "ignored", reason: "a run was started, and its end is told elsewhere" };
}

function readTask(span: ReadableSpan, key: string): Reading {
  return {
    is: "run",
    name: textAt(span.attributes, key) ?? nameWithout(kindOf(span), span),
    failure: readFailure(span),
  };
}

// What an executor of an agent does is the agent's run inside it; others are the steps of a workflow.
function readExecutor(span: ReadableSpan): Reading {
  if (!/AgentExecutor$/.test(textAt(span.attributes, "executor.type") ?? ""))
    return readTask(span, "executor.id");
  return { is: "ignored", reason: "the executor of an agent, whose run is inside it" };
}

function readModelCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const model = firstText(attributes, ["gen_ai.request.model", "gen_ai.response.model"]);
  const reasons = captured(
    firstPresent(attributes, ["gen_ai.response.finish_reasons", "gen_ai.response.finish_reason"]),
  );
  return {
    is: "model_call",
    name: model === undefined ? span.name : `${kindOf(span)} ${model}`,
    messages: () => readMessages(span),
    failure: withoutRepr(span, readFailure(span, reasons !== undefined)),
    extras: {
      ...modelExtras(attributes),
      finish_reasons: reasons === undefined ? undefined : [reasons].flat(),
    },
  };
}
