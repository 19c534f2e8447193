import pg from "pg";
import type { PostgresSettings } from "../config/postgres-settings.js";
import { type Statement, statement } from "./tables/table.js";

export interface PoolOptions {
  /** Called for connections that broke while nobody used them. The error never holds a password. */
  readonly onConnectionLost?: (error: Error) => void;
  /** Connections that nobody uses stay open: for one that is used now and then for ever, whose server process has its plans. @default false */
  readonly keepsIdle?: boolean;
}

/**
 * A pool of at most `settings.maxConnections` connections. More than three do not help one process: Postgres's CPU is
 * the wall. No connection is opened before the first query.
 *
 * Nothing is asked for at the start of a connection that PgBouncer would refuse (`unsupported startup parameter`): limits are
 * set in each transaction, see {@link beginOf}.
 */
export function createPool(
  settings: PostgresSettings,
  { onConnectionLost, keepsIdle = false }: PoolOptions = {},
): pg.Pool {
  const { statementTimeoutMillis: limit } = settings;
  const pool = new pg.Pool({
    ...settings.connection.reveal(),
    max: settings.maxConnections,
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectionTimeoutMillis,
    // The server's own limit ends a statement first. This one is for a server that no longer responds at all.
    query_timeout: limit + ANSWER_MARGIN_MILLIS,
    keepAlive: true,
    ...(keepsIdle && { idleTimeoutMillis: 0 }),
    // An idle pool keeps no process from ending.
    allowExitOnIdle: true,
    // Times are read as ISO 8601, whatever the database's or the role's own style. PgBouncer keeps this setting for each client.
    onConnect: async (client) => {
      await client.query("set datestyle = 'ISO'");
    },
  });
  // A client that died with an open transaction would hold its locks until TCP gives up.
  beginWith(pool, { statement_timeout: limit, idle_in_transaction_session_timeout: limit });
  // A connection that breaks while idle is reported here, and without a listener Node ends the process.
  pool.on("error", (error) => onConnectionLost?.(error));
  // One that breaks while borrowed is reported on the client, between two queries also only there. Its next query fails
  // with the same reason, so there is nothing to do but to listen.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

const ANSWER_MARGIN_MILLIS = 5_000;

/**
 * Each statement has to see what others have committed while it waited for a lock, which is not so where the database's or the role's own
 * level is another one.
 */
const BEGIN_READ_COMMITTED = statement("begin", "begin isolation level read committed");

/** Has each transaction of the pool begin with these settings, in milliseconds; 0 is none. */
export function beginWith(pool: pg.Pool, limits: Readonly<Record<string, number>>): void {
  const settings = Object.entries(limits).map(([name, limit]) =>
    statement("begin", `set local ${name} = ${limit}`),
  );
  BEGIN.set(pool, [BEGIN_READ_COMMITTED, ...settings]);
}

/**
 * What begins a transaction on a connection of the pool, one statement each: with the limits for statements and for idling, which hold until the
 * transaction's end. A pooler may give every transaction another server connection, so nothing is set for longer.
 */
export const beginStatementsOf = (pool: pg.Pool): readonly Statement[] =>
  BEGIN.get(pool) ?? [BEGIN_READ_COMMITTED];

/** The same as one text. */
export const beginOf = (pool: pg.Pool): string =>
  beginStatementsOf(pool)
    .map(({ text }) => text)
    .join("; ");

const BEGIN = new WeakMap<pg.Pool, readonly Statement[]>();
