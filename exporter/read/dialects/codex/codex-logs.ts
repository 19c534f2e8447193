/**
 * Log events of Codex (`codex.*`, from `[otel]` of its configuration; it reads no `OTEL_*` variable), read from its version 0.171: numbers and booleans are texts, and only
 * the time of observation is set. Arguments and results are always in them; prompts with `log_user_prompt`.
 */
import type { LogDialect, LogReading } from "../../logs/log-dialect.js";
import type { LogRecord } from "../../logs/log-record.js";
import { millisBefore } from "../../logs/log-times.js";
import type { ActionReport, ReportedSession } from "../../reports/report.js";
import { type Attributes, booleanAt, firstText, numberAt, textAt } from "../common/attributes.js";
import { type Captured, capturedText } from "../common/captured.js";
import { type Failure, failureSaying } from "../common/failure.js";
import type { Approval, IgnoredReading } from "../dialect.js";

const AGENT = "codex";

export const codexLogs: LogDialect = {
  name: "codex",
  prefix: "codex.",
  read: (record, event) => (Object.hasOwn(EVENTS, event) ? EVENTS[event]?.(record, event) : undefined),
};

type Read = (record: LogRecord, event: string) => LogReading;

const FIGURE = because("a setting, or a figure of the program");

const EVENTS: Readonly<Record<string, Read>> = {
  tool_result: readToolResult,
  tool_decision: readToolDecision,
  sandbox_outcome: readSandboxOutcome,
  user_prompt: readPrompt,
  api_request: readApiRequest,
  conversation_starts: FIGURE,
  sse_event: because("a part of a model's answer"),
  websocket_connect: FIGURE,
  websocket_event: because("a part of a model's answer"),
  websocket_request: because("a part of a request to a model"),
  startup_phase: FIGURE,
  turn_ttft: FIGURE,
  turn_cost: FIGURE,
  auth_recovery: FIGURE,
  agent_response: because("the text of a model's answer"),
  guardian_assessment: because("the reviewer's verdict about a call, which its tool_decision tells"),
};

function because(reason: string): () => IgnoredReading {
  return () => ({ is: "ignored", reason });
}

const sessionOf = ({ attributes, resource }: LogRecord): ReportedSession => ({
  id: textAt(attributes, "conversation.id"),
  agentName: AGENT,
  agentVersion: firstText(attributes, ["app.version"]) ?? textAt(resource, "service.version"),
  userId: firstText(attributes, ["user.email", "user.account_id"]),
  serviceName: textAt(resource, "service.name"),
  serviceVersion: textAt(resource, "service.version"),
  environment: firstText(resource, ["deployment.environment.name", "env"]),
});

function report(
  record: LogRecord,
  event: string,
  reading: ActionReport["reading"],
  durationMillis?: number,
): ActionReport {
  return {
    is: "action",
    reading,
    session: sessionOf(record),
    callKey: textAt(record.attributes, "call_id"),
    identity: event,
    start: millisBefore(record.time, durationMillis),
    end: record.time,
    traceId: record.traceId,
    parentSpanId: record.spanId,
  };
}

function readToolResult(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const name = textAt(attributes, "tool_name") ?? "unnamed";
  const hasFailed = booleanAt(attributes, "success") === false;
  const given = textAt(attributes, "arguments");
  // It runs a script that calls tools; each call has a record of its own.
  if (name === "exec" && !hasFailed && given?.includes("tools."))
    return { is: "ignored", reason: "a script that called tools, which are told by themselves" };
  const { result, failure } = outcomeOf(textAt(attributes, "output"), hasFailed);
  const reading = {
    is: "tool_call",
    name,
    parameters: capturedText(given),
    result,
    callId: textAt(attributes, "call_id"),
    failure,
    extras: {
      agent_path: textAt(attributes, "agent_name"),
      mcp_server: textAt(attributes, "mcp_server"),
      output_truncated: booleanAt(attributes, "output_truncated") || undefined,
    },
  } as const;
  return report(record, event, reading, numberAt(attributes, "duration_ms"));
}

