/**
 * The conventions for the Model Context Protocol (`mcp.method.name`, values as in the GenAI conventions), and the form in
 * which Sentry writes the same spans: one attribute for each argument, the result as text.
 */

import {
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../../src/event/semconv.js";
import type { ReadableSpan } from "../sdk-types.js";
import {
  type Attributes,
  booleanAt,
  firstPresent,
  firstText,
  numberAt,
  textAt,
} from "./common/attributes.js";
import { type Captured, captured, capturedText, HIDDEN } from "./common/captured.js";
import { describeFailure, type Failure, readFailure } from "./common/failure.js";
import { missingAnswer, nameWithout } from "./common/gen-ai-values.js";
import { unwrapMcpContent } from "./common/mcp-content.js";
import type { Dialect, Extras, Reading } from "./dialect.js";

const METHOD = "mcp.method.name";
const REQUEST_ID_KEYS = ["jsonrpc.request.id", "mcp.request.id"];
const RESULT_PREFIX = "mcp.tool.result";
const ARGUMENT_PREFIX = "mcp.request.argument.";

export const mcpDialect: Dialect = {
  name: "mcp",
  evidence: { keys: ["mcp."] },

  read(span) {
    const method = textAt(span.attributes, METHOD);
    // Mastra's server writes the method, and all else under keys of its own.
    if (method === undefined || "mastra.span.type" in span.attributes) return undefined;
    if (method === "tools/call") return readToolCall(span);
    if (method === "resources/read") return readResource(span);
    if (method === "elicitation/create") return readElicitation(span);
    return { is: "ignored", reason: `the MCP method ${method} is no action` };
  },

  agentName: () => undefined,
  // A session of the protocol is a connection: an agent keeps it over many conversations.
  sessionId: () => undefined,
};

const toolName = (span: ReadableSpan): string =>
  firstText(span.attributes, [ATTR_GEN_AI_TOOL_NAME, "mcp.tool.name"]) ?? nameWithout("tools/call", span);

function readToolCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const told = captured(attributes[ATTR_GEN_AI_TOOL_CALL_RESULT]);
  const content = unwrapMcpContent(told);
  const result = content?.result ?? told ?? sentryResult(attributes);
  const failure = toolFailure(span, result, content?.error);
  const parameters = captured(attributes[ATTR_GEN_AI_TOOL_CALL_ARGUMENTS]) ?? sentryArguments(attributes);
  return {
    is: "tool_call",
    name: toolName(span),
    parameters: parameters ?? (isSentry(attributes) && result !== undefined ? undefined : HIDDEN),
    // The protocol's answer always has content, so that an absent result is a hidden one.
    result: result ?? missingAnswer(failure),
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
  const count = numberAt(attributes, `${RESULT_PREFIX}.content_count`) ?? 1;
  if (count === 0) return [];
  if (count === 1) return sentryItem(attributes, RESULT_PREFIX);
  const indexes = [...Array(Math.min(count, MAX_ITEMS)).keys()];
  const items = indexes.map((index) => sentryItem(attributes, `${RESULT_PREFIX}.${index}`));
  return items.every((item) => item === undefined) ? undefined : items.filter((item) => item !== undefined);
}

const MAX_ITEMS = 1_000;

// The type is told whatever is hidden; images and resources are told without what is in them.
function sentryItem(attributes: Attributes, prefix: string): Captured {
  const text = capturedText(attributes[`${prefix}.content`]);
  if (text !== undefined) return text;
  const members = ITEM_MEMBERS.map((name) => [name, attributes[`${prefix}.${name}`]] as const);
  const told = members.filter(([, value]) => value !== undefined);
  return told.length === 0
    ? undefined
    : Object.fromEntries([["type", attributes[`${prefix}.content_type`]], ...told]);
}

const ITEM_MEMBERS = ["mime_type", "uri", "name", "data_size", "resource_uri", "resource_mime_type"];

// A tool that fails answers with isError; the request itself went well, and Sentry's message is then only a category.
function toolFailure(span: ReadableSpan, result: Captured, error: string | undefined): Failure | undefined {
  const isError = booleanAt(span.attributes, `${RESULT_PREFIX}.is_error`) === true || error !== undefined;
  const failure = readFailure(span, result !== undefined) ?? (isError ? describeFailure(span) : undefined);
  if (failure === undefined) return undefined;
  const message =
    failure.message !== undefined && CATEGORIES.has(failure.message) ? undefined : failure.message;
  if (!isError) return { ...failure, message };
  const type = failure.type === "Error" ? "tool_error" : failure.type;
  return { ...failure, type, message: error ?? textsOf(result) ?? message };
}

const CATEGORIES = new Set(["internal_error", "unknown_error"]);

function textsOf(result: Captured): string | undefined {
  const texts = [result].flat().filter((item) => typeof item === "string");
  return texts.join("\n") || undefined;
}

function readResource(span: ReadableSpan): Reading {
  const { attributes } = span;
  const uri = captured(firstPresent(attributes, ["mcp.resource.uri", `${ARGUMENT_PREFIX}uri`]));
  const result = captured(attributes[ATTR_GEN_AI_TOOL_CALL_RESULT]);
  const failure = readFailure(span, result !== undefined);
  return {
    is: "tool_call",
    name: "resources/read",
    parameters: uri === undefined ? HIDDEN : { uri },
    result: result ?? missingAnswer(failure),
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
