import { propagation, type TextMapGetter } from "@opentelemetry/api";
import { activeContext } from "./active-context.js";
import { callInContext } from "./call-in-context.js";
import { callable } from "./callable.js";
import { quietly } from "./quietly.js";

/** Headers as Node's `http`, as fetch's `Headers`, or a plain object such as MCP's `_meta`; what is no text in it is passed over. */
export type IncomingHeaders =
  | Readonly<Record<string, unknown>>
  | { get(name: string): string | null; keys(): Iterable<string> };

/**
 * Runs `fn` in the context that a request brought along: its trace, and the correlation id in its baggage. For servers
 * that no instrumentation does this for. Needs a propagator, which `NodeSDK` and `NodeTracerProvider.register()` set up.
 */
export function withIncomingContext<T>(headers: IncomingHeaders, fn: () => T): T {
  const extracted = quietly("the headers of an incoming request could not be read", () =>
    propagation.extract(activeContext(), headers, HEADERS),
  );
  return extracted === undefined ? callable(fn)() : callInContext(extracted, callable(fn));
}

/**
 * The headers that carry the active trace, and the correlation id where `propagateCorrelation` is on, to another process.
 * For clients that no instrumentation does this for.
 */
export function outgoingHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  quietly("the headers of an outgoing request could not be made", () =>
    propagation.inject(activeContext(), headers),
  );
  return headers;
}

const HEADERS: TextMapGetter<IncomingHeaders> = {
  keys: (headers) => (isFetchHeaders(headers) ? [...headers.keys()] : Object.keys(headers)),
  get: (headers, name) => {
    if (isFetchHeaders(headers)) return headers.get(name) ?? undefined;
    const value = headers[name] ?? headers[name.toLowerCase()];
    if (Array.isArray(value)) return value.filter((part) => typeof part === "string");
    return typeof value === "string" ? value : undefined;
  },
};

type FetchHeaders = Extract<IncomingHeaders, { get(name: string): string | null }>;

const isFetchHeaders = (headers: IncomingHeaders): headers is FetchHeaders =>
  typeof headers.get === "function" && typeof headers.keys === "function";
