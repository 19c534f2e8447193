import type pg from "pg";
import { inTransaction } from "../on-connection.js";
import type { ErasureField, ErasureSubject } from "./erasure-fields.js";

/** What is derived from rows, or stands beside them: summaries of runs, frozen statistics, span attributions, call keys, the access log. */
const STATEMENTS: Readonly<Partial<Record<ErasureField, Readonly<Record<string, string>>>>> = {
  run: {
    agent_runs: "select forget_agent_runs(array[$1::uuid])",
    agent_action_span_attributions:
      "delete from agent_action_span_attributions where correlation_id = $1::uuid",
  },
  session: {
    agent_runs: "update agent_runs set session_id = null where session_id = $1",
    agent_run_parts: "update agent_run_parts set session_id = null where session_id = $1",
    agent_action_span_attributions: "delete from agent_action_span_attributions where session_id = $1",
    agent_action_keys: "delete from agent_action_keys where session_id = $1",
  },
  user: {
    agent_runs: "update agent_runs set user_id = null where user_id = $1",
    agent_run_parts: "update agent_run_parts set user_id = null where user_id = $1",
  },
  project: {
    agent_runs: "update agent_runs set project_name = null, project_path = null where project_name = $1",
    agent_run_parts:
      "update agent_run_parts set project_name = null, project_path = null where project_name = $1",
    agent_action_statistics:
      "update agent_action_statistics set project_name = '(erased)' where project_name = left($1, 200)",
  },
  agent: {
    // Those about no run.
    agent_notices: "delete from agent_notices where agent_name = $1",
    agent_features:
      "delete from agent_features where left(agent_name, 200) = left($1, 200) and agent_name = $1",
    agent_runs:
      "update agent_runs set agents = array_replace(agents, left($1, 500), '(erased)') where agents @> array[left($1, 500)]",
    agent_run_parts:
      "update agent_run_parts set agents = array_replace(agents, left($1, 500), '(erased)') where agents @> array[left($1, 500)]",
    agent_action_statistics: `update agent_action_statistics set agent_name = case when agent_name = left($1, 200) then '(erased)' else agent_name end,
        agent_hashes = array_remove(agent_hashes, agent_name_hash(left($1, 200)))
      where agent_name = left($1, 200) or agent_hashes @> array[agent_name_hash(left($1, 200))]`,
  },
  service: {
    agent_runs: "update agent_runs set service_name = null where service_name = $1",
    agent_run_parts: "update agent_run_parts set service_name = null where service_name = $1",
  },
};

/** Runs of which no row is left have no summary; others are computed anew from what is left, but where they are frozen. */
const FORGET_EMPTY_RUNS = `
  with empty as (
    select correlation_id from unnest($1::uuid[]) as run (correlation_id)
    where not exists (select from agent_actions action where action.correlation_id = run.correlation_id)
      and not exists (select from agent_execution_logs log where log.correlation_id = run.correlation_id)
  ),
  labels as (delete from agent_action_labels where correlation_id in (select correlation_id from empty)),
  shares as (delete from agent_action_shares where correlation_id in (select correlation_id from empty))
  select forget_agent_runs(array(select correlation_id from empty))`;

const MASK_RUNS = [
  `update agent_runs set title = null, correlation_text = null, session_id = null, user_id = null
   where correlation_id = any ($1::uuid[])`,
  `update agent_run_parts set correlation_text = null, session_id = null, user_id = null where correlation_id = any ($1::uuid[])`,
];

/** Requests name runs in the path, and everything else in the query. */
const FORGET_REQUESTS = `
  update agent_action_access_log set path = '(erased)', query = null
  where query ~ any ($1::text[]) or ($2 and path ~ any ($1::text[]))`;

/** What was noticed in these runs names calls, agents and what they were at. */
const FORGET_NOTICES = "delete from agent_notices where correlation_id = any ($1::uuid[])";

/** Links that somebody saved under a name. */
const FORGET_VIEWS = `
  delete from agent_action_saved_views
  where substring(location from '[?](.*)') ~ any ($1::text[]) or ($2 and location ~ any ($1::text[]))`;

export interface SummaryErasure {
  readonly mode: "remove" | "mask";
  /** Runs that had rows of which this erasure took some. */
  readonly runs: readonly string[];
}

/** Returns how many rows of each table were changed. Throws what Postgres throws. */
export async function eraseSummaries(
  pool: pg.Pool,
  { field, value, text = value }: ErasureSubject,
  { mode, runs }: SummaryErasure,
): Promise<Record<string, number>> {
  const run = (statement: string, ...given: readonly unknown[]) =>
    inTransaction(pool, (client) => client.query(statement, [...given]));
  const changed: Record<string, number> = {};
  if (mode === "mask") for (const statement of MASK_RUNS) await run(statement, runs);
  else if (runs.length > 0) await run(FORGET_EMPTY_RUNS, runs);
  for (const [table, statement] of Object.entries(STATEMENTS[field] ?? {})) {
    if (mode === "mask" && statement.includes("forget_agent_runs")) continue;
    changed[table] = (await run(statement, value)).rowCount ?? 0;
  }
  if (runs.length > 0)
    changed.agent_notices = (changed.agent_notices ?? 0) + ((await run(FORGET_NOTICES, runs)).rowCount ?? 0);
  const patterns = [...new Set([value, text].flatMap(addressForms))].map(asWholeName);
  const isInPaths = field === "run";
  changed.agent_action_access_log = (await run(FORGET_REQUESTS, patterns, isInPaths)).rowCount ?? 0;
  changed.agent_action_saved_views = (await run(FORGET_VIEWS, patterns, isInPaths)).rowCount ?? 0;
  return changed;
}

/** A name as it stands in addresses: as it is, and with either way of writing what may not stand there. */
const addressForms = (name: string): readonly string[] => [
  name,
  encodeURIComponent(name),
  new URLSearchParams([["", name]]).toString().slice(1),
];

/** The name as a regular expression of Postgres, and not as a part of a longer word; what is encoded may stand before it. */
const asWholeName = (name: string): string =>
  `(^|[^[:alnum:]_.-]|%[0-9A-Fa-f]{2})${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}($|[^[:alnum:]_.-])`;
