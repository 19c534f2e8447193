import { errorGroup } from "../../event/index.js";
import { arrayLiteral } from "../array-literal.js";
import type { StoredEvent } from "../stored-event.js";
import { field, IDENTITY, PROVENANCE } from "./event-columns.js";
import { correctedOrigins, inferredFieldNames, mergeActions, stateOf } from "./merge-actions.js";
import { type Column, counted, type Insert, insertInto, statement } from "./table.js";

export const ACTION_COLUMNS: readonly Column<StoredEvent>[] = [
  ...IDENTITY,
  field("text", "agent_name"),
  field("text", "action_type"),
  field("text", "action_name"),
  {
    name: "action_details",
    type: "jsonb",
    read: (event) => event.jsonWithUnknown("action_details") ?? "{}",
  },
  { name: "debug_mode", type: "boolean", read: ({ fields }) => String(fields.debug_mode ?? true) },
  field("integer", "duration_ms"),
  field("text", "project_path"),
  field("text", "project_name"),
  field("text", "working_directory"),
  field("timestamptz", "created_at"),
  field("text", "parent_span_id"),
  field("timestamptz", "ended_at"),
  field("text", "status"),
  { name: "state", type: "text", read: stateOf },
  field("text", "error_type"),
  field("text", "status_message", "error_message"),
  { name: "error_group", type: "text", read: (event) => errorGroup(errorMessage(event)) },
  field("text", "session_id"),
  field("text", "tool_call_id"),
  field("text", "source"),
  field("uuid", "parent_action_id"),
  field("jsonb", "merged_spans"),
  field("uuid", "possible_duplicate_of"),
  field("text", "unresolved_parent_span_id"),
  {
    name: "inferred_fields",
    type: "text[]",
    read: (event) => arrayLiteral(inferredFieldNames(event)) ?? undefined,
  },
  field("text", "approved_by"),
  field("text", "approval_method"),
  field("text", "policy"),
  field("text", "arguments_sha256"),
  ...PROVENANCE,
  // Of a row that several events of a batch made, and of one that corrects another; see merge-actions.ts.
  { name: "field_origins", type: "jsonb", read: (event) => correctedOrigins(ACTION_COLUMNS, event) },
];

/** Set by a merge; what identifies a row stays. */
export const MERGED_ACTION_COLUMNS = ACTION_COLUMNS.map(({ name }) => name).filter(
  (name) => name !== "id" && name !== "created_at",
);

/** The statement's last parameter: ids of rows that several events of the batch made. */
const SEVERAL_EVENTS = `excluded.id = any ($${ACTION_COLUMNS.length + 1}::uuid[])`;

/** The version of this package in a column `producer`, to compare; null for that of another program. */
const mappingVersion = (column: string): string =>
  `string_to_array(substring(${column} from '^otel-agent-actions@(\\d{1,5}\\.\\d{1,5}\\.\\d{1,5})'), '.')::int[]`;

/** What retention has removed of a row no later event brings back: what is left of the details is whether it went well. */
const WITHOUT_CONTENTS = (arrived: string): string => `jsonb_build_object('status_message', null,
    'action_details', jsonb_strip_nulls(jsonb_build_object('success', ${arrived}.action_details -> 'success')))`;

/**
 * The row that arrived, as JSON. One that corrects an older mapping says so in its origins, which are left out where the row was not
 * made by an older one: then it is an event like any other.
 */
const arrivedRow = (arrived: string): string => `(case
    when starts_with(${arrived}.field_origins ->> 'producer', '!')
      and (${mappingVersion(`${arrived}.producer`)} > ${mappingVersion("action.producer")}) is not true
    then to_jsonb(${arrived}) - 'field_origins'
    else to_jsonb(${arrived})
  end) || case when action.action_details ? 'contents_removed' then ${WITHOUT_CONTENTS(arrived)} else '{}' end`;

/** What the rows `action` and `arrived` make together, as JSON; null when it is the one that is stored. */
export const mergedRow = (arrived: string): string =>
  `merge_agent_action(to_jsonb(action), ${arrivedRow(arrived)})`;

/**
 * A new row, or one that the event adds something to. A record that is read again meets the row that it made and is known by its
 * place in Kafka, so nothing is compared for it; of a row that several events made, that is the place of only one of them.
 */
const UPSERT = `
  ${insertInto("agent_actions", ACTION_COLUMNS).replace("into agent_actions", "into agent_actions as action")}
  on conflict (id, created_at) do update set merged_at = now(), (${MERGED_ACTION_COLUMNS.join(", ")}) = (
    select ${MERGED_ACTION_COLUMNS.map((name) => `both_rows.${name}`).join(", ")}
    from jsonb_populate_record(null::agent_actions, ${mergedRow("excluded")}) as both_rows
  )
  where (
      ${SEVERAL_EVENTS} or action.kafka_offset is null or action.kafka_offset <> excluded.kafka_offset
      or (action.kafka_topic, action.kafka_partition) is distinct from (excluded.kafka_topic, excluded.kafka_partition)
    ) and ${mergedRow("excluded")} is not null
  returning id, created_at, merged_at is not null as merged`;

export const ACTION_UPSERT: Insert<StoredEvent> = {
  table: "agent_actions",
  statement: statement(
    "upsert_agent_actions",
    counted(UPSERT, "action", `merged or ${SEVERAL_EVENTS.replace("excluded.", "")}`),
  ),
  columns: ACTION_COLUMNS,
  sortKey: (event) => `${event.text("id")} ${event.text("created_at")}`,
  sameKey: (events) => mergeActions(ACTION_COLUMNS, events),
};

function errorMessage(event: StoredEvent): string | undefined {
  const { error_message: own, action_details: details } = event.fields as Record<string, unknown>;
  const message = own ?? (details as Record<string, unknown> | undefined)?.error_message;
  return typeof message === "string" ? message : undefined;
}
