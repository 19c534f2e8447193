import { type Context, createContextKey, propagation } from "@opentelemetry/api";
import { CORRELATION_CONTEXT_KEY } from "../../src/event/delivery-ack.js";
import { BAGGAGE_CORRELATION_ID } from "../../src/event/semconv.js";

const KEY = createContextKey(CORRELATION_CONTEXT_KEY);

/**
 * The correlation id that holds where a span begins: set by `withCorrelationId` or an action of our own around it, else what came in by
 * baggage. So spans of other instrumentations belong to the same run.
 */
export function contextCorrelationId(context: Context): string | undefined {
  const here = context.getValue(KEY);
  const text = typeof here === "string" ? here : incoming(context);
  return text?.trim() ? text : undefined;
}

const incoming = (context: Context): string | undefined =>
  propagation.getBaggage(context)?.getEntry(BAGGAGE_CORRELATION_ID)?.value;
