import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { RECORD_KINDS } from "../../src/event/index.js";
import { childPids, pidGone } from "../../src/internal/processes.js";
import { kafkaBootstrap, type TestLifetime, uniqueName } from "../helpers/stack.js";

/** The built command line, as users run it. */
export const MAIN = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the match as soon as standard output holds it; rejects when the program ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** The same for standard error. */
  complained(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Nothing of the environment that tests run in, but what a program needs to start, and tables as wide as pages have them. */
export function plainEnv(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, JAVA_HOME, XDG_CACHE_HOME, LANG } = process.env;
  return { PATH, HOME, TMPDIR, JAVA_HOME, XDG_CACHE_HOME, LANG, COLUMNS: "80", ...more };
}

/** The servers that all integration files share, a database of its own, and topics and a group that nobody else has. */
export function stackEnv(databaseUrl: string): Record<string, string> {
  const run = uniqueName("cli");
  return {
    KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
    DATABASE_URL: databaseUrl,
    KAFKA_GROUP_ID: run,
    HEALTH_CHECK_PORT: "0",
    ...Object.fromEntries(
      [...RECORD_KINDS, "dead_letter"].map((kind) => [
        `AGENT_ACTIONS_TOPIC_${kind.toUpperCase()}`,
        `${run}-${kind}`,
      ]),
    ),
  };
}

/** Starts `agent-actions` with these arguments; whatever becomes of the test, it is ended with it. */
export function startCli(
  t: TestLifetime,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
): Program {
  return start(t, process.execPath, [MAIN, ...args], env, cwd);
}

export function startShell(t: TestLifetime, script: string, env: NodeJS.ProcessEnv = {}): Program {
  return start(t, "bash", ["-c", script], env);
}

/** Runs `agent-actions` to its end. */
export function cli(
  t: TestLifetime,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
): Promise<Ended> {
  return startCli(t, args, env, cwd).ended;
}

function start(
  t: TestLifetime,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd?: string,
): Program {
  const child = spawn(command, args, { env: plainEnv(env), cwd, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, ...output }));
  });
  t.onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });

  const heard = (name: "stdout" | "stderr", pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        const match = pattern.exec(output[name]);
        if (!match) return;
        watchers.delete(watch);
        resolve(match);
      };
      watchers.add(watch);
      watch();
      void ended.then(() =>
        reject(new Error(`It ended without ${pattern}:\n${output.stdout}\n${output.stderr}`)),
      );
    });
  return {
    pid: child.pid ?? 0,
    child,
    ended,
    said: (pattern) => heard("stdout", pattern),
    complained: (pattern) => heard("stderr", pattern),
  };
}

/** Process ids of the children of `pid`, of their children and so on. */
export async function descendants(pid: number): Promise<number[]> {
  const children = await childPids(pid);
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

/** Resolves when none of the processes is there any more; a test that waits in vain ends by its timeout. */
export async function allGone(pids: readonly number[]): Promise<void> {
  await Promise.all(pids.map(pidGone));
}

/** The rows of one query. */
export async function query(databaseUrl: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
