import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

const POLL_MILLIS = 25;

/**
 * Resolves with the server's version when it lets a client in and answers. While nobody listens yet, or the server says
 * that it is starting, it is asked again; any other refusal rejects, and so does `aborted`, with its reason.
 * Which database `url` names does not matter.
 */
export async function postgresReady(url: string, aborted: AbortSignal): Promise<string> {
  for (;;) {
    aborted.throwIfAborted();
    try {
      const { rows } = await queryServer(url, "show server_version");
      return rows[0].server_version;
    } catch (error) {
      if (!isStarting(error)) throw error;
    }
    await sleep(POLL_MILLIS);
  }
}

/** Makes the database that `url` names unless it is there. */
export async function ensureDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const { rowCount } = await queryServer(url, "select 1 from pg_database where datname = $1", [name]);
  if (rowCount === 0) await queryServer(url, `create database ${pg.escapeIdentifier(name)}`);
}

async function queryServer(url: string, text: string, values: string[] = []): Promise<pg.QueryResult> {
  const maintenance = new URL(url);
  maintenance.pathname = "/postgres";
  const client = new pg.Client({ connectionString: maintenance.href, connectionTimeoutMillis: 5_000 });
  // Without a listener, a connection that breaks between two queries would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await client.query(text, values);
  } finally {
    await client.end();
  }
}

/** 57P03 is cannot_connect_now, https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isStarting(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ECONNREFUSED" || code === "ECONNRESET" || code === "57P03";
}
