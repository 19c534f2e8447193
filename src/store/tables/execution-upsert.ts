/**
 * Start and completion of a run are events on one row, and they arrive in any order, more than once, and in two
 * transactions at a time. So a row is not changed by an event; it is made anew from what all events said so far.
 *
 * `said` holds, for every field, the value and a rank; of two values the one with the greater rank holds. The rank is
 * made of the event alone: whether it may speak first on this field, its time, its id. A greatest of a set depends
 * neither on order nor on repetition, so the row does not either.
 *
 * - Who ran, what was asked, where and since when: the start speaks first, the completion fills in.
 * - How it ended: the completion speaks first, the start fills in. An abandoned run stands between: its process is gone, and if it
 *   ends after all, that holds.
 * - Metadata, unknown fields and repairs are merged, a key at a time; the completion speaks first.
 */
import type { StoredEvent } from "../stored-event.js";
import { ERROR_GROUP, PROVENANCE } from "./event-columns.js";
import { type Column, counted, type Insert, rowsOf, statement } from "./table.js";

const OPENING = [
  "session_id",
  "agent_name",
  "user_prompt",
  "started_at",
  "project_path",
  "project_name",
  "claude_session_id",
  "terminal_id",
  "trace_id",
  "span_id",
  "service_name",
  "producer",
  "service_version",
  "environment",
  "agent_version",
  "user_id",
  "trigger",
] as const;

const CLOSING = [
  "status",
  "completed_at",
  "duration_ms",
  "quality_score",
  "error_message",
  "error_group",
  "error_type",
] as const;

/** Columns about the Kafka record that the completion was read from, and their places in the array that `said` holds of it. */
const RECORD = [
  "kafka_topic",
  "kafka_partition",
  "kafka_offset",
  "producer_epoch",
  "producer_sequence",
] as const;
const RECORD_COLUMNS = PROVENANCE.filter(({ name }) => (RECORD as readonly string[]).includes(name));

const SQL_TYPES: Readonly<Record<string, string>> = {
  started_at: "timestamptz",
  completed_at: "timestamptz",
  duration_ms: "integer",
  quality_score: "numeric",
  kafka_partition: "integer",
  kafka_offset: "bigint",
  producer_sequence: "bigint",
};

const SCALARS = [...OPENING, ...CLOSING];
const DERIVED = [
  "metadata",
  "repairs",
  "correlation_id",
  "correlation_text",
  "on_behalf_of",
  ...RECORD,
  ...SCALARS,
].join(", ");
const METADATA = "metadata.";
const REPAIRS = "repairs.";

const COLUMNS: readonly Column<StoredEvent>[] = [
  { name: "execution_id", type: "uuid", read: (event) => event.text("execution_id") },
  { name: "created_at", type: "timestamptz", read: (event) => event.text("created_at") },
  { name: "said", type: "jsonb", read: said },
];

/** What retention has removed of a row no later event brings back. */
const ARRIVED = `case when log.said ? 'metadata.contents_removed' then coalesce((
    select jsonb_object_agg(key, value) from jsonb_each(excluded.said)
    where key not in ('user_prompt', 'error_message') and not starts_with(key, 'metadata.')), '{}')
  else excluded.said end`;

export const EXECUTION_UPSERT: Insert<StoredEvent> = {
  table: "agent_execution_logs",
  statement: statement(
    "upsert_agent_execution_logs",
    counted(
      `
      insert into agent_execution_logs as log
        (execution_id, created_at, updated_at, said, ${DERIVED})
      select x.execution_id, x.created_at, x.created_at, ${derived("x.said")}
      from ${rowsOf(COLUMNS)}
      on conflict (execution_id) do update set
        created_at = least(log.created_at, excluded.created_at),
        updated_at = greatest(log.updated_at, excluded.updated_at),
        (said, ${DERIVED}) = (
          select ${derived("merged.said")}
          from (select merge_execution(log.said, ${ARRIVED})) as merged (said)
        )
      where log.said is distinct from merge_execution(log.said, ${ARRIVED})
        or excluded.created_at < log.created_at or excluded.updated_at > log.updated_at
      returning execution_id as id, created_at, xmax <> 0 as merged`,
      "execution",
    ),
  ),
  columns: COLUMNS,
  sortKey: (event) => event.text("execution_id") ?? "",
  sameKey: "apart",
};

