import { type Context, createContextKey, propagation } from "@opentelemetry/api";
import { CORRELATION_CONTEXT_KEY } from "../event/receipt.js";
import { BAGGAGE_CORRELATION_ID } from "../event/semconv.js";
import { activeContext } from "./active-context.js";
import { callInContext } from "./call-in-context.js";
import { callable } from "./callable.js";
import { quietly } from "./quietly.js";

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
 * tools, sub-agents. Any text; a UUID is stored as it is.
 */
export function withCorrelationId<T>(correlationId: string, fn: () => T, options?: CorrelationOptions): T {
  const inside = quietly("a correlation id could not be set", () => {
    if (!isCorrelationId(correlationId)) throw new TypeError("it has to be a text with something in it");
    return setCorrelationId(activeContext(), correlationId, options?.propagate === true);
  });
  return inside === undefined ? callable(fn)() : callInContext(inside, callable(fn));
}

/**
 * The correlation id of the active context: set here by {@link withCorrelationId} or an action around the caller, else
 * the one that came in by baggage. `undefined` when there is none.
 */
export function currentCorrelationId(context: Context = activeContext()): string | undefined {
  return quietly("the correlation id could not be read", () => correlationIdIn(context));
}

function correlationIdIn(context: Context): string | undefined {
  const here = context.getValue(CORRELATION_KEY);
  if (typeof here === "string") return here;
  const incoming = propagation.getBaggage(context)?.getEntry(BAGGAGE_CORRELATION_ID)?.value;
  return isCorrelationId(incoming) ? incoming : undefined;
}

export const isCorrelationId = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "";

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
