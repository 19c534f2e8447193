/**
 * Log events of Claude Code (`claude_code.*`, scope `com.anthropic.claude_code.events`), read from its version 2.1: every number and boolean is a text,
 * `event.name` has the name without the prefix, and the body has it with it. https://code.claude.com/docs/en/monitoring-usage
 *
 * Contents follow its own switches: `OTEL_LOG_USER_PROMPTS`, `OTEL_LOG_TOOL_DETAILS`.
 */
import type { LogDialect, LogReading } from "../../logs/log-dialect.js";
import type { LogRecord } from "../../logs/log-record.js";
import { millisBefore } from "../../logs/log-times.js";
import type { ActionReport } from "../../reports/report.js";
import { type Attributes, booleanAt, numberAt, textAt } from "../common/attributes.js";
import { type Failure, failureSaying } from "../common/failure.js";
import type { IgnoredReading } from "../dialect.js";
import { claudeApproval, claudeSession } from "./claude-code-session.js";
import { readToolDecision, readToolResult } from "./claude-code-tools.js";

export const claudeCodeLogs: LogDialect = {
  name: "claude-code",
  prefix: "claude_code.",
  read: (record, event) => (Object.hasOwn(EVENTS, event) ? EVENTS[event]?.(record, event) : undefined),
};

type Read = (record: LogRecord, event: string) => LogReading;

const EVENTS: Readonly<Record<string, Read>> = {
  tool_result: readToolResult,
  tool_decision: readToolDecision,
  user_prompt: readUserPrompt,
  api_request: readApiRequest,
  api_error: readApiError,
  api_refusal: readApiRefusal,
  subagent_completed: readSubagent,
  compaction: readCompaction,
  skill_activated: readSkill,
  permission_mode_changed: readPermissionMode,
  hook_execution_complete: readHook,
  mcp_server_connection: readMcpConnection,
  internal_error: readInternalError,
  plugin_installed: readPluginInstalled,
  api_retries_exhausted: because("its last attempt is an api_error of its own"),
  assistant_response: because("the text of a model's answer, which is a part of its api_request"),
  api_request_body: because("the body of a request that is told by its api_request"),
  api_response_body: because("the body of a response that is told by its api_request"),
  system_prompt: because("a part of what models are asked"),
  tool: because("the definition of a tool"),
  at_mention: because("a part of the user's prompt"),
  auth: because("about the program, not about what the agent did"),
  feedback_survey: because("about the program, not about what the agent did"),
  hook_registered: because("a setting, not an action"),
  managed_settings_resolved: because("a setting, not an action"),
  retention_sweep: because("about the program, not about what the agent did"),
  hook_execution_start: because("its end tells it"),
  hook_plugin_metrics: because("figures of a plugin"),
  plugin_loaded: because("a setting, not an action"),
};

function because(reason: string): () => IgnoredReading {
  return () => ({ is: "ignored", reason });
}

/** A report of one record. @param durationMillis how long before the record it began */
function report(
  record: LogRecord,
  event: string,
  reading: ActionReport["reading"],
  durationMillis?: number,
  callKey?: string,
): ActionReport {
  return {
    is: "action",
    reading,
    session: claudeSession(record.attributes, record.resource),
    callKey,
    identity: `${event}:${textAt(record.attributes, "event.sequence") ?? ""}`,
    start: millisBefore(record.time, durationMillis),
    end: record.time,
    traceId: record.traceId,
    parentSpanId: record.spanId,
  };
}

function readUserPrompt(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const prompt = textAt(attributes, "prompt");
  const isHidden = prompt === undefined || prompt === "<REDACTED>";
  const details = {
    prompt: isHidden ? undefined : prompt,
    prompt_length: numberAt(attributes, "prompt_length"),
    command_name: textAt(attributes, "command_name"),
    command_source: textAt(attributes, "command_source"),
  };
  const reading = {
    is: "explicit",
    type: "success",
    name: "user_prompt",
    details,
    failure: undefined,
  } as const;
  const id = textAt(attributes, "prompt.id");
  return report(record, event, reading, undefined, id === undefined ? undefined : `prompt:${id}`);
}

function modelCall(record: LogRecord, event: string, failure: Failure | undefined): LogReading {
  const { attributes } = record;
  const model = textAt(attributes, "model");
  const requestId = textAt(attributes, "request_id");
  return report(
    record,
    event,
    {
      is: "model_call",
      name: model === undefined ? "chat" : `chat ${model}`,
      messages: () => ({ requested: [], answered: [], context: undefined, result: undefined }),
      failure,
      extras: {
        model,
        input_tokens: numberAt(attributes, "input_tokens"),
        output_tokens: numberAt(attributes, "output_tokens"),
        cache_read_tokens: numberAt(attributes, "cache_read_tokens"),
        cache_creation_tokens: numberAt(attributes, "cache_creation_tokens"),
        cost_usd: numberAt(attributes, "cost_usd"),
        query_source: textAt(attributes, "query_source"),
        attempt: numberAt(attributes, "attempt"),
        request_id: requestId,
      },
    },
    numberAt(attributes, "duration_ms"),
    requestId === undefined ? undefined : `request:${requestId}`,
  );
}

