/**
 * Spans of Claude Code (beta: `CLAUDE_CODE_ENHANCED_TELEMETRY_BETA=1`, scope `com.anthropic.claude_code.tracing`), read from its version 2.1. A call is
 * `claude_code.tool`, with `.blocked_on_user` inside it while somebody decides and `.execution` while it runs; sub-agents' calls are inside the
 * execution of the call that began them. What a call gave is a span event, with `OTEL_LOG_TOOL_CONTENT`.
 */
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, booleanAt, numberAt, textAt } from "../common/attributes.js";
import { captured } from "../common/captured.js";
import { type Failure, failureSaying, readFailure } from "../common/failure.js";
import type { Dialect, Reading } from "../dialect.js";
import { CLAUDE_CODE, claudeApproval, claudeCallKey } from "./claude-code-session.js";

const PREFIX = "claude_code.";

export const claudeCodeDialect: Dialect = {
  name: "claude-code",
  evidence: { keys: ["span.type"], scope: /^com\.anthropic\.claude_code\./ },
  read: (span, ancestors) =>
    span.name.startsWith(PREFIX) ? readKind(span.name.slice(PREFIX.length), span, ancestors) : undefined,
  agentName: ({ name }) => (name.startsWith(PREFIX) ? CLAUDE_CODE : undefined),
  sessionId: ({ name, attributes }) =>
    name.startsWith(PREFIX) ? textAt(attributes, "session.id") : undefined,
  correlationText: ({ name, attributes }) =>
    name.startsWith(PREFIX) ? textAt(attributes, "session.id") : undefined,
  callKey: ({ name, attributes }) => {
    if (name === `${PREFIX}tool`) return claudeCallKey(attributes);
    const requestId = name === `${PREFIX}llm_request` ? textAt(attributes, "request_id") : undefined;
    return requestId === undefined ? undefined : `request:${requestId}`;
  },
};

function readKind(kind: string, span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading {
  switch (kind) {
    case "tool":
      return readTool(span);
    case "tool.execution":
    case "tool.blocked_on_user":
      note(kind, span, ancestors[0]);
      return { is: "ignored", reason: "a part of the call around it" };
    case "interaction":
      return readInteraction(span);
    case "llm_request":
      return readRequest(span);
    default:
      return { is: "ignored", reason: `${span.name} is told by the call or the log event around it` };
  }
}

/** What the spans inside a call say of it: they end before it does. */
interface Notes {
  execution?: { readonly failure: Failure | undefined };
  decision?: Attributes;
}

const NOTES = new WeakMap<ReadableSpan, Notes>();

function note(kind: string, span: ReadableSpan, call: ReadableSpan | undefined): void {
  if (call === undefined) return;
  const notes = NOTES.get(call) ?? {};
  NOTES.set(call, notes);
  const { attributes } = span;
  if (kind === "tool.blocked_on_user") notes.decision = attributes;
  else {
    const hasFailed = booleanAt(attributes, "success") === false;
    const said = failureSaying(textAt(attributes, "error"), "tool_error");
    notes.execution = { failure: hasFailed ? said : readFailure(span, true) };
  }
}

function readTool(span: ReadableSpan): Reading {
  const { attributes } = span;
  const { execution, decision = {} } = NOTES.get(span) ?? {};
  const name = textAt(attributes, "tool_name") ?? span.name;
  const source = known(textAt(decision, "source"));
  const isDecided = known(textAt(decision, "decision")) !== undefined;
  const shared = {
    name,
    callId: claudeCallKey(attributes),
    approval: claudeApproval(attributes, source),
    extras: {
      // Not the parameters: logs and transcripts have them whole.
      command: textAt(attributes, "full_command"),
      file_path: textAt(attributes, "file_path"),
      subagent_type: textAt(attributes, "subagent_type"),
      agent_id: textAt(attributes, "agent_id"),
      parent_agent_id: textAt(attributes, "parent_agent_id"),
      permission_wait_ms: isDecided ? numberAt(decision, "duration_ms") : undefined,
    },
  };
  if (textAt(decision, "decision") === "reject" && execution === undefined)
    return {
      is: "decision",
      type: "approval",
      context: undefined,
      result: { approved: false, ...(source !== undefined && { source }) },
      failure: undefined,
      ...shared,
    };
  return {
    is: "tool_call",
    parameters: undefined,
    result: outputOf(span),
    failure: execution?.failure ?? readFailure(span, true),
    ...shared,
  };
}

// It writes `unknown` where nobody was asked.
const known = (text: string | undefined): string | undefined => (text === "unknown" ? undefined : text);

function outputOf({ events }: ReadableSpan): unknown {
  const said = events.find(({ name }) => name === "tool.output")?.attributes;
  if (said === undefined) return undefined;
  const { output, bash_command: _, file_path: __, ...others } = said;
  if (output !== undefined) return output;
  return Object.fromEntries(Object.entries(others).map(([key, value]) => [key, captured(value)]));
}

function readInteraction(span: ReadableSpan): Reading {
  const { attributes } = span;
  const prompt = textAt(attributes, "user_prompt");
  return {
    is: "run",
    name: "interaction",
    failure: readFailure(span, true),
    extras: {
      prompt: prompt === "<REDACTED>" ? undefined : prompt,
      prompt_length: numberAt(attributes, "user_prompt_length"),
    },
  };
}

function readRequest(span: ReadableSpan): Reading {
  const { attributes } = span;
  const model = textAt(attributes, "model");
  const hasFailed = booleanAt(attributes, "success") === false;
  const said = failureSaying(
    textAt(attributes, "error") ?? span.status.message,
    textAt(attributes, "status_code"),
  );
  return {
    is: "model_call",
    name: model === undefined ? "chat" : `chat ${model}`,
    messages: () => ({ requested: [], answered: [], context: undefined, result: undefined }),
    failure: hasFailed ? said : readFailure(span, true),
    extras: {
      model,
      input_tokens: numberAt(attributes, "input_tokens"),
      output_tokens: numberAt(attributes, "output_tokens"),
      agent_id: textAt(attributes, "agent_id"),
      attempt: numberAt(attributes, "attempt"),
      request_id: textAt(attributes, "request_id"),
    },
  };
}
