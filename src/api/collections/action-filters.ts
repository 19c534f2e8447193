import { createHash } from "node:crypto";
import { choice, flag, integer, option, text } from "../../config/option.js";
import { ACTION_TYPES, correlationId, parseUuid, ROW_STATUSES } from "../../event/index.js";
import { type Filter, type FilterTable, oneOf } from "../query/filter.js";

/** Whether an action of `agent_actions` went wrong, as the views say it. */
export const HAS_FAILED = "agent_action_failed(action_type, status, error_group, action_details)";

/** The end of an action, or its start where no end is known. */
export const LAST_AT =
  "greatest(created_at, coalesce(ended_at, created_at + duration_ms * interval '1 millisecond'))";

const exact = (column: string, description: string): Filter => oneOf(column, text({ description }));

/** A run by its correlation id: a UUID, a trace id, or the text that the producer gave. */
export const runFilter: Filter = {
  option: text({
    description: "A run: its correlation id as a UUID, a trace id, or the text that its producer gave.",
  }),
  many: true,
  toSql: (given) => given.map((run) => correlationId(String(run)).uuid),
  condition: (place) => `correlation_id = any(${place}::uuid[])`,
};

const duration = (description: string) =>
  integer({ minimum: 0, maximum: 2_147_483_647, unit: "milliseconds", description });

export const projectFilter: Filter = {
  option: text({ description: "Name or folder of a project." }),
  many: true,
  condition: (place) => `(project_name = any(${place}::text[]) or project_path = any(${place}::text[]))`,
};

/** How paths are found: by their hash, which has an index. */
export const pathHash = (path: unknown): string =>
  createHash("sha256").update(String(path), "utf8").digest("hex");

/** Filters on rows of `agent_actions`. */
export const ACTION_FILTERS = {
  project: projectFilter,
  agent: exact("agent_name", "Name of an agent."),
  type: oneOf("action_type", choice({ of: ACTION_TYPES, description: "Type of action." })),
  status: oneOf("status", choice({ of: ROW_STATUSES, description: "What the producer says of it." })),
  failed: {
    option: flag({ description: "Only actions that failed, of any type; false for the others." }),
    condition: (place) => `${HAS_FAILED} = ${place}::boolean`,
  },
  state: oneOf(
    "state",
    choice({
      of: ["running", "abandoned", "ended"],
      description: "Whether it has ended.",
    }),
  ),
  tool: {
    option: text({ description: "Tool of a tool call." }),
    many: true,
    condition: (place) => `(action_type = 'tool_call' and action_name = any(${place}::text[]))`,
  },
  name: exact("action_name", "Name of the action, of whatever type."),
  session: exact("session_id", "Conversation, session or thread."),
  run: runFilter,
  trace: exact("trace_id", "Trace id of OpenTelemetry: 32 hex digits."),
  source: exact("source", "Dialect of the span that it was made from."),
  service: exact("service_name", "service.name of OpenTelemetry."),
  environment: exact("environment", "deployment.environment.name of OpenTelemetry."),
  agent_version: exact("agent_version", "Version of the agent."),
  user: exact("user_id", "Person or account that the run acts for."),
  error_group: exact(
    "error_group",
    "Errors whose messages differ in numbers, ids, paths and quotations only.",
  ),
  parent: {
    option: option<string>(
      { description: "Id of the action around it.", placeholder: "ID" },
      { expected: "a UUID", fromText: parseUuid, fromCode: () => undefined },
    ),
    many: true,
    condition: (place) => `parent_action_id = any(${place}::uuid[])`,
  },
  min_duration: {
    option: duration("It took so many milliseconds or more."),
    condition: (place) => `duration_ms >= ${place}::integer`,
  },
  max_duration: {
    option: duration("It took so many milliseconds or fewer."),
    condition: (place) => `duration_ms <= ${place}::integer`,
  },
  file: {
    option: text({ description: "Path of a file that it worked on, as it was given to the tool." }),
    many: true,
    toSql: (given) => given.map(pathHash),
    condition: (place) => `(agent_actions.id, agent_actions.created_at) in (
      select action_id, created_at from agent_file_operations where file_path_hash = any(${place}::text[]))`,
  },
  label: {
    option: text({ description: "Name of a label, note or outcome of it or of its run." }),
    many: true,
    condition: (place) => `(
      agent_actions.id in (select action_id from agent_action_labels where name = any(${place}::text[]))
      or agent_actions.correlation_id in (select correlation_id from agent_action_labels where name = any(${place}::text[])))`,
  },
  text: {
    option: text({ description: "Text in its name, error message or details, in any letter case." }),
    toSql: ([given]) => `%${String(given).replaceAll(/[\\%_]/g, "\\$&")}%`,
    condition: (place) =>
      `(action_name ilike ${place} or status_message ilike ${place} or action_details::text ilike ${place})`,
  },
} as const satisfies FilterTable;
