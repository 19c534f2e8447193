/**
 * The conventions for the Model Context Protocol (`mcp.method.name`, values as in the GenAI conventions), and the form in
 * which Sentry writes the same spans: one attribute for each argument, the result as text.
 */
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import {
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../src/event/semconv.js";
import { type Attributes, booleanAt, firstPresent, firstText, numberAt, textAt } from "./attributes.js";
import { type Captured, captured, capturedText, HIDDEN } from "./captured.js";
import type { Dialect, Extras, Reading } from "./dialect.js";
import { describeFailure, type Failure, readFailure } from "./failure.js";
import { nameWithout } from "./gen-ai-values.js";

const METHOD = "mcp.method.name";
const REQUEST_ID_KEYS = ["jsonrpc.request.id", "mcp.request.id"];
const RESULT_PREFIX = "mcp.tool.result";
const ARGUMENT_PREFIX = "mcp.request.argument.";

export const mcpDialect: Dialect = {
  name: "mcp",

  read(span) {
    const method = textAt(span.attributes, METHOD);
    // Mastra's server writes the method, and all else under keys of its own.
    if (method === undefined || "mastra.span.type" in span.attributes) return undefined;
    if (method === "tools/call") return readToolCall(span);
    if (method === "resources/read") return readResource(span);
    if (method === "elicitation/create") return readElicitation(span);
    return { is: "other", reason: `the MCP method ${method} is no action` };
  },

  agentName: () => undefined,
  // A session of the protocol is a connection: an agent keeps it over many conversations.
  sessionId: () => undefined,
};

const toolName = (span: ReadableSpan): string =>
  firstText(span.attributes, [ATTR_GEN_AI_TOOL_NAME, "mcp.tool.name"]) ?? nameWithout("tools/call", span);

function readToolCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const result = captured(attributes[ATTR_GEN_AI_TOOL_CALL_RESULT]) ?? sentryResult(attributes);
  const failure = toolFailure(span, result);
  const parameters = captured(attributes[ATTR_GEN_AI_TOOL_CALL_ARGUMENTS]) ?? sentryArguments(attributes);
  return {
    is: "tool_call",
    name: toolName(span),
    parameters: parameters ?? (isSentry(attributes) && result !== undefined ? undefined : HIDDEN),
    // The protocol's answer always has content, so that an absent result is a hidden one.
    result: result ?? (failure === undefined ? HIDDEN : undefined),
    // The id of the request counts up within one connection; the model's id of the call is not on these spans.
    callId: undefined,
    failure,
    ...connectionOf(attributes),
  };
}

// Sentry writes neither the arguments of a call without any, nor those of a call whose content it hides.
const isSentry = (attributes: Attributes): boolean => "mcp.tool.name" in attributes;

function sentryArguments(attributes: Attributes): Captured {
  const members = Object.keys(attributes)
    .filter((key) => key.startsWith(ARGUMENT_PREFIX))
    .map((key) => [key.slice(ARGUMENT_PREFIX.length), captured(attributes[key])] as const);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

// One item of content stands under the prefix itself, several under their numbers.
function sentryResult(attributes: Attributes): Captured {
  const single = capturedText(attributes[`${RESULT_PREFIX}.content`]);
  const count = numberAt(attributes, `${RESULT_PREFIX}.content_count`) ?? 0;
  if (single !== undefined || count < 1) return single;
  const items: Captured[] = [];
  for (let index = 0; index < Math.min(count, MAX_ITEMS); index++) {
    const item = capturedText(attributes[`${RESULT_PREFIX}.${index}.content`]);
    if (item !== undefined) items.push(item);
  }
  return items.length === 0 ? undefined : items;
}

const MAX_ITEMS = 1_000;

// A tool that fails answers with isError; the request itself went well, and Sentry's message is then only a category.
function toolFailure(span: ReadableSpan, result: Captured): Failure | undefined {
  if (booleanAt(span.attributes, `${RESULT_PREFIX}.is_error`) !== true)
    return readFailure(span, result !== undefined);
  const failure = describeFailure(span);
  const type = failure.type === "Error" ? "tool_error" : failure.type;
  return { ...failure, type, message: typeof result === "string" ? result : failure.message };
}

function readResource(span: ReadableSpan): Reading {
  const { attributes } = span;
  const uri = captured(firstPresent(attributes, ["mcp.resource.uri", `${ARGUMENT_PREFIX}uri`]));
  const failure = readFailure(span);
  return {
    is: "tool_call",
    name: "resources/read",
    parameters: uri === undefined ? HIDDEN : { uri },
    result: failure === undefined ? HIDDEN : undefined,
    callId: undefined,
    failure,
    ...connectionOf(attributes),
  };
}

function readElicitation(span: ReadableSpan): Reading {
  return {
    is: "decision",
    type: "elicitation",
    name: "elicitation/create",
    context: sentryArguments(span.attributes) ?? HIDDEN,
    result: HIDDEN,
    failure: readFailure(span),
    ...connectionOf(span.attributes),
  };
}

function connectionOf(attributes: Attributes): { connection: string | undefined; extras: Extras } {
  const connection = textAt(attributes, "mcp.session.id");
  const mcp_request_id = firstText(attributes, REQUEST_ID_KEYS);
  return { connection, extras: { mcp_session_id: connection, mcp_request_id } };
}
