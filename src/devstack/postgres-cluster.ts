import { randomBytes } from "node:crypto";
import { chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DevStackError } from "../errors.js";
import type { GuardedCommand } from "./guard.js";
import { findPostgres, postgresProgram, usablePostgres } from "./postgres-binaries.js";
import { runCommand } from "./run-command.js";
import { type Account, barrierFor, serverAccount } from "./server-account.js";
import { pathExists, type StackHome } from "./stack-home.js";

/** A data folder that is ready for a server, with the password of its superuser. */
export interface PostgresCluster {
  readonly password: string;
  /** The command that serves it on this port of the loopback interface. */
  readonly serverCommand: (port: number) => GuardedCommand;
}

export const SUPERUSER = "postgres";

const GRACE_MILLIS = 10_000;

/** What differs from the defaults of PostgreSQL. Durability does not: fsync stays on. */
const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  // A socket file would lie in a folder that all servers share.
  unix_socket_directories: "",
  // The same on every machine.
  timezone: "UTC",
  log_timezone: "UTC",
};

/** Opens the data folder below `home`, made anew unless it is there already. */
export async function openPostgresCluster(
  home: StackHome,
  env: NodeJS.ProcessEnv,
  binaries: string | undefined,
): Promise<PostgresCluster> {
  const account = await serverAccount();
  const programs = await usablePostgres(binaries ?? (await findPostgres()), home.folder, account);
  const folder = join(home.folder, "postgres");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (account) await giveTo(account, folder);
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
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
  if (!(await pathExists(join(data, "PG_VERSION")))) {
    await writeFile(passwordFile, randomBytes(18).toString("hex"), { mode: 0o600 });
    if (account) await chown(passwordFile, account.uid, account.gid);
    const initdb = command("initdb", initArgs(data, passwordFile));
    await runCommand(home.guard, "Making the data folder of PostgreSQL", initdb);
  }
  const settings = Object.entries(SERVER_SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return {
    password: await readFile(passwordFile, "utf8"),
    serverCommand: (port) => command("postgres", ["-D", data, "-p", String(port), ...settings]),
  };
}

function initArgs(data: string, passwordFile: string): readonly string[] {
  return [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    // Everyone on this machine can reach the port, and a superuser can run programs on it.
    "--auth=scram-sha-256",
    // The same order and the same messages on every machine.
    "--encoding=UTF8",
    "--locale=C",
    // If the machine stops within this second, nothing is lost but an empty cluster.
    "--no-sync",
  ];
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
