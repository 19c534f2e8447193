/**
 * Spans of OpenCode (scope `opencode`), recorded with version 1.18.33. `OTEL_EXPORTER_OTLP_ENDPOINT` switches its own on, some 2,000 for a short session: all of its
 * call graph, in which `Tool.execute` has the names of the calls. `experimental.openTelemetry` in its configuration adds those of the AI SDK: `ai.toolCall` tells arguments and
 * result. Both have the id that its session keeps of the call, and the session's id; the calls of a sub-agent have the id of its own session.
 */
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, firstText, scopeName, textAt } from "../common/attributes.js";
import { captured } from "../common/captured.js";
import { describeFailure, type Failure, readFailure } from "../common/failure.js";
import { modelExtras } from "../common/gen-ai-values.js";
import type { Dialect, Reading, ToolCallReading } from "../dialect.js";
import { openCodeOutcome, openCodeRefusal } from "./opencode-calls.js";

const OPENCODE = "opencode";
const AI_CALL = "ai.toolCall";
const OWN_CALL = "Tool.execute";

export const openCodeDialect: Dialect = {
  name: OPENCODE,
  evidence: { keys: [], scope: /^opencode$/ },
  read: (span) => (isOpenCode(span) ? readSpan(span) : undefined),
  agentName: (span) => (isOpenCode(span) && sessionOf(span.attributes) !== undefined ? OPENCODE : undefined),
  sessionId: (span) => (isOpenCode(span) ? sessionOf(span.attributes) : undefined),
  // Only a request of a model tells whose sub-agent it is; calls are completed by the one around them.
  correlationText: (span) =>
    isOpenCode(span) && isRequest(span)
      ? (textAt(span.attributes, PARENT_SESSION) ?? sessionOf(span.attributes))
      : undefined,
  callKey: (span) => (isOpenCode(span) ? callIdOf(span.attributes) : undefined),
};

const PARENT_SESSION = "ai.request.headers.x-parent-session-id";

const isOpenCode = (span: ReadableSpan): boolean => scopeName(span) === OPENCODE;

const isRequest = ({ name }: ReadableSpan): boolean => /^ai\.(?:stream|generate)(?:Text|Object)$/.test(name);

const sessionOf = (attributes: Attributes): string | undefined =>
  firstText(attributes, ["session.id", "ai.telemetry.metadata.sessionId"]);

/** The calls of a sub-agent are inside this span, and not inside the one that the AI SDK writes of the same call. */
const isTask = ({ name, attributes }: ReadableSpan): boolean =>
  name === OWN_CALL && textAt(attributes, "tool.name") === "task";

// It does not tell the exit code of a command, and would say that one that failed went well.
const TOLD_BY_SDK: Reading = {
  is: "ignored",
  reason: "the AI SDK's span of the same call tells it, which experimental.openTelemetry switches on",
};

const callIdOf = (attributes: Attributes): string | undefined =>
  firstText(attributes, ["ai.toolCall.id", "tool.call_id"]);

function readSpan(span: ReadableSpan): Reading {
  if (span.name === AI_CALL || isTask(span)) return readCall(span);
  if (span.name === OWN_CALL) return TOLD_BY_SDK;
  if (isRequest(span)) return readRequest(span);
  return { is: "ignored", reason: `${span.name} is a step of the program, and no action` };
}

function readCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const failed = readFailure(span, true);
  const call = {
    name: firstText(attributes, ["ai.toolCall.name", "tool.name"]) ?? span.name,
    callId: callIdOf(attributes),
  };
  const parameters = captured(attributes["ai.toolCall.args"]);
  const refusal = openCodeRefusal(failed?.message);
  if (refusal !== undefined)
    return {
      is: "decision",
      type: "approval",
      ...call,
      context: parameters,
      result: { approved: false, reason: failed?.message },
      failure: undefined,
      approval: refusal,
    };
  return { is: "tool_call", ...call, parameters, ...outcomeOf(span, failed) };
}

function outcomeOf(
  span: ReadableSpan,
  failed: Failure | undefined,
): Pick<ToolCallReading, "result" | "failure"> {
  // An `Error` is what its tools throw: its transcripts do not tell a class.
  if (failed !== undefined)
    return {
      result: undefined,
      failure: { ...describeFailure(span), ...(failed.type === "Error" && { type: "tool_error" }) },
    };
  const told = captured(span.attributes["ai.toolCall.result"]);
  if (typeof told !== "object" || told === null || !("output" in told))
    return { result: told, failure: undefined };
  return openCodeOutcome(told.output, "metadata" in told ? told.metadata : undefined);
}

function readRequest(span: ReadableSpan): Reading {
  const { attributes } = span;
  const model = textAt(attributes, "ai.model.id");
  return {
    is: "model_call",
    name: model === undefined ? "chat" : `chat ${model}`,
    // Its calls are told by spans of their own, whose ids this one repeats.
    messages: () => ({ requested: [], answered: [], context: undefined, result: undefined }),
    failure: readFailure(span, "ai.response.finishReason" in attributes),
    extras: modelExtras(attributes),
  };
}