function readApiRequest(record: LogRecord, event: string): LogReading {
  return modelCall(record, event, undefined);
}

function readApiError(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  return modelCall(
    record,
    event,
    failureSaying(textAt(attributes, "error"), textAt(attributes, "status_code")),
  );
}

function readApiRefusal(record: LogRecord, event: string): LogReading {
  const category = textAt(record.attributes, "category");
  return modelCall(record, event, { type: "refusal", message: category });
}

function readSubagent(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const extras = {
    agent_source: textAt(attributes, "agent.source"),
    is_async: booleanAt(attributes, "is_async"),
    model: textAt(attributes, "model"),
    total_tokens: numberAt(attributes, "total_tokens"),
    total_tool_uses: numberAt(attributes, "total_tool_uses"),
  };
  const name = textAt(attributes, "agent_type") ?? "subagent";
  const reading = { is: "run", name, failure: undefined, extras } as const;
  return report(record, event, reading, numberAt(attributes, "duration_ms"));
}

function readCompaction(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const hasFailed = booleanAt(attributes, "success") === false;
  const extras = {
    trigger: textAt(attributes, "trigger"),
    pre_tokens: numberAt(attributes, "pre_tokens"),
    post_tokens: numberAt(attributes, "post_tokens"),
  };
  const failure = hasFailed ? failureSaying(textAt(attributes, "error"), "compaction_failed") : undefined;
  const reading = { is: "run", name: "compaction", failure, extras } as const;
  return report(record, event, reading, numberAt(attributes, "duration_ms"));
}

const decision = (
  record: LogRecord,
  event: string,
  name: string,
  type: "choice" | "guardrail",
  context: Attributes,
  result: unknown,
): ActionReport => report(record, event, { is: "decision", type, name, context, result, failure: undefined });

function readSkill(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const context = {
    trigger: textAt(attributes, "invocation_trigger"),
    source: textAt(attributes, "skill.source"),
    plugin: textAt(attributes, "plugin.name"),
  };
  return decision(record, event, textAt(attributes, "skill.name") ?? "skill", "choice", context, undefined);
}

function readPermissionMode(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const context = { from: textAt(attributes, "from_mode"), trigger: textAt(attributes, "trigger") };
  return {
    ...decision(record, event, "permission_mode", "choice", context, textAt(attributes, "to_mode")),
    approval: claudeApproval(attributes, undefined),
  };
}

// One that lets everything pass decides nothing, and there are several for every call.
function readHook(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const blocking = numberAt(attributes, "num_blocking") ?? 0;
  if (blocking === 0) return { is: "ignored", reason: "hooks that blocked nothing" };
  const context = { hook_event: textAt(attributes, "hook_event"), hooks: numberAt(attributes, "num_hooks") };
  const name = textAt(attributes, "hook_name") ?? textAt(attributes, "hook_event") ?? "hook";
  return decision(record, event, name, "guardrail", context, { blocked: true, blocking });
}

function readMcpConnection(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const [code, error] = [textAt(attributes, "error_code"), textAt(attributes, "error")];
  if (code === undefined && error === undefined && textAt(attributes, "status") !== "failed")
    return { is: "ignored", reason: "a connection to a server that went well" };
  const failure = failureSaying(error, code ?? "mcp_connection_failed");
  const extras = {
    server: textAt(attributes, "server_name"),
    transport: textAt(attributes, "transport_type"),
  };
  const reading = { is: "run", name: "mcp_server_connection", failure, extras } as const;
  return report(record, event, reading, numberAt(attributes, "duration_ms"));
}

function readInternalError(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const type = textAt(attributes, "error_name") ?? "Error";
  const failure = { type, message: textAt(attributes, "error_code") };
  return report(record, event, { is: "run", name: "internal_error", failure });
}

function readPluginInstalled(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const details = {
    plugin: textAt(attributes, "plugin.name"),
    version: textAt(attributes, "plugin.version"),
    marketplace: textAt(attributes, "marketplace.name"),
    trigger: textAt(attributes, "install.trigger"),
  };
  const reading = { is: "explicit", type: "success", name: event, details, failure: undefined } as const;
  return report(record, event, reading);
}
