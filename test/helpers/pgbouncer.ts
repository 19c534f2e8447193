import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { freePort } from "../../src/internal/ports.js";
import type { TestLifetime } from "./stack.js";

const run = promisify(execFile);

/** Two server connections for however many clients. */
const POOL_SIZE = 2;

/**
 * A PgBouncer in front of the server of this URL; returns the URL that leads through it. Where the machine has none, it is installed
 * by Debian's package manager; without the program the test fails: nothing is skipped.
 */
export async function startPgbouncer(
  url: string,
  mode: "session" | "transaction",
  t: TestLifetime,
): Promise<string> {
  return (await startRestartablePgbouncer(url, mode, t)).url;
}

/** The same one, which can be killed and started again at the same address. */
export interface RestartablePgbouncer {
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startRestartablePgbouncer(
  url: string,
  mode: "session" | "transaction",
  t: TestLifetime,
): Promise<RestartablePgbouncer> {
  const { hostname, port, username, password } = new URL(url);
  const own = new URL(url);
  own.hostname = "127.0.0.1";
  own.port = String(await freePort());
  const folder = await mkdtemp(join(tmpdir(), "pgbouncer-"));
  const users = join(folder, "users.txt");
  const settings = join(folder, "pgbouncer.ini");
  await writeFile(users, `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`);
  await writeFile(
    settings,
    `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own.port}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = ${mode === "session" ? 20 : POOL_SIZE}
`,
  );
  // It refuses to run as root; whoever it runs as has to read its files.
  const asRoot = userInfo().uid === 0;
  if (asRoot) await run("chown", ["-R", "nobody", folder]);
  const command = await program();
  let child: ChildProcess;
  let ended: Promise<unknown> = Promise.resolve();
  const pooler: RestartablePgbouncer = {
    url: own.href,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    async start() {
      child = spawn(command, ["-q", ...(asRoot ? ["-u", "nobody"] : []), settings], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      ended = once(child, "exit");
      await serves(own.href, ended);
    },
  };
  t.onTestFinished(async () => {
    child.kill("SIGINT");
    await ended;
    await rm(folder, { recursive: true });
  });
  await pooler.start();
  return pooler;
}

/** Debian puts it where the path of an ordinary user does not lead. */
const PROGRAMS = ["pgbouncer", "/usr/sbin/pgbouncer"];

async function program(): Promise<string> {
  const found = await installed();
  if (found !== undefined) return found;
  try {
    await run("apt-get", ["update", "-qq"]);
    await run("apt-get", ["install", "-y", "-qq", "pgbouncer"], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch (cause) {
    throw new Error("This test needs PgBouncer: apt-get install pgbouncer, or brew install pgbouncer.", {
      cause,
    });
  }
  return (await installed()) ?? "pgbouncer";
}

async function installed(): Promise<string | undefined> {
  for (const name of PROGRAMS) {
    const answers = await run(name, ["--version"]).then(
      () => true,
      () => false,
    );
    if (answers) return name;
  }
  return undefined;
}

async function serves(url: string, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (over) throw new Error("pgbouncer ended", { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
