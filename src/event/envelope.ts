import { isPlainObject } from "./json.js";

/**
 * The event in an envelope `{envelope_id, envelope_timestamp?, correlation_id?, event_type?, payload: {...}}`, as some
 * producers wrap theirs; `undefined` for a value that is none.
 *
 * The payload is the event. Where it has no correlation id, no time or no id of its own, the envelope's serve: a producer that
 * sends an envelope twice gives one row. What else the envelope says is kept under `envelope`.
 */
export function openEnvelope(value: unknown): Record<string, unknown> | undefined {
  if (!isPlainObject(value) || !isPresent(value.envelope_id) || !isPlainObject(value.payload))
    return undefined;
  const { payload, ...envelope } = value;
  const metadata = isPlainObject(payload.metadata) ? payload.metadata : {};
  const event: Record<string, unknown> = { envelope, ...payload };
  if (!isPresent(metadata.correlation_id)) fillIn(event, "correlation_id", envelope.correlation_id);
  fillIn(event, "timestamp", envelope.envelope_timestamp);
  fillIn(event, "id", envelope.envelope_id);
  return event;
}

function fillIn(event: Record<string, unknown>, name: string, value: unknown): void {
  if (!isPresent(event[name]) && isPresent(value)) event[name] = value;
}

const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && !(typeof value === "string" && value.trim() === "");
