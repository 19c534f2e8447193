/** By what may be erased and held, and what of it each table and each event has. */
import { createHash } from "node:crypto";
import { correlationId } from "../../event/index.js";

export const ERASURE_FIELDS = [
  "run",
  "session",
  "user",
  "on_behalf_of",
  "project",
  "agent",
  "service",
] as const;
export type ErasureField = (typeof ERASURE_FIELDS)[number];

/** What is erased or held: all that has this value in this field. */
export interface ErasureSubject {
  readonly field: ErasureField;
  /** Of a run its correlation id as a UUID. */
  readonly value: string;
  /** The run as a person named it, where that is another text. */
  readonly text?: string;
}

/** The subject that a person names: of a run a UUID, a trace id, or the text that the producer gave. */
export const subjectOf = (field: ErasureField, text: string): ErasureSubject => ({
  field,
  value: field === "run" ? correlationId(text).uuid : text,
  text,
});

export const sha256 = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/** Whether the ledger's entry for it has an end: a run and a session do not come back, a person may. */
export const isForGood = (field: ErasureField): boolean => field === "run" || field === "session";

type Fields = Readonly<Record<string, unknown>>;

const EVENT_FIELDS: Readonly<Record<ErasureField, string>> = {
  run: "correlation_id",
  session: "session_id",
  user: "user_id",
  on_behalf_of: "on_behalf_of",
  project: "project_name",
  agent: "agent_name",
  service: "service_name",
};

/** The values that an event has in a field. */
export function valuesOf(field: ErasureField, fields: Fields): readonly string[] {
  const value = fields[EVENT_FIELDS[field]];
  if (Array.isArray(value)) return value.filter((one) => typeof one === "string");
  return typeof value === "string" ? [value] : [];
}

/** A table whose rows are erased. */
export interface ErasableTable {
  readonly table: string;
  /** What its rows are known by in `agent_erased_rows`; with `created_at` where the key of the table has that. */
  readonly id: string;
  /** Kind of its rows in the change feed. */
  readonly kind: string;
  /** Columns by what is asked for. */
  readonly columns: Readonly<Partial<Record<ErasureField, string>>>;
  /** What masking sets to null: contents, and whose they are. */
  readonly masked: readonly string[];
  /** What masking sets to something else. */
  readonly replaced?: Readonly<Record<string, string>>;
}

const PERSON = ["user_id", "on_behalf_of", "trigger", "correlation_text"];
const COMMON = {
  run: "correlation_id",
  user: "user_id",
  on_behalf_of: "on_behalf_of",
  service: "service_name",
} as const;

export const ERASABLE_TABLES: readonly ErasableTable[] = [
  {
    table: "agent_actions",
    id: "id",
    kind: "action",
    columns: { ...COMMON, session: "session_id", project: "project_name", agent: "agent_name" },
    masked: [
      ...PERSON,
      "session_id",
      "status_message",
      "working_directory",
      "approved_by",
      "arguments_sha256",
    ],
    replaced: {
      // Whether it failed is counted.
      action_details: "jsonb_strip_nulls(jsonb_build_object('success', action_details -> 'success'))",
      field_origins: "null",
    },
  },
  {
    table: "agent_routing_decisions",
    id: "id",
    kind: "routing_decision",
    columns: { ...COMMON, session: "session_id", agent: "selected_agent" },
    masked: [
      ...PERSON,
      "session_id",
      "user_request",
      "reasoning",
      "alternatives",
      "context_snapshot",
      "matched_triggers",
      "metadata",
    ],
  },
  {
    table: "agent_transformation_events",
    id: "id",
    kind: "transformation",
    columns: { ...COMMON, session: "session_id", agent: "source_agent" },
    masked: [
      ...PERSON,
      "session_id",
      "user_request",
      "transformation_reason",
      "error_message",
      "context_snapshot",
      "context_keys",
      "input_data",
      "output_data",
      "metadata",
    ],
  },
  {
    table: "router_performance_metrics",
    id: "id",
    kind: "router_performance",
    columns: COMMON,
    masked: [...PERSON, "query_text", "metadata"],
  },
  {
    table: "agent_detection_failures",
    id: "id",
    kind: "detection_failure",
    columns: { ...COMMON, session: "session_id", project: "project_name" },
    masked: [
      ...PERSON,
      "session_id",
      "claude_session_id",
      "user_prompt",
      "prompt_hash",
      "failure_reason",
      "detection_metadata",
      "metadata",
    ],
  },
  {
    table: "agent_execution_logs",
    id: "execution_id",
    kind: "execution",
    columns: { ...COMMON, session: "session_id", project: "project_name", agent: "agent_name" },
    masked: [
      ...PERSON,
      "session_id",
      "claude_session_id",
      "terminal_id",
      "user_prompt",
      "error_message",
      "metadata",
    ],
    replaced: {
      // What the columns are made from when the run is found to be abandoned.
      said: `coalesce((
        select jsonb_object_agg(key, value) from jsonb_each(said)
        where key in ('agent_name', 'started_at', 'project_name', 'project_path', 'status', 'completed_at', 'duration_ms', 'quality_score',
          'error_type', 'error_group', 'record', 'service_name', 'service_version', 'environment', 'agent_version', 'producer', 'trace_id', 'span_id')
      ), '{}') || jsonb_build_object('correlation', jsonb_build_array(said -> 'correlation' -> 0, jsonb_build_array(correlation_id, null)))`,
    },
  },
  {
    table: "agent_action_labels",
    id: "id",
    kind: "label",
    columns: COMMON,
    masked: ["user_id", "on_behalf_of", "trigger", "correlation_text", "text", "created_by", "metadata"],
  },
];

/** What of a table a subject names, as a condition; the value is the parameter. `undefined`: nothing. */
export function conditionOf(
  { columns }: ErasableTable,
  field: ErasureField,
  parameter: string,
): string | undefined {
  const column = columns[field];
  if (column === undefined) return undefined;
  if (field === "run") return `target.${column} = ${parameter}::uuid`;
  return field === "on_behalf_of"
    ? `target.${column} @> array[${parameter}::text]`
    : `target.${column} = ${parameter}::text`;
}

/** The same for an entry of the ledger, of which only the SHA-256 is known. */
export function conditionOfHash(
  { columns }: ErasableTable,
  field: ErasureField,
  hash: string,
): string | undefined {
  const column = columns[field];
  if (column === undefined) return undefined;
  const hashOf = (value: string) => `sha256(convert_to(${value}::text, 'UTF8'))`;
  return field === "on_behalf_of"
    ? `exists (select from unnest(target.${column}) as one where ${hashOf("one")} = ${hash})`
    : `${hashOf(`target.${column}`)} = ${hash}`;
}

/** Whether a hold names a row, as a condition. */
export function heldCondition({ columns }: ErasableTable): string {
  const column = (field: ErasureField, type: string): string =>
    columns[field] === undefined ? `null::${type}` : `target.${columns[field]}`;
  const text = (["session", "user"] as const).map((field) => column(field, "text"));
  const rest = (["project", "agent", "service"] as const).map((field) => column(field, "text"));
  return `agent_row_held(${[column("run", "uuid"), ...text, column("on_behalf_of", "text[]"), ...rest].join(", ")})`;
}
