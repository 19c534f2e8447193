import type { JsonObject } from "../../event/json.js";
import { fitted, listAnswer } from "../answer.js";
import { type ApiAsk, askObject, rowsOf } from "../api.js";
import { readArguments } from "../arguments.js";
import type { Tool } from "../tool.js";
import { LAST } from "./find-runs.js";
import { NO_SQL } from "./query-sql.js";

const PARAMETERS = { last: { ...LAST, default: "7d" } } as const;

const MOST = 20;
const MEASURES = ["actions", "failed_actions", "runs", "p50_ms", "p95_ms", "last_activity_at"];

const VIEWS = `
  select relname || coalesce('(' || (
      select string_agg(attname, ', ' order by attnum) from pg_attribute
      where attrelid = pg_class.oid and attnum > 0 and not attisdropped
    ) || ')', '') || coalesce(': ' || obj_description(pg_class.oid, 'pg_class'), '') as view
  from pg_class where relnamespace = 'agent_actions_v1'::regnamespace and relkind = 'v' order by relname`;
const MAX_VIEWS = 200;

export const describe: Tool = {
  name: "describe",
  title: "What is here",
  description:
    "What was recorded lately: agents and tools with counts, failures and durations; and, where SQL is set up, the views with their columns. Begin here.",
  parameters: PARAMETERS,
  async call(given, { ask, sql, maxCharacters }) {
    const { last } = readArguments(PARAMETERS, given);
    const share = Math.floor(maxCharacters / 4);
    const head = {
      last,
      agents: fitted(await groups("agents", last, ask), share),
      tools: fitted(await groups("tools", last, ask), share),
      how: "find_runs, then run_skeleton of one, then get_actions of its places; diff_runs compares two; notices lists loops and the like",
      ...(sql === undefined && { sql: NO_SQL }),
    };
    const views =
      sql === undefined ? [] : (await sql.read(VIEWS, { maxRows: MAX_VIEWS, maxCharacters: share * 4 })).rows;
    return listAnswer(
      {
        head,
        name: "views",
        rows: views.map(({ view }) => view ?? null),
        tail: (shown) =>
          shown < views.length
            ? {
                left_out: `${views.length - shown} views: query_sql over pg_class and pg_attribute names their columns`,
              }
            : {},
      },
      maxCharacters,
    );
  },
};

/** Those with the most actions. */
async function groups(
  of: "agents" | "tools",
  last: string,
  ask: ApiAsk,
): Promise<readonly JsonObject[] & JsonObject[]> {
  const rows = rowsOf(await askObject(ask, `/${of}`, { last, limit: MOST, sort: "actions" }));
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(
        ([name, value]) => value !== null && (MEASURES.includes(name) || name.endsWith("name")),
      ),
    ),
  );
}
