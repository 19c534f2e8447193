import pg from "pg";
import type { PostgresSettings } from "../config/postgres-settings.js";

export interface PoolOptions {
  /** Told about connections that broke while nobody used them. Never holds a password. */
  readonly onConnectionLost?: (error: Error) => void;
}

/**
 * A pool of at most `settings.maxConnections` connections. More than three do not help one process: Postgres's CPU is
 * the wall. No connection is opened before the first query.
 */
export function createPool(settings: PostgresSettings, { onConnectionLost }: PoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({
    ...settings.connection.reveal(),
    max: settings.maxConnections,
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectionTimeoutMillis,
    statement_timeout: settings.statementTimeoutMillis,
    // The server's own limit answers first. This one is for a server that no longer answers at all.
    query_timeout: settings.statementTimeoutMillis + ANSWER_MARGIN_MILLIS,
    // A client that died with an open transaction would hold its locks until TCP gives up.
    idle_in_transaction_session_timeout: settings.statementTimeoutMillis,
    keepAlive: true,
    // An idle pool keeps no process from ending.
    allowExitOnIdle: true,
  });
  // A connection that breaks while idle is reported here, and without a listener Node ends the process.
  pool.on("error", (error) => onConnectionLost?.(error));
  // One that breaks while borrowed is reported on the client, between two queries also only there. Its next query fails
  // with the same reason, so there is nothing to do but to listen.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

const ANSWER_MARGIN_MILLIS = 5_000;
