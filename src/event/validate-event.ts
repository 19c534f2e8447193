/**
 * From any JSON value to an event that PostgreSQL will take, or to the reasons why not. Total: it never throws.
 *
 * - What may be mended without guessing is mended, and `repairs` says so.
 * - What the contract does not know is kept, in `extra`, under its own name.
 * - An event leaves with an identity: `id`, `correlation_id` and `created_at` are set, and the same whenever the same
 *   record is read again. Nothing here is random.
 */
import { CONTRACT, type EventOfKind } from "./contract.js";
import { correlationId } from "./correlation-id.js";
import { Draft, type Reader, readerOf } from "./draft.js";
import { openEnvelope } from "./envelope.js";
import { isPlainObject } from "./json.js";
import { EVENT_KINDS, type EventKind } from "./kinds.js";
import { readField } from "./read-field.js";
import { fromEpochMillis, parseTimestamp } from "./timestamp.js";
import { actionId, nameUuid, parseUuid, recordIdentity } from "./uuid.js";

/** Where a record stood in Kafka: what its event falls back on for time and identity. */
export interface EventOrigin {
  readonly topic: string;
  readonly partition: number;
  /** Decimal digits: offsets may exceed 2^53. */
  readonly offset: string;
  /** The record's timestamp, Unix milliseconds. */
  readonly timestampMillis: number;
}

export interface EventIdentity {
  readonly id: string;
  readonly correlation_id: string;
  readonly correlation_text?: string;
  /** ISO 8601 in UTC: an action's start, any other event's timestamp. */
  readonly created_at: string;
}

export interface ValidEvent<Kind extends EventKind = EventKind> {
  readonly valid: true;
  readonly kind: Kind;
  readonly event: EventOfKind[Kind] & EventIdentity;
  /** Fields that the contract does not know, as they came. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** What was mended, as `field: how`; empty for an event that was right as it came. */
  readonly repairs: readonly string[];
  /**
   * Objects and arrays of the event are exactly what the record's text says, and PostgreSQL takes that text. So the text
   * itself may be stored, which keeps numbers beyond 2^53 that JSON.parse has rounded.
   */
  readonly verbatim: boolean;
  /** The event stood in the member `payload` of the record's text. */
  readonly enveloped: boolean;
}

export interface InvalidEvent {
  readonly valid: false;
  /** Sentences that name fields and types, never values. */
  readonly reasons: readonly string[];
}

export type Validated<Kind extends EventKind = EventKind> = ValidEvent<Kind> | InvalidEvent;

export function validateEvent<Kind extends EventKind>(
  kind: Kind,
  value: unknown,
  origin: EventOrigin,
): Validated<Kind> {
  const opened = openEnvelope(value);
  const draft = Draft.of(READERS[kind], opened ?? value);
  if (kind === "label") checkSubject(draft);
  if (draft.reasons.length > 0) return { valid: false, reasons: draft.reasons };
  identify(kind, draft, origin);
  return {
    valid: true,
    kind,
    event: draft.event as unknown as EventOfKind[Kind] & EventIdentity,
    extra: draft.extra,
    repairs: draft.repairs,
    verbatim: draft.verbatim,
    enveloped: opened !== undefined,
  };
}

const READERS = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, readerOf(CONTRACT[kind])])) as Record<
  EventKind,
  Reader
>;

const isBlank = (value: unknown): boolean => typeof value === "string" && value.trim() === "";

function identify(kind: EventKind, { event, extra }: Draft, origin: EventOrigin): void {
  const place = recordIdentity(origin.topic, origin.partition, origin.offset);
  const correlation = correlationId(correlationText(event, extra) ?? place);
  event.correlation_id = correlation.uuid;
  if (correlation.text !== undefined && correlation.text !== place)
    event.correlation_text ??= correlation.text;

  event.timestamp ??= event.measured_at ?? (fromEpochMillis(origin.timestampMillis) ?? EPOCH).iso;
  event.created_at = (kind === "action" && event.started_at) || event.timestamp;
  if (kind === "label") identifyLabel(event, extra);
  identifyRecord(event, extra, place);
  if (kind === "execution") nameExecution(event, extra);
  else if (kind === "action") event.status ??= statusOf(extra.success);
}

/** A label that names neither run nor action says nothing; one whose action has no usable id is not about its run instead. */
function checkSubject({ event, extra, reasons }: Draft): void {
  if ("action_id" in extra) reasons.push("action_id is not a UUID");
  else if (
    event.action_id === undefined &&
    correlationText(event, extra) === undefined &&
    reasons.length === 0
  )
    reasons.push("correlation_id and action_id are missing: name the run or the action");
}

/** What a top-level `success` says of an action; the flag itself is kept in the details. */
function statusOf(success: unknown): "ok" | "error" | undefined {
  if (success === undefined || success === null) return undefined;
  const reading = readField({ type: "boolean", description: "" }, success);
  if (reading.outcome !== "ok" && reading.outcome !== "repaired") return undefined;
  return reading.value === true ? "ok" : "error";
}

/** A text is the id of what is said of its run or action, whenever it is said. */
function identifyLabel(event: Record<string, unknown>, extra: Record<string, unknown>): void {
  const { id } = event;
  if (typeof id !== "string" || isBlank(id) || parseUuid(id) !== undefined) return;
  extra.id = id;
  event.id = nameUuid(`label:${event.action_id ?? event.correlation_id}:${id}`);
}

function identifyRecord(event: Record<string, unknown>, extra: Record<string, unknown>, place: string): void {
  const given = typeof event.id === "string" && !isBlank(event.id) ? event.id : undefined;
  const uuid = given === undefined ? undefined : parseUuid(given);
  if (uuid === undefined) {
    const { epochMillis } = parseTimestamp(event.created_at) ?? EPOCH;
    event.id = actionId(epochMillis, given === undefined ? place : `id:${given}`);
    if (given !== undefined) extra.id = given;
  } else event.id = uuid;
}

// The record's own timestamp is broken (brokers accept any 64-bit number): the epoch is as good as any, and repeatable.
const EPOCH = { epochMillis: 0, iso: "1970-01-01T00:00:00.000Z" };

function correlationText(event: Record<string, unknown>, extra: Record<string, unknown>): string | undefined {
  const metadata = event.metadata ?? extra.metadata;
  const inMetadata = isPlainObject(metadata) ? metadata.correlation_id : undefined;
  const text = [event.correlation_id, inMetadata, event.trace_id].find(
    (id) => typeof id === "string" && !isBlank(id),
  );
  return typeof text === "string" ? text : undefined;
}

function nameExecution(event: Record<string, unknown>, extra: Record<string, unknown>): void {
  const { uuid, text } = correlationId(String(event.execution_id));
  event.execution_id = uuid;
  if (text !== undefined) extra.execution_id = text;
}
