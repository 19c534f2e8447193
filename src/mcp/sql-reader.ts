/**
 * Questions in SQL by somebody who is not trusted: a model. What it may see is decided by the role that asks, which is checked; that nothing
 * changes, how long it takes and how much comes back, by the transaction.
 */
import type pg from "pg";
import type { PostgresSettings } from "../config/postgres-settings.js";
import type { JsonObject } from "../event/json.js";
import { describeError } from "../internal/describe-error.js";
import { createPool } from "../store/pool.js";
import { ToolRefusal } from "./arguments.js";

/** Longest value in a row, in characters of its JSON. */
export const MAX_CELL = 2_000;
const CONNECTIONS = 2;
/** Rows that are fetched at a time. */
const STEP = 50;

const VIEWS = "agent_actions_v1";

export interface SqlRows {
  readonly rows: readonly JsonObject[];
  /** There are more than were asked for, or than `maxCharacters` allow. */
  readonly hasMore: boolean;
}

export interface SqlReader {
  /** Throws a `ToolRefusal` with what Postgres says. */
  read(sql: string, limits: { readonly maxRows: number; readonly maxCharacters: number }): Promise<SqlRows>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** @param postgres of a role that may read the views and nothing else; any other one is refused */
export function createSqlReader(postgres: PostgresSettings): SqlReader {
  const pool = createPool({ ...postgres, maxConnections: CONNECTIONS });
  return {
    async read(sql, limits) {
      let client: pg.PoolClient | undefined;
      try {
        client = await pool.connect();
        await client.query(
          `begin transaction read only; set local search_path = ${VIEWS}, pg_catalog; set local jit = off;
           set local statement_timeout = ${postgres.statementTimeoutMillis};
           set local idle_in_transaction_session_timeout = ${postgres.statementTimeoutMillis}`,
        );
        await checkRole(client);
        return await fetched(client, sql, { ...limits, maxMillis: postgres.statementTimeoutMillis });
      } catch (error) {
        throw error instanceof ToolRefusal
          ? error
          : new ToolRefusal(`Postgres says: ${describeError(error).message}`);
      } finally {
        // Closed, and not given back: a statement may have set something, or locked, for as long as the session lasts.
        client?.release(true);
      }
    },
    close: () => pool.end().catch(() => undefined),
  };
}

/**
 * A role with more rights than reading the views could read tables by this tool, or files of the server. Rights are looked at with every
 * question: they may have been given since.
 */
async function checkRole(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ readonly role: string; readonly more: string | null }>(`
    select current_user as role, coalesce(
      (select 'is a superuser' from pg_roles where rolname = session_user and rolsuper),
      (select 'may create roles' from pg_roles where rolname = session_user and rolcreaterole),
      (select 'is a member of ' || rolname from pg_roles
       where rolname like 'pg\\_%' and pg_has_role(session_user, oid, 'member') order by rolname limit 1),
      (select 'may read ' || class.oid::regclass::text from pg_class as class join pg_namespace on pg_namespace.oid = relnamespace
       where relkind in ('r', 'p', 'v', 'm', 'f') and nspname not in ('${VIEWS}', 'pg_catalog', 'information_schema')
         and nspname not like 'pg\\_%'
         and exists (select from pg_roles where pg_has_role(session_user, pg_roles.oid, 'member')
           and has_any_column_privilege(pg_roles.oid, class.oid, 'select'))
       order by 1 limit 1)
    ) as more`);
  const more = rows[0]?.more;
  if (typeof more === "string")
    throw new ToolRefusal(
      `SQL is not asked as the role ${rows[0]?.role}, which ${more}: AGENT_ACTIONS_MCP_SQL_DATABASE_URL has to name a role that may read the schema ${VIEWS} and nothing else (docs/mcp-server.md).`,
    );
}

interface FetchLimits {
  readonly maxRows: number;
  readonly maxCharacters: number;
  readonly maxMillis: number;
}

async function fetched(
  client: pg.PoolClient,
  sql: string,
  { maxRows, maxCharacters, maxMillis }: FetchLimits,
): Promise<SqlRows> {
  const endsAt = performance.now() + maxMillis;
  // In parentheses only a query can stand. Sent with a parameter it is one statement, whatever semicolons are in it.
  await client.query(
    `declare answer no scroll cursor for
     select (
       select json_object_agg(key, case when length(value::text) > ${MAX_CELL}
         then to_json(left(value #>> '{}', ${MAX_CELL}) || '... ' || length(value #>> '{}') - ${MAX_CELL} || ' more characters') else value end)
       from json_each(to_json(question))
     )::text as row
     from (
${sql.replace(/[\s;]+$/, "")}
     ) as question limit $1`,
    [maxRows + 1],
  );
  const rows: JsonObject[] = [];
  let characters = 0;
  for (;;) {
    const step = await client.query<{ readonly row: string }>(`fetch ${STEP} from answer`);
    for (const { row } of step.rows) {
      characters += row.length;
      if (rows.length === maxRows || characters > maxCharacters) return { rows, hasMore: true };
      rows.push(JSON.parse(row));
    }
    if (step.rows.length < STEP) return { rows, hasMore: false };
    // The query may have set another limit for the steps after this one, and all of them together have as long as one statement.
    const left = Math.max(Math.ceil(endsAt - performance.now()), 1);
    await client.query(`set local statement_timeout = ${left}`);
  }
}
