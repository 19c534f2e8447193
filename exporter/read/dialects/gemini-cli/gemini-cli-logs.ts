/**
 * Log events of Gemini CLI (`gemini_cli.*`, scope `gemini-cli`), read from its version 0.61: the name is the attribute `event.name`, and the body a sentence. Arguments and prompts
 * follow its `telemetry.logPrompts`, which is on by default. Its spans (`telemetry.traces`) tell the same calls and never come without these records.
 * https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/telemetry.md
 */
import type { LogDialect, LogReading } from "../../logs/log-dialect.js";
import type { LogRecord } from "../../logs/log-record.js";
import { type Attributes, booleanAt, numberAt, textAt } from "../common/attributes.js";
import { capturedOnce } from "../common/captured.js";
import { type Failure, failureSaying } from "../common/failure.js";
import type { IgnoredReading } from "../dialect.js";
import { readApiError, readApiResponse, readRetryFailure, readToolCall } from "./gemini-cli-calls.js";
import { report } from "./gemini-cli-report.js";

export const geminiCliLogs: LogDialect = {
  name: "gemini-cli",
  prefix: "gemini_cli.",
  // It writes this one without the prefix.
  others: ["loop_detected"],
  read: (record, event) => (Object.hasOwn(EVENTS, event) ? EVENTS[event]?.(record, event) : undefined),
};

/** Qwen Code, a fork: the same events, and some of its own; read from its version 0.15. Its records have no span. */
export const qwenCodeLogs: LogDialect = {
  name: "qwen-code",
  prefix: "qwen-code.",
  read: (record, event) =>
    Object.hasOwn(QWEN_EVENTS, event)
      ? QWEN_EVENTS[event]?.(record, event)
      : geminiCliLogs.read(record, event),
};

type Read = (record: LogRecord, event: string) => LogReading;

const SETTING = because("a setting, or a figure of the program");
const STEP = because("a step of what another event tells");

const EVENTS: Readonly<Record<string, Read>> = {
  tool_call: readToolCall,
  user_prompt: readPrompt,
  model_routing: readRouting,
  "agent.finish": readAgent,
  loop_detected: readLoop,
  "conseca.verdict": readVerdict,
  hook_call: readHook,
  api_error: readApiError,
  api_response: readApiResponse,
  chat_compression: readCompression,
  "plan.approval_mode_switch": readModeSwitch,
  "plan.execution": readPlan,
  flash_fallback: readFallback,
  "chat.content_retry_failure": readRetryFailure,
  extension_install: readExtension,
  extension_uninstall: readExtension,
  extension_enable: readExtension,
  extension_disable: readExtension,
  file_operation: because("a part of the tool_call around it"),
  "agent.start": because("its agent.finish tells it"),
  "agent.recovery_attempt": STEP,
  api_request: because("its api_response or api_error tells it"),
  "chat.content_retry": STEP,
  "chat.invalid_chunk": STEP,
  "conseca.policy_generation": STEP,
  edit_correction: STEP,
  edit_strategy: STEP,
  llm_loop_check: STEP,
  malformed_json_response: STEP,
  network_retry_attempt: STEP,
  next_speaker_check: STEP,
  tool_output_masking: STEP,
  tool_output_truncated: STEP,
  web_fetch_fallback_attempt: STEP,
  config: SETTING,
  conversation_finished: SETTING,
  "plan.approval_mode_duration": SETTING,
  ide_connection: SETTING,
  ripgrep_fallback: SETTING,
  slash_command: SETTING,
  "slash_command.model": SETTING,
  startup_stats: SETTING,
};

const QWEN_EVENTS: Readonly<Record<string, Read>> = {
  subagent_execution: readSubagent,
  skill_launch: readSkill,
  api_cancel: because("the user's cancellation of a request, and no failure"),
  user_retry: STEP,
  "memory.recall": STEP,
  "memory.extract": STEP,
  "memory.dream": STEP,
  prompt_suggestion: STEP,
  speculation: STEP,
  auth: SETTING,
  user_feedback: SETTING,
  extension_update: readExtension,
};

function because(reason: string): () => IgnoredReading {
  return () => ({ is: "ignored", reason });
}

function readPrompt(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const details = {
    prompt: textAt(attributes, "prompt"),
    prompt_length: numberAt(attributes, "prompt_length"),
    prompt_id: textAt(attributes, "prompt_id"),
  };
  return report(record, event, {
    is: "explicit",
    type: "success",
    name: "user_prompt",
    details,
    failure: undefined,
  });
}

interface Decided {
  readonly type: "choice" | "guardrail" | "plan";
  readonly name: string;
  readonly context: Attributes;
  readonly result: unknown;
  readonly failure?: Failure | undefined;
}

const decided = (
  record: LogRecord,
  event: string,
  { failure, ...decision }: Decided,
  durationMillis?: number,
) => report(record, event, { is: "decision", ...decision, failure }, { durationMillis });

