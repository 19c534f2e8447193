import { type ValidProducerHeartbeat, validateProducerHeartbeat } from "./producer-heartbeat.js";
import { type ValidSpanAttribution, validateSpanAttribution } from "./span-attribution.js";
import type { RecordKind } from "./topics.js";
import { type EventOrigin, type InvalidEvent, type ValidEvent, validateEvent } from "./validate-event.js";

/** What a record of any topic that is read can be. */
export type ValidRecord = ValidEvent | ValidSpanAttribution | ValidProducerHeartbeat;

/** From any JSON value to what its topic carries, or to the reasons why it is none. Never throws. */
export function validateRecord(
  kind: RecordKind,
  value: unknown,
  origin: EventOrigin,
): ValidRecord | InvalidEvent {
  switch (kind) {
    case "span_attribution":
      return validateSpanAttribution(value);
    case "producer_heartbeat":
      return validateProducerHeartbeat(value, origin);
    default:
      return validateEvent(kind, value, origin);
  }
}
