import type { Collection } from "../collection.js";
import {
  booleanColumn,
  type ColumnTable,
  integerColumn,
  jsonColumn,
  textColumn,
  textsColumn,
  timeColumn,
  uuidColumn,
} from "../query/column.js";
import { ACTION_FILTERS } from "./action-filters.js";

/** In a list, a member of the details is shown whole up to so many bytes, and the details up to so many. */
const MAX_MEMBER_BYTES = 2_048;
const MAX_DETAILS_BYTES = 16_384;

const COLUMNS = {
  id: uuidColumn("rows.id", "Identity of the action."),
  correlation_id: uuidColumn("rows.correlation_id", "Run that it belongs to."),
  correlation_text: textColumn(
    "rows.correlation_text",
    "What the producer called the run, where that was no UUID.",
  ),
  agent_name: textColumn("rows.agent_name", "Who acted."),
  action_type: textColumn("rows.action_type", "tool_call, decision, error or success."),
  action_name: textColumn("rows.action_name", "The tool, what was decided, the error's type, or the task."),
  state: textColumn("rows.state", "running, abandoned or ended."),
  status: textColumn("rows.status", "running, ok, error or abandoned; null where the producer does not say."),
  failed: booleanColumn(
    "agent_action_failed(rows.action_type, rows.status, rows.error_group, rows.action_details)",
    "An error, an action with the status error, or one that reports a failure and has no status.",
  ),
  started_at: timeColumn("rows.created_at", "When it began."),
  ended_at: timeColumn("rows.ended_at", "When it ended."),
  duration_ms: integerColumn("rows.duration_ms", "Milliseconds from start to end."),
  error_type: textColumn("rows.error_type", "error.type of OpenTelemetry."),
  error_message: textColumn(
    "coalesce(rows.status_message, rows.action_details ->> 'error_message')",
    "What the error said.",
  ),
  error_group: textColumn("rows.error_group", "Hash of the error message without what varies."),
  parent_action_id: uuidColumn("rows.parent_action_id", "The action around it."),
  session_id: textColumn("rows.session_id", "Conversation, session or thread."),
  tool_call_id: textColumn("rows.tool_call_id", "The model's id of the tool call."),
  project_name: textColumn("rows.project_name", "Name of the project."),
  project_path: textColumn("rows.project_path", "Folder of the project."),
  working_directory: textColumn("rows.working_directory", "Folder that the agent ran in."),
  trace_id: textColumn("rows.trace_id", "OpenTelemetry trace id."),
  span_id: textColumn("rows.span_id", "OpenTelemetry span id."),
  parent_span_id: textColumn("rows.parent_span_id", "Span id of the action or span around it."),
  source: textColumn("rows.source", "Dialect of the span that it was made from."),
  service_name: textColumn("rows.service_name", "service.name of OpenTelemetry."),
  service_version: textColumn("rows.service_version", "service.version of OpenTelemetry."),
  environment: textColumn("rows.environment", "deployment.environment.name of OpenTelemetry."),
  agent_version: textColumn("rows.agent_version", "Version of the agent."),
  user_id: textColumn("rows.user_id", "Person or account that the run acts for."),
  on_behalf_of: textsColumn("rows.on_behalf_of", "Everybody on whose behalf the run acts."),
  trigger: textColumn("rows.trigger", "What began the run."),
  approved_by: textColumn("rows.approved_by", "Of a decision that approves or refuses: who decided."),
  approval_method: textColumn("rows.approval_method", "How it was decided."),
  policy: textColumn("rows.policy", "Rule that asked for the approval or gave it."),
  arguments_sha256: textColumn("rows.arguments_sha256", "SHA-256 of the arguments that were approved."),
  possible_duplicate_of: uuidColumn("rows.possible_duplicate_of", "Another action that may be this call."),
  debug_mode: booleanColumn("rows.debug_mode", "Part of the debug traces, which are removed after 30 days."),
} as const satisfies ColumnTable;