function readRouting(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const context = {
    source: textAt(attributes, "decision_source"),
    reasoning: textAt(attributes, "reasoning"),
    approval_mode: textAt(attributes, "approval_mode"),
  };
  const hasFailed = booleanAt(attributes, "failed") === true;
  const failure = hasFailed
    ? failureSaying(textAt(attributes, "error_message"), "routing_failed")
    : undefined;
  const result = textAt(attributes, "decision_model");
  const decision = { type: "choice", name: "model_routing", context, result, failure } as const;
  return decided(record, event, decision, numberAt(attributes, "routing_latency_ms"));
}

function readAgent(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const reason = textAt(attributes, "terminate_reason");
  const hasFailed = reason !== undefined && reason !== "GOAL";
  const failure = hasFailed ? { type: reason.toLowerCase(), message: undefined } : undefined;
  const extras = { agent_id: textAt(attributes, "agent_id"), turn_count: numberAt(attributes, "turn_count") };
  const reading = { is: "run", name: textAt(attributes, "agent_name"), failure, extras } as const;
  return report(record, event, reading, { durationMillis: numberAt(attributes, "duration_ms") });
}

function readSubagent(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const status = textAt(attributes, "status");
  if (status === "started") return { is: "ignored", reason: "its end tells it" };
  const reason = textAt(attributes, "terminate_reason");
  const hasFailed = status === "failed" || (reason !== undefined && reason !== "GOAL");
  const type = (reason ?? "subagent_failed").toLowerCase();
  const failure = hasFailed ? failureSaying(textAt(attributes, "result"), type) : undefined;
  const name = textAt(attributes, "subagent_name");
  return report(record, event, { is: "run", name, failure });
}

function readSkill(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const name = textAt(attributes, "skill_name") ?? "skill";
  const result = { success: booleanAt(attributes, "success") };
  return decided(record, event, { type: "choice", name, context: {}, result });
}

function readLoop(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const context = { loop_type: textAt(attributes, "loop_type"), prompt_id: textAt(attributes, "prompt_id") };
  const result = {
    count: numberAt(attributes, "count"),
    confirmed_by_model: textAt(attributes, "confirmed_by_model"),
    analysis: textAt(attributes, "analysis"),
    confidence: numberAt(attributes, "confidence"),
  };
  return decided(record, event, { type: "guardrail", name: "loop_detected", context, result });
}

function readVerdict(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const context = { tool_call: capturedOnce(attributes.tool_call), policy: capturedOnce(attributes.policy) };
  const result = {
    verdict: textAt(attributes, "verdict"),
    rationale: textAt(attributes, "verdict_rationale"),
  };
  const error = textAt(attributes, "error");
  const failure = error === undefined ? undefined : failureSaying(error, "verdict_failed");
  return decided(record, event, { type: "guardrail", name: "conseca", context, result, failure });
}

/** By which a hook of it says that something may not be. */
const BLOCKED_EXIT_CODE = 2;

// One that lets everything pass decides nothing.
function readHook(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  if (numberAt(attributes, "exit_code") !== BLOCKED_EXIT_CODE)
    return { is: "ignored", reason: "a hook that blocked nothing" };
  const context = { hook_event: textAt(attributes, "hook_event_name") };
  const result = { blocked: true, reason: textAt(attributes, "stderr") };
  const name = textAt(attributes, "hook_name") ?? "hook";
  return decided(
    record,
    event,
    { type: "guardrail", name, context, result },
    numberAt(attributes, "duration_ms"),
  );
}

function readCompression(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const extras = {
    pre_tokens: numberAt(attributes, "tokens_before"),
    post_tokens: numberAt(attributes, "tokens_after"),
  };
  return report(record, event, { is: "run", name: "compaction", failure: undefined, extras });
}

function readModeSwitch(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const context = { from: textAt(attributes, "from_mode") };
  const result = textAt(attributes, "to_mode");
  return decided(record, event, { type: "choice", name: "permission_mode", context, result });
}

function readPlan(record: LogRecord, event: string): LogReading {
  const context = { approval_mode: textAt(record.attributes, "approval_mode") };
  return decided(record, event, { type: "plan", name: "plan", context, result: { approved: true } });
}

function readFallback(record: LogRecord, event: string): LogReading {
  const context = { auth_type: textAt(record.attributes, "auth_type") };
  return decided(record, event, { type: "choice", name: "model_fallback", context, result: "flash" });
}

function readExtension(record: LogRecord, event: string): LogReading {
  const { attributes } = record;
  const details = {
    extension: textAt(attributes, "extension_name"),
    version: textAt(attributes, "extension_version"),
    source: textAt(attributes, "extension_source"),
    status: textAt(attributes, "status"),
  };
  return report(record, event, { is: "explicit", type: "success", name: event, details, failure: undefined });
}
