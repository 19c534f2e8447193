import type { ActionStatus, ActionType, JsonObject, MergedSpan } from "../../event/index.js";
import type { ActionState } from "../tables/merge-actions.js";

/** A row of `agent_actions`, under its column names. Times have milliseconds; Postgres keeps microseconds. */
export interface ActionRow {
  readonly id: string;
  readonly correlation_id: string;
  readonly agent_name: string;
  readonly action_type: ActionType;
  readonly action_name: string;
  /** Numbers beyond 2^53 are rounded here; in the table they are not. */
  readonly action_details: JsonObject | null;
  readonly debug_mode: boolean;
  readonly duration_ms: number | null;
  readonly project_path: string | null;
  readonly project_name: string | null;
  readonly working_directory: string | null;
  readonly created_at: Date;
  readonly trace_id: string | null;
  readonly span_id: string | null;
  readonly parent_span_id: string | null;
  readonly ended_at: Date | null;
  readonly status: ActionStatus | null;
  readonly error_type: string | null;
  /** The column `status_message`. */
  readonly error_message: string | null;
  readonly session_id: string | null;
  readonly tool_call_id: string | null;
  readonly source: string | null;
  readonly service_name: string | null;
  readonly producer: string | null;
  readonly correlation_text: string | null;
  readonly repairs: readonly string[] | null;
  readonly parent_action_id: string | null;
  readonly merged_spans: readonly MergedSpan[] | null;
  readonly possible_duplicate_of: string | null;
  readonly unresolved_parent_span_id: string | null;
  readonly state: ActionState;
  readonly error_group: string | null;
  readonly service_version: string | null;
  readonly environment: string | null;
  readonly agent_version: string | null;
  readonly user_id: string | null;
  readonly on_behalf_of: readonly string[] | null;
  readonly trigger: string | null;
  readonly approved_by: string | null;
  readonly approval_method: string | null;
  readonly policy: string | null;
  readonly arguments_sha256: string | null;
}

/** Named one by one: a table that was there before this package may have further columns. */
export const ACTION_COLUMNS = `id, correlation_id, agent_name, action_type, action_name, action_details, debug_mode,
  duration_ms, project_path, project_name, working_directory, created_at, trace_id, span_id, parent_span_id, ended_at,
  status, error_type, status_message as error_message, session_id, tool_call_id, source, service_name, producer, correlation_text, repairs,
  parent_action_id, merged_spans, possible_duplicate_of, unresolved_parent_span_id, state, error_group, service_version, environment,
  agent_version, user_id, on_behalf_of, trigger, approved_by, approval_method, policy, arguments_sha256`;
