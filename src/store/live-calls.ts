import type pg from "pg";

/** A row that an agent's telemetry or hooks gave a call, or a prompt. */
export interface LiveCall {
  readonly id: string;
  /** The other half of the row's key, ISO 8601 with microseconds. */
  readonly createdAt: string;
  /** Of the tool; `user_prompt` of a prompt. */
  readonly name: string;
  /** Arguments, or the text of the prompt; `undefined` where they are not told. */
  readonly told: unknown;
  /** Milliseconds since the epoch. */
  readonly startMillis: number;
  readonly endMillis: number;
}

interface Row {
  readonly id: string;
  readonly created_at: string;
  readonly name: string;
  readonly told: unknown;
  readonly started: number;
  readonly ended: number;
}

/**
 * The calls and prompts of a run, in their order, that came from one of these sources. Throws what Postgres throws.
 *
 * @param run the correlation id
 */
export async function liveCallsOf(
  pool: pg.Pool,
  run: string,
  sources: readonly string[],
): Promise<readonly LiveCall[]> {
  const { rows } = await pool.query<Row>(QUERY, [run, sources]);
  return rows.map(({ id, created_at: createdAt, name, told, started, ended }) => ({
    id,
    createdAt,
    name,
    told: told ?? undefined,
    startMillis: started,
    endMillis: ended,
  }));
}

const QUERY = `
  select id, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at, action_name as name,
    coalesce(action_details -> 'tool_parameters', action_details -> 'decision_context', action_details -> 'prompt') as told,
    (extract(epoch from created_at) * 1000)::float8 as started,
    (extract(epoch from coalesce(ended_at, created_at)) * 1000)::float8 as ended
  from agent_actions
  where correlation_id = $1::uuid and source = any($2::text[])
    and (action_type = 'tool_call' or action_details ->> 'decision_type' = 'approval' or action_name = 'user_prompt')
  order by ended, id`;
