import { EnvReader } from "../config/env-reader.js";
import { LARGE_RESULTS_OPTIONS } from "../config/large-results-settings.js";
import { resolvePostgresSettings } from "../config/postgres-settings.js";
import { resolveOptions } from "../config/resolve-options.js";
import { ConfigError, StoreError } from "../errors.js";
import { correlationId } from "../event/correlation-id.js";
import { LargeResultError } from "../large-results/large-result-file.js";
import { type RecordedAction, recordedAction } from "../recorded/recorded-action.js";
import { createPool } from "../store/pool.js";
import { storeFailure } from "../store/store-failure.js";
import { contentsInFolder, withWholeContents } from "./whole-contents.js";

const ROWS = `
  select id, correlation_id, correlation_text, agent_name, action_type, action_name, action_details,
    to_json(created_at) #>> '{}' as started_at, to_json(ended_at) #>> '{}' as ended_at, duration_ms, status, error_type,
    status_message as error_message, agent_action_failed(action_type, status, error_group, action_details) as failed,
    tool_call_id, span_id, parent_span_id, parent_action_id, agent_version, service_version, environment, project_path
  from agent_actions where correlation_id = $1 order by created_at, id`;

/**
 * The actions of a run, whole, from the database; contents that are too large for a row from the folder that the environment names.
 *
 * @param run correlation id, or what its producer called it
 * @param url `postgres://...`; without it the environment says where Postgres is, as for the service
 * @throws ConfigError, StoreError, LargeResultError
 */
export async function* readRunFromDatabase(
  run: string,
  url: string | undefined,
  env: NodeJS.ProcessEnv,
): AsyncGenerator<RecordedAction> {
  const reader = new EnvReader(env);
  const { folder } = resolveOptions(LARGE_RESULTS_OPTIONS, {}, { env: reader });
  const read = folder === undefined ? undefined : contentsInFolder(folder);
  const settings = resolvePostgresSettings({ ...(url !== undefined && { url }) }, reader);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  const pool = createPool({ ...settings, maxConnections: 1 });
  try {
    const { rows } = await pool.query<Record<string, unknown>>(ROWS, [correlationId(run).uuid]);
    if (rows.length === 0)
      throw new StoreError(
        `There are no actions of a run ${JSON.stringify(run)}. Those that there are: agent-actions runs --last all`,
      );
    for (const row of rows) {
      const action = recordedAction(read === undefined ? row : await withWholeContents(row, read));
      if (action !== undefined) yield action;
    }
  } catch (error) {
    throw error instanceof LargeResultError ? error : storeFailure(error);
  } finally {
    await pool.end().catch(() => undefined);
  }
}