function derived(source: string): string {
  const under = (prefix: string) => `from jsonb_each(${source}) where starts_with(key, '${prefix}')`;
  return [
    source,
    `(select jsonb_object_agg(substr(key, ${METADATA.length + 1}), value -> 1) ${under(METADATA)})`,
    `(select array_agg(substr(key, ${REPAIRS.length + 1}) order by key collate "C") ${under(REPAIRS)})`,
    // One value: another event's text would not be what the id was made from.
    `(${source} -> 'correlation' -> 1 ->> 0)::uuid`,
    `${source} -> 'correlation' -> 1 ->> 1`,
    `(select array_agg(name order by place) from jsonb_array_elements_text(${source} -> 'on_behalf_of' -> 1) with ordinality as names (name, place))`,
    ...RECORD.map((name, place) => `(${source} -> 'record' -> 1 ->> ${place})::${SQL_TYPES[name] ?? "text"}`),
    ...SCALARS.map((name) => `(${source} -> '${name}' ->> 1)::${SQL_TYPES[name] ?? "text"}`),
  ].join(", ");
}

function said(event: StoredEvent): string {
  const status = event.text("status") ?? "in_progress";
  const when = `${fixedWidth(event.text("created_at") ?? "")} ${event.text("id") ?? ""}`;
  const completion = `${RANKS[status] ?? "1"} ${when}`;
  const start = `${status === "abandoned" ? "0.5" : status === "in_progress" ? "1" : "0"} ${when}`;
  const members: string[] = [];
  const say = (name: string, rank: string, json: string) =>
    members.push(`${JSON.stringify(name)}:["${rank}",${json}]`);
  const sayText = (name: string, rank: string, text: string | undefined) =>
    text === undefined ? undefined : say(name, rank, JSON.stringify(text));

  const correlation = [event.text("correlation_id"), event.text("correlation_text") ?? null];
  say("correlation", isNamedAfterPlace(event) ? `  ${when}` : start, JSON.stringify(correlation));
  for (const name of OPENING) sayText(name, start, event.text(name));
  for (const name of CLOSING) sayText(name, completion, closingText(name, event, status));
  if (event.fields.on_behalf_of !== undefined)
    say("on_behalf_of", start, JSON.stringify(event.fields.on_behalf_of));
  if (event.record !== undefined)
    say(
      "record",
      `${completion} ${fromTheEnd(event.record.offset)}`,
      JSON.stringify(RECORD_COLUMNS.map(({ read }) => read(event) ?? null)),
    );
  for (const [name, json] of event.unknown()) say(METADATA + name, completion, json);
  for (const [name, json] of event.members("metadata")) say(METADATA + name, completion, json);
  for (const repair of event.repairs) say(REPAIRS + repair, completion, "true");
  return `{${members.join(",")}}`;
}

// Compared as text: between "0 ..." and "1 ...", which 0.1.0 has written.
const RANKS: Readonly<Record<string, string>> = { in_progress: "0", abandoned: "0.5" };

function closingText(name: (typeof CLOSING)[number], event: StoredEvent, status: string): string | undefined {
  if (name === "status") return status;
  return name === "error_group" ? ERROR_GROUP.read(event) : event.text(name);
}

// An event without any correlation id got one from its record's place in Kafka, as a UUIDv8 without a text. One event of
// the run that has a real one is enough.
const isNamedAfterPlace = (event: StoredEvent): boolean =>
  event.text("correlation_text") === undefined && event.text("correlation_id")?.charAt(14) === "8";

/** Of one event that was sent twice, the first record is kept: the smaller offset gives the greater text. */
const fromTheEnd = (offset: string): string => String(10n ** 19n - 1n - BigInt(offset)).padStart(19, "0");

// Milliseconds and microseconds have to compare as text.
const fixedWidth = (iso: string): string => iso.slice(0, -1).padEnd("2026-01-01T00:00:00.000000".length, "0");
