import { isPlainObject } from "../../../../src/event/json.js";
import type { LogReading } from "../../logs/log-dialect.js";
import type { LogRecord } from "../../logs/log-record.js";
import { millisBefore } from "../../logs/log-times.js";
import { type Attributes, booleanAt, numberAt, textAt } from "../common/attributes.js";
import { type Captured, capturedOnce } from "../common/captured.js";
import { failureSaying } from "../common/failure.js";
import type { Extras } from "../dialect.js";
import { claudeApproval, claudeCallKey, claudeSession } from "./claude-code-session.js";

/** A call that was made, well or not. */
export function readToolResult(record: LogRecord): LogReading {
  const { attributes, time } = record;
  const hasFailed = booleanAt(attributes, "success") === false;
  const { name, parameters, extras } = toolOf(attributes);
  const callId = claudeCallKey(attributes);
  return {
    is: "action",
    reading: {
      is: "tool_call",
      name,
      parameters,
      result: undefined,
      callId,
      failure: hasFailed
        ? failureSaying(textAt(attributes, "error"), textAt(attributes, "error_type") ?? "tool_error")
        : undefined,
      extras: {
        ...extras,
        tool_input_size_bytes: numberAt(attributes, "tool_input_size_bytes"),
        tool_result_size_bytes: numberAt(attributes, "tool_result_size_bytes"),
        mcp_server_scope: textAt(attributes, "mcp_server_scope"),
      },
    },
    session: claudeSession(attributes, record.resource),
    callKey: callId,
    identity: `tool_result:${textAt(attributes, "event.sequence") ?? ""}`,
    start: millisBefore(time, numberAt(attributes, "duration_ms")),
    end: time,
    approval: claudeApproval(attributes, textAt(attributes, "decision_source")),
    traceId: record.traceId,
    parentSpanId: record.spanId,
  };
}

/** A call that was refused is a decision and nothing else; one that was allowed has begun, and its result tells the rest. */
export function readToolDecision(record: LogRecord): LogReading {
  const { attributes, time } = record;
  const source = textAt(attributes, "source");
  const { name, parameters, extras } = toolOf(attributes);
  const callId = claudeCallKey(attributes);
  const isRefused = textAt(attributes, "decision") === "reject";
  return {
    is: "action",
    reading: isRefused
      ? {
          is: "decision",
          type: "approval",
          name,
          context: parameters,
          result: { approved: false, source },
          callId,
          failure: undefined,
          extras,
        }
      : { is: "tool_call", name, parameters, result: undefined, callId, failure: undefined, extras },
    session: claudeSession(attributes, record.resource),
    callKey: callId,
    identity: `tool_decision:${textAt(attributes, "event.sequence") ?? ""}`,
    start: time,
    end: isRefused ? time : undefined,
    approval: claudeApproval(attributes, source),
    traceId: record.traceId,
    // The span that is active then is inside the call, not around it.
  };
}

interface Tool {
  readonly name: string;
  readonly parameters: Captured;
  readonly extras: Extras;
}

/**
 * The tool, and what it was called with: whole in `tool_input`, and of some tools what matters most in `tool_parameters`. Both are there with
 * `OTEL_LOG_TOOL_DETAILS` alone.
 */
function toolOf(attributes: Attributes): Tool {
  const input = capturedOnce(attributes.tool_input);
  const decoded = capturedOnce(attributes.tool_parameters);
  const summary = isPlainObject(decoded) ? decoded : {};
  const [server, tool] = [textAt(summary, "mcp_server_name"), textAt(summary, "mcp_tool_name")];
  const named = textAt(attributes, "tool_name") ?? "unnamed";
  return {
    // With details off, all tools of servers have one name.
    name: server !== undefined && tool !== undefined ? `mcp__${server}__${tool}` : named,
    parameters: isPlainObject(input) ? input : commandOf(summary),
    extras: {
      mcp_server: server,
      mcp_tool: tool,
      skill: textAt(summary, "skill_name"),
      subagent_type: textAt(summary, "subagent_type"),
      git_commit_id: textAt(summary, "git_commit_id"),
    },
  };
}

function commandOf(summary: Attributes): Captured {
  const command = textAt(summary, "full_command") ?? textAt(summary, "bash_command");
  if (command === undefined) return undefined;
  const { timeout, description } = summary;
  return {
    command,
    ...(description !== undefined && { description }),
    ...(timeout !== undefined && { timeout }),
  };
}
