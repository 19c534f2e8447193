import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Kafka, logLevel } from "kafkajs";
import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { pathExists } from "../../src/devstack/stack-home.js";
import { makeTopics } from "../helpers/kafka-topics.js";

const DEV_STACK = new URL("../../src/devstack/dev-stack.ts", import.meta.url).href;

/** The environment names no servers here, whatever it does for the other tests. */
const {
  KAFKA_BOOTSTRAP_SERVERS: _,
  DATABASE_URL: __,
  POSTGRES_HOST: ___,
  PGHOST: ____,
  ...BARE_ENV
} = process.env;

/** Starts a stack, says so, and then waits for its end or makes it. */
const PARENT = `
  import { startDevStack } from ${JSON.stringify(DEV_STACK)};
  const stack = await startDevStack();
  console.log(JSON.stringify(stack.env));
  if (process.argv[1] === "throw") setTimeout(() => { throw new Error("crash"); });
  else setInterval(() => {}, 1_000);
`;

test.each(["SIGKILL", "SIGINT", "throw"] as const)(
  "no process and no file is left when the parent ends by %s",
  async (ending) => {
    const folder = await reachableFolder();
    const args = ["--import", "tsx", "--input-type=module", "-e", PARENT, ending];
    const parent = spawn(process.execPath, args, {
      env: { ...BARE_ENV, TMPDIR: folder },
      stdio: ["ignore", "pipe", "ignore"],
    });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const exited = once(parent, "exit");
    const [line] = await once(createInterface(parent.stdout), "line");
    expect(Object.keys(JSON.parse(line)).toSorted()).toEqual([
      "AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY",
      "DATABASE_URL",
      "KAFKA_BOOTSTRAP_SERVERS",
    ]);
    if (ending === "throw") await exited;
    else {
      const running = processesOf(folder);
      expect(await stackFolders(folder)).toHaveLength(1);
      expect(running.some((command) => command.includes("kafka.Kafka"))).toBe(true);
      expect(running.some((command) => command.includes("postgres -D"))).toBe(true);
      parent.kill(ending);
      await exited;
    }
    await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), 60_000);
    await vi.waitFor(async () => expect(await stackFolders(folder)).toEqual([]), 60_000);
  },
);

test("a kept folder holds the data for the next stack", async () => {
  const dataDir = join(await reachableFolder(), "kept");
  const first = await startDevStack({ dataDir, env: BARE_ENV });
  await withTopics(first.env, (admin) => makeTopics(admin, [{ topic: "kept" }]));
  await query(first.env, "create table kept as select 42 as answer");
  await first.stop();
  await first.stop();
  expect(processesOf(dataDir)).toEqual([]);

  const second = await startDevStack({ dataDir, env: BARE_ENV });
  onTestFinished(() => second.stop());
  expect(await withTopics(second.env, (admin) => admin.listTopics())).toContain("kept");
  expect(await query(second.env, "select answer from kept")).toEqual([{ answer: 42 }]);
  await second.stop();
  expect(await pathExists(join(dataDir, "postgres", "data", "PG_VERSION"))).toBe(true);
});

test("servers that the environment names are used and not stopped", async () => {
  const own = await startDevStack({ only: "postgres", env: BARE_ENV });
  onTestFinished(() => own.stop());
  const stack = await startDevStack({ only: "postgres", env: { ...BARE_ENV, ...own.env } });
  expect(stack.postgres).toEqual({ url: own.postgres?.url, external: true });
  expect(stack.kafka).toBeUndefined();
  await stack.stop();
  expect(await query(own.env, "select 1 as one")).toEqual([{ one: 1 }]);
});

/** Postgres gives up root, and its data have to be within its reach all the same. */
async function reachableFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "devstack-lifetime-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  return folder;
}

/** The compiler that the parent runs with leaves a folder of its own there. */
async function stackFolders(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("agent-actions-"));
}

function processesOf(folder: string): readonly string[] {
  const all = execFileSync("ps", ["-A", "-ww", "-o", "args="], { encoding: "utf8" });
  return all.split("\n").filter((command) => command.includes(folder));
}

async function withTopics<T>(
  env: Readonly<Record<string, string>>,
  ask: (admin: ReturnType<Kafka["admin"]>) => Promise<T>,
): Promise<T> {
  const brokers = [env.KAFKA_BOOTSTRAP_SERVERS ?? ""];
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}

async function query(env: Readonly<Record<string, string>>, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
