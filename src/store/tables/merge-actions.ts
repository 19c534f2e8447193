import { type ActionStatus, mappingRank } from "../../event/index.js";
import { arrayLiteral } from "../array-literal.js";
import { rawMembers } from "../raw-members.js";
import type { StoredEvent } from "../stored-event.js";
import { type Column, MergedRow } from "./table.js";

/** Whether an action has ended. What a later state says takes the place of what an earlier one said. */
export type ActionState = "running" | "abandoned" | "ended";

export function stateOf(event: StoredEvent): ActionState {
  const status = event.fields.status as ActionStatus | undefined;
  return status === "running" || status === "abandoned" ? status : "ended";
}

/**
 * Events about one action within a batch, made one row. Of every field, the value with the least origin holds: said rather than
 * inferred, then the latest state, then the first record. The SQL function `merge_agent_action` does the same with what is stored,
 * by the same origins, so it does not matter how events are spread over batches.
 *
 * Details are merged a member at a time; a correlation id goes with its text; the status is one of the latest state. An action
 * waits for a span only when all its events do, of those that have a span where any has one.
 *
 * @param columns all columns of the table's insert
 */
export function mergeActions(
  columns: readonly Column<StoredEvent>[],
  events: readonly StoredEvent[],
): MergedRow {
  const candidates = events.map((event) => ({
    event,
    own: originOf(event),
    correction: correctionOf(event, events),
  }));
  const winner = candidates.reduce((best, candidate) => (candidate.own < best.own ? candidate : best));
  const awaited = awaitedSpan(events);
  const best = new Map<string, FieldValue>();
  const contributors = new Set([winner.event]);
  for (const { event, own, correction } of candidates) {
    const inferred = inferredFieldNames(event);
    for (const [name, text] of fieldsOf(columns, event)) {
      if (name === "status" && own.charAt(0) !== winner.own.charAt(0)) continue;
      const origin = inferred.includes(name) ? `1${own}` : `${correction ?? "0"}${own}`;
      const other = best.get(name);
      if (other === undefined || origin < other.origin) best.set(name, { text, origin, event });
    }
  }
  const row = new Map<string, string | undefined>();
  const details: string[] = [];
  const origins: string[] = [];
  for (const [name, { text, origin, event }] of best) {
    contributors.add(event);
    if (origin !== `0${winner.own}`) origins.push(`${JSON.stringify(name)}:${JSON.stringify(origin)}`);
    if (name.startsWith(DETAILS)) details.push(`${JSON.stringify(name.slice(DETAILS.length))}:${text}`);
    else row.set(name, text);
  }
  for (const { name, read } of columns) if (OF_WINNER.has(name)) row.set(name, read(winner.event));
  row.set("correlation_text", best.get("correlation_id")?.event.text("correlation_text"));
  row.set("action_details", `{${details.join(",")}}`);
  row.set("debug_mode", String(events.every(({ fields }) => fields.debug_mode !== false)));
  row.set("unresolved_parent_span_id", awaited);
  const inferred = [...new Set(events.flatMap(inferredFieldNames))]
    .filter((name) => best.get(name)?.origin.startsWith("1") ?? true)
    .sort();
  row.set(
    "inferred_fields",
    awaited !== undefined && inferred.length > 0 ? (arrayLiteral(inferred) ?? undefined) : undefined,
  );
  row.set("field_origins", origins.length === 0 ? undefined : `{${origins.join(",")}}`);
  return new MergedRow(winner.event.text("id") ?? "", row, contributors.size);
}

/** The origins of a row's fields, where its one event corrects an older mapping; a row of another event keeps none. */
export function correctedOrigins(
  columns: readonly Column<StoredEvent>[],
  event: StoredEvent,
): string | undefined {
  const correction = correctionOf(event, []);
  if (correction === undefined) return undefined;
  const own = originOf(event);
  const inferred = inferredFieldNames(event);
  const names = [...fieldsOf(columns, event)]
    .map(([name]) => name)
    .filter((name) => !inferred.includes(name));
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, correction + own])));
}

/** Stands in front of all that is said or inferred, the newest mapping first. `undefined` where an event is none, or another's mapping is as new. */
function correctionOf(event: StoredEvent, events: readonly StoredEvent[]): string | undefined {
  const rank = event.correctionRank;
  if (rank === undefined) return undefined;
  const isOlder = (other: StoredEvent): boolean =>
    other === event ||
    other.correctionRank !== undefined ||
    (mappingRank(other.fields.producer) ?? "") > rank;
  return events.every(isOlder) ? `${CORRECTED}${rank} ` : undefined;
}

/** Less than the "0" and "1" of what is said and what is inferred. */
const CORRECTED = "!";

interface FieldValue {
  readonly text: string;
  readonly origin: string;
  readonly event: StoredEvent;
}

const DETAILS = "action_details.";

/** What identifies the row, and what describes the record that it is from, is all of one event. */
const OF_WINNER: ReadonlySet<string> = new Set([
  "id",
  "created_at",
  "state",
  "kafka_topic",
  "kafka_partition",
  "kafka_offset",
  "producer_epoch",
  "producer_sequence",
]);
const NOT_BY_FIELD: ReadonlySet<string> = new Set([
  ...OF_WINNER,
  "field_origins",
  "inferred_fields",
  "unresolved_parent_span_id",
  "debug_mode",
  "correlation_text",
  "action_details",
]);

function* fieldsOf(
  columns: readonly Column<StoredEvent>[],
  event: StoredEvent,
): Generator<readonly [string, string]> {
  for (const { name, read } of columns) {
    const text = NOT_BY_FIELD.has(name) ? undefined : read(event);
    if (text !== undefined) yield [name, text];
  }
  const details = event.jsonWithUnknown("action_details");
  if (details !== undefined) for (const [name, json] of rawMembers(details)) yield [DETAILS + name, json];
}

/**
 * The span that the action waits for; `undefined` where one of the events knows what is around it. Beside an event of a span, one without knows
 * nothing of that, and has no say.
 */
function awaitedSpan(events: readonly StoredEvent[]): string | undefined {
  const ofSpans = events.filter((event) => event.text("span_id") !== undefined);
  const awaited = (ofSpans.length > 0 ? ofSpans : events).map((event) =>
    event.text("unresolved_parent_span_id"),
  );
  // The least of them, as text: the same whatever the order.
  return awaited.includes(undefined) ? undefined : awaited.sort()[0];
}

/** Which fields of an action that waits for a span are to be replaced by what is found. */
export const inferredFieldNames = (event: StoredEvent): readonly string[] =>
  event.text("unresolved_parent_span_id") === undefined
    ? []
    : ((event.fields.inferred_fields as readonly string[] | undefined) ?? []);

const RANKS: Readonly<Record<ActionState, number>> = { ended: 0, abandoned: 1, running: 2 };

/** Compares as text: state, then the place in Kafka. */
function originOf(event: StoredEvent): string {
  const { topic = "", partition, offset } = event.record ?? {};
  const place = `${topic}/${partition === undefined ? "" : String(partition).padStart(10, "0")}`;
  return `${RANKS[stateOf(event)]} ${place}/${offset === undefined ? "" : offset.padStart(19, "0")}`;
}
