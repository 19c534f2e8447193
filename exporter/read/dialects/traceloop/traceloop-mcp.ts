/**
 * Requests of the Model Context Protocol as Traceloop's instrumentations write them (JavaScript: @traceloop/instrumentation-mcp, Python:
 * opentelemetry-instrumentation-mcp): `<tool>.tool` for a tool, `<method>.mcp` for all else, below the span of the connection.
 */

import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { readFailure } from "../common/failure.js";
import { missingAnswer } from "../common/gen-ai-values.js";
import type { Reading } from "../dialect.js";
import { ENTITY_INPUT, ENTITY_OUTPUT } from "./traceloop-values.js";

const SCOPE = /^(?:@traceloop\/instrumentation-mcp|opentelemetry\.instrumentation\.mcp\b)/;

export const isMcp = (span: ReadableSpan): boolean => SCOPE.test(scopeName(span));

export function readMcpRequest(span: ReadableSpan): Reading {
  const method = span.name.replace(/\.mcp$/, "");
  if (method === "resources/read") return readResource(span);
  if (method === "elicitation/create") return readElicitation(span);
  return { is: "ignored", reason: `the MCP method ${method} is no action` };
}

function readResource(span: ReadableSpan): Reading {
  const result = captured(span.attributes[ENTITY_OUTPUT]);
  const failure = readFailure(span, result !== undefined);
  const parameters = parametersOf(span) ?? HIDDEN;
  return {
    is: "tool_call",
    name: "resources/read",
    parameters,
    result: result ?? missingAnswer(failure),
    callId: undefined,
    failure,
  };
}

function readElicitation(span: ReadableSpan): Reading {
  return {
    is: "decision",
    type: "elicitation",
    name: "elicitation/create",
    context: parametersOf(span) ?? HIDDEN,
    result: captured(span.attributes[ENTITY_OUTPUT]) ?? HIDDEN,
    failure: readFailure(span),
  };
}

// JavaScript writes the parameters, Python the whole request.
function parametersOf({ attributes }: ReadableSpan): Captured {
  const input = captured(attributes[ENTITY_INPUT]);
  const request = isPlainObject(input) && isPlainObject(input.root) ? input.root : input;
  if (!isPlainObject(request) || !("method" in request)) return request;
  const params = captured(request.params);
  if (!isPlainObject(params)) return params;
  const { _meta, meta, ...given } = params;
  return given;
}
