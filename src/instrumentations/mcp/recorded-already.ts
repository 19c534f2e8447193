import { SpanKind, trace } from "@opentelemetry/api";
import type { Request } from "./request-template.js";

const KINDS = { client: SpanKind.CLIENT, server: SpanKind.SERVER } as const;

/**
 * Whether the span that is active is one for this very request, on this side: the host has another instrumentation of the
 * protocol around us (Sentry's wrapper of servers and others), and a second span would say the same once more.
 */
export function isRecordedAlready({ method, id, params }: Request, side: keyof typeof KINDS): boolean {
  const span: unknown = trace.getActiveSpan();
  const { kind, attributes } = (span ?? {}) as {
    readonly kind?: unknown;
    readonly attributes?: Readonly<Record<string, unknown>>;
  };
  if (kind !== KINDS[side] || attributes?.["mcp.method.name"] !== method) return false;
  const [itsId, itsTool] = [
    attributes["jsonrpc.request.id"] ?? attributes["mcp.request.id"],
    attributes["gen_ai.tool.name"] ?? attributes["mcp.tool.name"],
  ];
  // What is sent has no id yet.
  if (side === "server" && id !== undefined && itsId !== undefined) return itsId === String(id);
  return itsTool === params?.name;
}
