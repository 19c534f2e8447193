import type { JsonObject } from "../../event/json.js";

/** The part of a row of `agent_actions` that the command line shows. The names are the columns'. */
export interface ShownAction {
  readonly id: string;
  readonly created_at: Date;
  readonly agent_name: string;
  readonly action_type: string;
  readonly action_name: string;
  readonly action_details: JsonObject | null;
  readonly duration_ms: number | null;
  readonly status: string | null;
  readonly error_message: string | null;
  readonly project_name: string | null;
  readonly project_path: string | null;
  readonly span_id: string | null;
  readonly parent_span_id: string | null;
}
