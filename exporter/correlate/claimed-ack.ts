import type { Context } from "@opentelemetry/api";
import { DELIVERY_ACK_KEY, type DeliveryAck } from "../../src/event/delivery-ack.js";
import type { ReadableSpan } from "../read/sdk-types.js";

/**
 * The acknowledgement that is for this span: the context of a span is inherited by everything inside it, and the first span that is
 * started with it is meant.
 */
export function claimedAck(span: ReadableSpan, parentContext: Context): DeliveryAck | undefined {
  const ack = parentContext.getValue(DELIVERY_ACK_KEY);
  if (!isDeliveryAck(ack)) return undefined;
  const { spanId } = span.spanContext();
  ack.spanId ??= spanId;
  return ack.spanId === spanId ? ack : undefined;
}

const isDeliveryAck = (value: unknown): value is DeliveryAck => typeof value === "object" && value !== null;
