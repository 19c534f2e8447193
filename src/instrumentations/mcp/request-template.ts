import { type Attributes, SpanKind } from "@opentelemetry/api";
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_NAME,
  OPERATION_EXECUTE_TOOL,
} from "../../event/semconv.js";
import type { SpanTemplate } from "../../tracing/span-template.js";
import { jsonAttribute, textAttribute, textOf } from "../../tracing/text.js";
import { contextOf } from "./meta-context.js";
import type { ProtocolInside } from "./patch-protocol.js";
import { requestFailure, requestOutcome } from "./request-outcome.js";

/** A JSON-RPC request; one that is sent has no id yet. */
export interface Request {
  readonly method: string;
  readonly id?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A request that this side sends. */
export function outgoingSpanTemplate(
  protocol: ProtocolInside,
  request: Request,
  capturesContent: boolean,
): SpanTemplate {
  const template = requestSpanTemplate(protocol, request, protocol._requestMessageId, capturesContent);
  return { ...template, kind: SpanKind.CLIENT };
}

/** A request that this side handles, as part of the trace that it brings along. */
export function incomingSpanTemplate(
  protocol: ProtocolInside,
  request: Request,
  capturesContent: boolean,
): SpanTemplate {
  const template = requestSpanTemplate(protocol, request, request.id, capturesContent);
  return { ...template, kind: SpanKind.SERVER, parent: contextOf(request) };
}

function requestSpanTemplate(
  protocol: ProtocolInside,
  request: Request,
  id: unknown,
  capturesContent: boolean,
): SpanTemplate {
  const { method, params } = request;
  const isCall = method === "tools/call";
  const target = isCall || method === "prompts/get" ? textOf(params?.name) : undefined;
  return {
    spanName: target === undefined ? method : `${method} ${target}`,
    attributes: {
      "mcp.method.name": method,
      ...(id !== undefined && { "jsonrpc.request.id": String(id) }),
      ...textAttribute("mcp.session.id", protocol.transport?.sessionId),
      ...textAttribute("mcp.protocol.version", versions.get(protocol) ?? protocol._negotiatedProtocolVersion),
      ...transportAttributes(protocol.transport),
      ...(isCall && { [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_EXECUTE_TOOL }),
      ...textAttribute(isCall ? ATTR_GEN_AI_TOOL_NAME : "gen_ai.prompt.name", target),
      ...(method.startsWith("resources/") && textAttribute("mcp.resource.uri", params?.uri)),
    },
    content: () =>
      isCall
        ? jsonAttribute(ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, params?.arguments ?? {})
        : elicitationContent(request),
    returned: (result) => {
      if (method === "initialize") noteVersion(protocol, result);
      return requestOutcome(request, result, capturesContent);
    },
    threw: requestFailure,
  };
}

/** What a person is asked. The conventions have no attribute for it; these are the ones that are known for it. */
function elicitationContent({ method, params }: Request): Attributes {
  if (method !== "elicitation/create") return {};
  const { message, requestedSchema } = params ?? {};
  return {
    ...jsonAttribute("mcp.request.argument.message", message),
    ...jsonAttribute("mcp.request.argument.requestedSchema", requestedSchema),
  };
}

/** The version that both sides agreed on when they met, which later requests do not say. */
const versions = new WeakMap<ProtocolInside, unknown>();

function noteVersion(protocol: ProtocolInside, result: unknown): void {
  versions.set(protocol, (result as { readonly protocolVersion?: unknown } | undefined)?.protocolVersion);
}

// Transports have no kind; their classes are named for it, in both versions and on both sides.
function transportAttributes(transport: object | undefined): Attributes {
  const className = transport?.constructor.name ?? "";
  if (/stdio/i.test(className)) return { "network.transport": "pipe" };
  if (/websocket/i.test(className))
    return { "network.transport": "tcp", "network.protocol.name": "websocket" };
  return /http|sse/i.test(className) ? { "network.transport": "tcp", "network.protocol.name": "http" } : {};
}
