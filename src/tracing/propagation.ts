/** The correlation id of a run, and the trace, as they pass from call to call and from process to process. */
import { type Context, createContextKey, propagation, type TextMapGetter } from "@opentelemetry/api";
import { CORRELATION_CONTEXT_KEY } from "../event/delivery-ack.js";
import { BAGGAGE_CORRELATION_ID } from "../event/semconv.js";
import { activeContext, asFunction, callInContext, guarded } from "./guard.js";
import { isText } from "./text.js";

const CORRELATION_KEY = createContextKey(CORRELATION_CONTEXT_KEY);

export interface CorrelationOptions {
  /**
   * Also put the id into OpenTelemetry's baggage, which instrumented HTTP clients send along: to every server that is
   * called, so only where all of them may know it. Default `false`.
   */
  readonly propagate?: boolean | undefined;
}

/**
 * Runs `fn` with this correlation id for everything recorded inside it that has none of its own: loggers without one, traced
 * tools, sub-agents. Any non-empty string; a UUID is stored as it is.
 */
export function withCorrelationId<T>(correlationId: string, fn: () => T, options?: CorrelationOptions): T {
  const inside = guarded("a correlation id could not be set", () => {
    if (!isText(correlationId)) throw new TypeError("it has to be a non-empty string");
    return setCorrelationId(activeContext(), correlationId, options?.propagate === true);
  });
  return inside === undefined ? asFunction(fn)() : callInContext(inside, asFunction(fn));
}

/**
 * The correlation id of the active context: set here by {@link withCorrelationId} or an action around the caller, else
 * the one that came in by baggage. `undefined` when there is none.
 */
export function currentCorrelationId(context: Context = activeContext()): string | undefined {
  return guarded("the correlation id could not be read", () => {
    const here = context.getValue(CORRELATION_KEY);
    if (typeof here === "string") return here;
    const incoming = propagation.getBaggage(context)?.getEntry(BAGGAGE_CORRELATION_ID)?.value;
    return isText(incoming) ? incoming : undefined;
  });
}

/** @internal */
export function setCorrelationId(context: Context, correlationId: string, propagate: boolean): Context {
  const inside =
    context.getValue(CORRELATION_KEY) === correlationId
      ? context
      : context.setValue(CORRELATION_KEY, correlationId);
  return propagate ? intoBaggage(inside, correlationId) : inside;
}

function intoBaggage(context: Context, correlationId: string): Context {
  const baggage = propagation.getBaggage(context) ?? propagation.createBaggage();
  if (baggage.getEntry(BAGGAGE_CORRELATION_ID)?.value === correlationId) return context;
  // The propagator percent-encodes, and that throws on half a surrogate pair, in the middle of the host's HTTP call.
  const entry = { value: correlationId.toWellFormed() };
  return propagation.setBaggage(context, baggage.setEntry(BAGGAGE_CORRELATION_ID, entry));
}

/** Headers as Node's `http`, as fetch's `Headers`, or a plain object such as MCP's `_meta`; what is no string in it is passed over. */
export type IncomingHeaders =
  | Readonly<Record<string, unknown>>
  | { get(name: string): string | null; keys(): Iterable<string> };

/**
 * Runs `fn` in the context that a request brought along: its trace, and the correlation id in its baggage. For servers
 * that no instrumentation does this for. Needs a propagator, which `NodeSDK` and `NodeTracerProvider.register()` set up.
 */
export function withIncomingContext<T>(headers: IncomingHeaders, fn: () => T): T {
  const extracted = guarded("the headers of an incoming request could not be read", () =>
    propagation.extract(activeContext(), headers, HEADERS),
  );
  return extracted === undefined ? asFunction(fn)() : callInContext(extracted, asFunction(fn));
}

/**
 * The headers that carry the active trace, and the correlation id where `propagateCorrelation` is on, to another process.
 * For clients that no instrumentation does this for.
 */
export function outgoingHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  guarded("the headers of an outgoing request could not be made", () =>
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
