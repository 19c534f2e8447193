import type { LogReading } from "../../logs/log-dialect.js";
import type { LogRecord } from "../../logs/log-record.js";
import { booleanAt, firstText, numberAt, textAt } from "../common/attributes.js";
import { capturedOnce } from "../common/captured.js";
import { type Failure, failureSaying } from "../common/failure.js";
import { agentOf, report, sessionOf } from "./gemini-cli-report.js";

/** A call of a tool: made, or refused. */
export function readToolCall(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const decision = textAt(attributes, "decision");
  const name = textAt(attributes, "function_name") ?? "unnamed";
  const parameters = capturedOnce(attributes.function_args);
  const durationMillis = numberAt(attributes, "duration_ms");
  const extras = {
    decision,
    prompt_id: textAt(attributes, "prompt_id"),
    tool_type: textAt(attributes, "tool_type"),
    mcp_server: textAt(attributes, "mcp_server_name"),
    extension: textAt(attributes, "extension_name"),
    tool_result_size_bytes: numberAt(attributes, "content_length"),
    metadata: capturedOnce(attributes.metadata),
  };
  // Of a call that a rule refuses, the fork says no decision, but what kind of error it was.
  const isDenied = textAt(attributes, "error_type") === "execution_denied";
  if (decision === "reject" || isDenied) {
    const isAsked = !isDenied && booleanAt(attributes, "interactive") !== false;
    const approval = isAsked
      ? { approvedBy: sessionOf(record).userId, method: "human" }
      : { approvedBy: "config", method: "rule" };
    const reason = isDenied ? firstText(attributes, ["error", "error.message"]) : undefined;
    const result = { approved: false, ...(reason !== undefined && { reason }) };
    const failure = undefined;
    return report(
      record,
      event,
      { is: "decision", type: "approval", name, context: parameters, result, failure, extras },
      { durationMillis, approval },
    );
  }
  const hasFailed = booleanAt(attributes, "success") === false;
  const said = failureSaying(
    firstText(attributes, ["error", "error.message"]),
    firstText(attributes, ["error_type", "error.type"]) ?? "tool_error",
  );
  const exitCode = exitCodeOf(extras.metadata);
  const failure = hasFailed
    ? said
    : exitCode !== undefined && exitCode !== 0
      ? { type: "exit_code", message: `exited with code ${exitCode}` }
      : undefined;
  // The fork says of every command that could be started that it went well.
  const isOutcomeUntold = name === "run_shell_command" && agentOf(record) === "qwen-code";
  const call = {
    is: "tool_call",
    name,
    parameters,
    result: undefined,
    callId: undefined,
    failure,
    extras,
  } as const;
  return report(record, event, call, { durationMillis, isOutcomeUntold });
}

/** Of a command that was started the program says `success`; its exit code is said beside that where it is not 0. */
function exitCodeOf(metadata: unknown): number | undefined {
  if (typeof metadata !== "object" || metadata === null || !("exitCode" in metadata)) return undefined;
  return typeof metadata.exitCode === "number" ? metadata.exitCode : undefined;
}

function modelCall(record: LogRecord, event: string, failure: Failure | undefined): LogReading {
  const { attributes } = record;
  const model = textAt(attributes, "model");
  const reading = {
    is: "model_call",
    name: model === undefined ? "chat" : `chat ${model}`,
    messages: () => ({ requested: [], answered: [], context: undefined, result: undefined }),
    failure,
    extras: {
      model,
      input_tokens: numberAt(attributes, "input_token_count"),
      output_tokens: numberAt(attributes, "output_token_count"),
      prompt_id: textAt(attributes, "prompt_id"),
    },
  } as const;
  return report(record, event, reading, { durationMillis: numberAt(attributes, "duration_ms") });
}

/** A call of a model that went well. */
export function readApiResponse(record: LogRecord, event: string): LogReading {
  return modelCall(record, event, undefined);
}

/** A call of a model that failed. */
export function readApiError(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const type = firstText(attributes, ["error.type", "status_code"]);
  return modelCall(record, event, failureSaying(firstText(attributes, ["error", "error.message"]), type));
}

/** A call of a model that was tried again, and failed for good. */
export function readRetryFailure(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const type = textAt(attributes, "final_error_type") ?? "content_retry_failure";
  return modelCall(record, event, { type, message: undefined });
}
