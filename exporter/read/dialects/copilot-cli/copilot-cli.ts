/**
 * Spans of GitHub Copilot CLI (scope `github.copilot`), recorded with version 1.0.102: the GenAI conventions, with the exit code of a command, `denied` for a call that was
 * refused, and the ids of call and session that its transcripts have too. Contents need `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true`.
 */
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
import { type Attributes, numberAt, scopeName, textAt } from "../common/attributes.js";
import { capturedOnce } from "../common/captured.js";
import { readFailure } from "../common/failure.js";
import { finishReasons, modelExtras } from "../common/gen-ai-values.js";
import type { Dialect, Reading } from "../dialect.js";
import { COPILOT_CLI, COPILOT_FILE_OPERATIONS, copilotOutcome, copilotRefusal } from "./copilot-calls.js";

export const copilotCliDialect: Dialect = {
  name: COPILOT_CLI,
  evidence: { keys: ["github.copilot."], scope: /^github\.copilot$/ },
  read: (span) => (isCopilot(span) ? readOperation(span) : undefined),
  agentName: (span) => {
    if (!isCopilot(span) || operationOf(span) !== "invoke_agent") return undefined;
    return textAt(span.attributes, ATTR_GEN_AI_AGENT_NAME) ?? COPILOT_CLI;
  },
  sessionId: (span) => (isCopilot(span) ? sessionOf(span) : undefined),
  correlationText: (span) => (isCopilot(span) ? sessionOf(span) : undefined),
  callKey: (span) =>
    isCopilot(span) && operationOf(span) === "execute_tool"
      ? textAt(span.attributes, ATTR_GEN_AI_TOOL_CALL_ID)
      : undefined,
};

const isCopilot = (span: ReadableSpan): boolean => scopeName(span) === "github.copilot";

const operationOf = ({ attributes }: ReadableSpan): string | undefined =>
  textAt(attributes, ATTR_GEN_AI_OPERATION_NAME);

const sessionOf = ({ attributes }: ReadableSpan): string | undefined =>
  textAt(attributes, ATTR_GEN_AI_CONVERSATION_ID);

function readOperation(span: ReadableSpan): Reading {
  switch (operationOf(span)) {
    case "execute_tool":
      return readCall(span);
    case "invoke_agent":
      return readRun(span);
    case "chat":
      return readRequest(span);
    default:
      return { is: "ignored", reason: `${span.name} is a step of the program, and no action` };
  }
}

function readCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const name = textAt(attributes, ATTR_GEN_AI_TOOL_NAME) ?? span.name;
  const callId = textAt(attributes, ATTR_GEN_AI_TOOL_CALL_ID);
  const parameters = capturedOnce(attributes[ATTR_GEN_AI_TOOL_CALL_ARGUMENTS]);
  const failed = readFailure(span, true);
  const refusal = copilotRefusal(failed?.type);
  if (failed !== undefined && refusal !== undefined)
    return {
      is: "decision",
      type: "approval",
      name,
      callId,
      context: parameters,
      result: { approved: false, reason: failed.message },
      failure: undefined,
      approval: refusal,
    };
  const told = copilotOutcome(
    textAt(attributes, ATTR_GEN_AI_TOOL_CALL_RESULT),
    numberAt(attributes, "process.exit.code"),
  );
  return {
    is: "tool_call",
    name,
    callId,
    parameters,
    result: told.result,
    failure: failed === undefined ? told.failure : { ...failed, type: "tool_error" },
    extras: {
      file_operation: COPILOT_FILE_OPERATIONS[name],
      // Told also where the arguments are not.
      file_path: textAt(attributes, "github.copilot.tool.parameters.file_path"),
      mcp_server: textAt(attributes, "github.copilot.tool.parameters.mcp_server_name"),
      sandbox_outcome: sandboxOf(span),
    },
  };
}

/** What its sandbox did about a command: the last of what it tells in events of the span. */
function sandboxOf({ events }: ReadableSpan): string | undefined {
  const told = events.findLast(({ name }) => name.startsWith("github.copilot.sandbox."))?.attributes;
  const outcome = told && textAt(told as Attributes, "github.copilot.sandbox.outcome");
  return outcome === "inactive" ? undefined : outcome;
}

function readRun(span: ReadableSpan): Reading {
  return {
    is: "run",
    name: textAt(span.attributes, ATTR_GEN_AI_AGENT_NAME) ?? "interaction",
    failure: readFailure(span, true),
    extras: {
      ...modelExtras(span.attributes),
      turn_count: numberAt(span.attributes, "github.copilot.turn_count"),
    },
  };
}

function readRequest(span: ReadableSpan): Reading {
  const { attributes } = span;
  const extras = modelExtras(attributes);
  return {
    is: "model_call",
    name: extras.model === undefined ? "chat" : `chat ${String(extras.model)}`,
    // Every call that it asks for has a span of its own, also one that is refused.
    messages: () => ({ requested: [], answered: [], context: undefined, result: undefined }),
    failure: readFailure(span, true),
    extras: { ...extras, finish_reasons: finishReasons(attributes) },
  };
}