/** The details as a list shows them: what is large is cut, and `truncated` names it. */
const SHORT_DETAILS = {
  action_details: jsonColumn(
    "details.short",
    `Parameters and result, context and result, or what the type has. Members above ${MAX_MEMBER_BYTES} bytes are the beginning of their JSON as a text; details above ${MAX_DETAILS_BYTES} bytes are {}.`,
  ),
  details_bytes: integerColumn("details.bytes", "Size of the details as JSON."),
  truncated: textsColumn(
    "details.truncated",
    "What was cut: members of the details, or `action_details`. The path of the one action has it whole. Null: nothing.",
  ),
} as const satisfies ColumnTable;

/** What an event says of itself beside what it is about. */
const ORIGIN = {
  merged_spans: jsonColumn("rows.merged_spans", "Other spans that recorded this same call."),
  repairs: textsColumn("rows.repairs", "What was mended in the event."),
  producer: textColumn("rows.producer", "Package name and version of who made the event."),
  unresolved_parent_span_id: textColumn(
    "rows.unresolved_parent_span_id",
    "The span around the action that its exporter had not seen.",
  ),
  inferred_fields: textsColumn("rows.inferred_fields", "Fields that were inferred."),
} as const satisfies ColumnTable;

const STATUS_MESSAGE = {
  status_message: textColumn(
    "rows.status_message",
    "What the error said, where the event had it outside of its details.",
  ),
} as const satisfies ColumnTable;

const FULL_DETAILS = {
  action_details: jsonColumn(
    "rows.action_details",
    "Parameters and result, context and result, as recorded.",
  ),
  ...ORIGIN,
  kafka_topic: textColumn("rows.kafka_topic", "Topic of the record that it was made from."),
  kafka_partition: integerColumn("rows.kafka_partition", "Partition of that record."),
  kafka_offset: textColumn("rows.kafka_offset::text", "Offset of that record, as decimal digits."),
  merged_at: timeColumn("rows.merged_at", "When another event last changed the row."),
} as const satisfies ColumnTable;

export const ACTION_LIST_COLUMNS: ColumnTable = { ...COLUMNS, ...SHORT_DETAILS };
export const ACTION_COLUMNS: ColumnTable = { ...COLUMNS, ...FULL_DETAILS };
/** Only where `fields` names them: what an event is made of again. */
export const ACTION_COLUMNS_ON_REQUEST: ColumnTable = { ...ORIGIN, ...STATUS_MESSAGE };

/** The rows of a page get their details cut, and no others. */
export const SHORT_DETAILS_JOIN = `
  cross join lateral (select octet_length(rows.action_details::text) as bytes) as whole
  cross join lateral (
    select
      jsonb_object_agg(key, case when octet_length(value::text) <= ${MAX_MEMBER_BYTES} then value
        else to_jsonb(left(value::text, ${MAX_MEMBER_BYTES / 2})) end) as short,
      array_agg('action_details.' || key order by key) filter (where octet_length(value::text) > ${MAX_MEMBER_BYTES}) as truncated
    from jsonb_each(case when whole.bytes > ${MAX_MEMBER_BYTES} and jsonb_typeof(rows.action_details) = 'object'
      then rows.action_details else '{}' end)
  ) as members
  cross join lateral (
    select whole.bytes,
      case when whole.bytes is null or whole.bytes <= ${MAX_MEMBER_BYTES} then rows.action_details
        when octet_length(members.short::text) <= ${MAX_DETAILS_BYTES} then members.short
        else '{}' end as short,
      case when whole.bytes is null or whole.bytes <= ${MAX_MEMBER_BYTES} then null
        when octet_length(members.short::text) <= ${MAX_DETAILS_BYTES} then members.truncated
        else '{action_details}' end as truncated
  ) as details`;

export const ACTIONS: Collection = {
  rows: (where) => `select * from agent_actions where ${where}`,
  joins: () => SHORT_DETAILS_JOIN,
  columns: ACTION_LIST_COLUMNS,
  onRequest: ACTION_COLUMNS_ON_REQUEST,
  filters: ACTION_FILTERS,
  order: [
    { column: "created_at", type: "timestamptz", descending: true },
    { column: "id", type: "uuid", descending: true },
  ],
  boundedBy: ["run"],
  searchedBy: [
    ...["text", "tool", "name", "project", "session", "trace", "parent", "user"],
    ...["service", "source", "environment", "agent_version"],
  ],
};
