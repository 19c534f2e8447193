import { type Context, context, propagation, trace } from "@opentelemetry/api";
import { guarded } from "../../tracing/guard.js";
import type { Request } from "./request-template.js";

/** The names of W3C Trace Context and Baggage, which the protocol keeps in `_meta` as they are. */
const NAMES = ["traceparent", "tracestate", "baggage"] as const;

/** The request with the trace of a context in its `_meta`. What the host has put there itself stays. */
export function withTraceOf(source: Context, request: Request): Request {
  return guarded("the trace could not be put into a request", () => tryWith(source, request)) ?? request;
}

function tryWith(source: Context, request: Request): Request {
  const { params } = request;
  const given = params?._meta ?? {};
  if (typeof given !== "object" || "traceparent" in given) return request;
  const carrier: Record<string, unknown> = {};
  propagation.inject(source, carrier);
  const said = NAMES.filter((name) => typeof carrier[name] === "string");
  if (said.length === 0) return request;
  const meta = { ...Object.fromEntries(said.map((name) => [name, carrier[name]])), ...given };
  return { ...request, params: { ...params, _meta: meta } };
}

/** The context that a request brings along; what is active, where it brings none. */
export function contextOf({ params }: Request): Context {
  const meta = params?._meta;
  const active = context.active();
  if (typeof meta !== "object" || meta === null) return active;
  const brought = propagation.extract(trace.deleteSpan(active), meta);
  return trace.getSpan(brought) === undefined ? active : brought;
}