/** A command that ran counts as a success to the program, whatever its exit code: it stands in the lines before the output. */
const EXIT_CODE = /^(?:[^\n]*\n){0,4}?Process exited with code (-?\d+)\n/;
const OUTPUT = "\nOutput:\n";

function outcomeOf(
  output: string | undefined,
  hasFailed: boolean,
): { readonly result: Captured; readonly failure: Failure | undefined } {
  if (hasFailed) return { result: undefined, failure: failureSaying(output, "tool_error") };
  const code = EXIT_CODE.exec(output ?? "")?.[1];
  if (output === undefined || code === undefined) return { result: capturedText(output), failure: undefined };
  const at = output.indexOf(OUTPUT);
  const result = { output: at < 0 ? "" : output.slice(at + OUTPUT.length), exit_code: Number(code) };
  const failure = code === "0" ? undefined : { type: "exit_code", message: `exited with code ${code}` };
  return { result, failure };
}

const REFUSED = /^(?:denied|abort|timed_out)/;

/** A call that was refused is a decision; one that was allowed has begun, and its result tells the rest. */
function readToolDecision(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const decision = textAt(attributes, "decision") ?? "";
  const name = textAt(attributes, "tool_name") ?? "unnamed";
  const callId = textAt(attributes, "call_id");
  const isRefused = REFUSED.test(decision);
  const reading: ActionReport["reading"] = isRefused
    ? {
        is: "decision",
        type: "approval",
        name,
        context: undefined,
        result: { approved: false, decision },
        callId,
        failure: undefined,
      }
    : { is: "tool_call", name, parameters: undefined, result: undefined, callId, failure: undefined };
  const { end, parentSpanId: _, ...begun } = report(record, event, reading);
  return { ...begun, approval: approvalOf(attributes), ...(isRefused && { end }) };
}

function approvalOf(attributes: Attributes): Approval {
  const source = (textAt(attributes, "source") ?? "").toLowerCase();
  if (source === "user")
    return {
      approvedBy: firstText(attributes, ["user.email", "user.account_id"]) ?? source,
      method: "human",
    };
  return { approvedBy: source || undefined, method: source.includes("review") ? "model" : "rule" };
}

/** What became of a call in the sandbox; it goes into the row of the call. */
function readSandboxOutcome(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const callId = textAt(attributes, "call_id");
  const outcome = firstText(attributes, ["outcome", "sandbox_outcome"]);
  if (callId === undefined) return { is: "ignored", reason: "what became of a call that it does not name" };
  const name = textAt(attributes, "tool_name") ?? "unnamed";
  const extras = { sandbox_outcome: outcome };
  const call = {
    is: "tool_call",
    name,
    parameters: undefined,
    result: undefined,
    callId,
    failure: undefined,
  } as const;
  const { end: _, parentSpanId: __, ...begun } = report(record, event, { ...call, extras });
  return begun;
}

function readPrompt(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const prompt = textAt(attributes, "prompt");
  const details = {
    prompt: prompt === "[REDACTED]" ? undefined : prompt,
    prompt_length: numberAt(attributes, "prompt_length"),
  };
  return report(record, event, {
    is: "explicit",
    type: "success",
    name: "user_prompt",
    details,
    failure: undefined,
  });
}

function readApiRequest(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const status = numberAt(attributes, "http.response.status_code");
  const error = firstText(attributes, ["error.message", "error"]);
  const hasFailed = error !== undefined || (status ?? 0) >= 400;
  const model = textAt(attributes, "model");
  const reading = {
    is: "model_call",
    name: model === undefined ? "chat" : `chat ${model}`,
    messages: () => ({ requested: [], answered: [], context: undefined, result: undefined }),
    failure: hasFailed ? failureSaying(error, status === undefined ? undefined : String(status)) : undefined,
    extras: { model, attempt: numberAt(attributes, "attempt"), endpoint: textAt(attributes, "endpoint") },
  } as const;
  return report(record, event, reading, numberAt(attributes, "duration_ms"));
}
