import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startPostgres } from "../../src/devstack/postgres.js";
import { migrate } from "../../src/store/migrate.js";
import { createPool } from "../../src/store/pool.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { startOwnPostgres, type TestLifetime } from "../helpers/stack.js";
import { cli, MAIN, startCli, startShell } from "./cli-program.js";
import { storable } from "./store-fixture.js";

const START = Date.now();

interface Row {
  readonly agent?: string;
  readonly type?: string;
  readonly project?: string;
  readonly ageSeconds?: number;
  readonly status?: string;
  readonly id?: string;
}

const settings = (url: string) => resolvePostgresSettings({ url }, new EnvReader({}));

interface Table {
  readonly url: string;
  /** Writes a row as the consumer does. */
  insert(name: string, row?: Row): Promise<void>;
  /** Takes a running row back, because it is part of another action. */
  supersede(id: string): Promise<void>;
  readonly pool: pg.Pool;
}

function tableAt(t: TestLifetime, url: string): Table {
  const pool = createPool(settings(url));
  // Some of these tests end the server below it.
  pool.on("error", () => undefined);
  t.onTestFinished(() => pool.end().catch(() => undefined));
  const writer = createBatchWriter(pool);
  return {
    url,
    pool,
    async insert(name, { agent = "agent", type = "tool_call", project, ageSeconds = 0, ...fields } = {}) {
      const event = {
        correlation_id: "run",
        agent_name: agent,
        action_type: type,
        action_name: name,
        project_name: project,
        // Events of one action say the same start.
        timestamp: new Date((fields.id ? START : Date.now()) - ageSeconds * 1_000).toISOString(),
        ...(fields.status !== "running" && { duration_ms: 12 }),
        ...fields,
      };
      await writer.write([storable("action", event)]);
    },
    async supersede(id) {
      const {
        rows: [row],
      } = await pool.query("select created_at::text from agent_actions where id = $1", [id]);
      await pool.query(
        "insert into agent_action_supersessions (id, created_at) values ($1, $2::timestamptz)",
        [id, row.created_at],
      );
      await pool.query("select take_back_superseded_actions(array[$1::uuid], array[$2::timestamptz])", [
        id,
        row.created_at,
      ]);
    },
  };
}

// What is below the horizon of the change feed depends on every transaction of the server.
const serverUrl = await startOwnPostgres();
let databases = 0;

async function migrated(t: TestLifetime): Promise<Table> {
  const admin = createPool(settings(serverUrl));
  const name = `tail_${databases++}`;
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrate(settings(url.href));
  return tableAt(t, url.href);
}

const names = (jsonLines: string): string[] =>
  jsonLines
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { action_name: string }).action_name);

describe("tail", () => {
  test("shows what is there, filtered and limited, and ends with --no-follow", async (t) => {
    const { url, insert } = await migrated(t);
    await insert("old", { ageSeconds: 7_200 });
    await insert("of a", { agent: "a", project: "one", ageSeconds: 3 });
    await insert("of b", { agent: "b", project: "two", type: "error", ageSeconds: 2 });
    await insert("last", { agent: "a", project: "one", type: "decision", ageSeconds: 1 });
    const shown = async (...args: string[]) => {
      const { code, stdout, stderr } = await cli(t, ["tail", "--no-follow", "--json", ...args], {
        DATABASE_URL: url,
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return names(stdout);
    };
    expect(await shown()).toEqual(["old", "of a", "of b", "last"]);
    expect(await shown("--limit", "2")).toEqual(["of b", "last"]);
    expect(await shown("--limit", "0")).toEqual([]);
    expect(await shown("--since", "1h")).toEqual(["of a", "of b", "last"]);
    expect(await shown("--since", "1h", "--limit", "1")).toEqual(["last"]);
    expect(await shown("--agent", "a")).toEqual(["of a", "last"]);
    expect(await shown("--project", "two")).toEqual(["of b"]);
    expect(await shown("--type", "decision", "--agent", "a")).toEqual(["last"]);
    const { stdout } = await cli(t, ["tail", "--no-follow", "--limit", "1"], { DATABASE_URL: url });
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}a +◆ last +12 ms\n$/);
  });

  test("says --since wrongly: 64, before anything is connected to", async (t) => {
    const { code, stderr } = await cli(t, ["tail", "--since", "yesterday"], {
      DATABASE_URL: "postgres://127.0.0.1:9/x",
    });
    expect(code).toBe(64);
    expect(stderr).toContain("--since has to be like 30s, 10m, 2h, 3d or an ISO 8601 time");
  });

  test("shows every row as it arrives, whatever its action's age and whenever its transaction commits, and again when it changes", async (t) => {
    const { url, insert, supersede, pool } = await migrated(t);
    const id = "01900000-0000-7000-8000-000000000001";
    await insert("there");
    const tail = startCli(t, ["tail", "--json"], { DATABASE_URL: url });
    await tail.said(/"there"/);

    // Rows wait behind an older transaction, and come when it has ended.
    const slow = await pool.connect();
    await slow.query("begin");
    await slow.query("select pg_current_xact_id()");
    await insert("came first");
    await insert("deploy", { id, status: "running" });
    await tail.complained(/Rows have waited for .* behind a transaction/);
    await slow.query("commit");
    slow.release();
    await tail.said(/"deploy"/);
    await insert("of an hour", { ageSeconds: 3_600 });
    await tail.said(/"of an hour"/);
    await supersede(id);
    await tail.said(/"removed":true/);
    for (let count = 0; count < 450; count++) await insert(`many ${count}`, { ageSeconds: count });
    await tail.said(/"many 449"/);
    await insert("the last");
    await tail.said(/"the last"/);

    tail.child.kill("SIGINT");
    const { code, stdout } = await tail.ended;
    expect(code).toBe(0);
    const shown = names(stdout).filter((name) => name !== undefined);
    expect(shown).toHaveLength(455);
    expect(new Set(shown).size).toBe(455);
  });

  test("says to people what ended, and what was part of another action", async (t) => {
    const { url, insert, supersede } = await migrated(t);
    const [one, other] = ["01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"];
    const began = { ageSeconds: 5, status: "running" };
    const tail = startCli(t, ["tail"], { DATABASE_URL: url });
    await insert("deploy", { id: one, ...began });
    await tail.said(/◌ deploy/);
    await insert("inner", { id: other, ...began });
    await tail.said(/◌ inner/);
    await insert("deploy", { id: one, ageSeconds: 5, status: "ok" });
    await tail.said(/● deploy +12 ms/);
    await supersede(other);
    await tail.said(/agent {2}inner {2}is part of another action, or was removed/);
    tail.child.kill("SIGINT");
    expect((await tail.ended).code).toBe(0);
  });

  test("ends quietly when its reader has seen enough", async (t) => {
    const { url, insert } = await migrated(t);
    for (let count = 0; count < 20; count++) await insert(`row ${count}`);
    const script = `"${process.execPath}" "${MAIN}" tail --json | head -n 1 >/dev/null; echo "tail \${PIPESTATUS[0]}"`;
    const shell = startShell(t, script, { DATABASE_URL: url });
    let ended = false;
    void shell.ended.then(() => {
      ended = true;
    });
    // A pipe without a reader is noticed when something is written.
    while (!ended) {
      await insert("one more");
      await sleep(100);
    }
    expect(await shell.ended).toMatchObject({ stdout: "tail 0\n", stderr: "" });
  });

  test("waits while Postgres is away, and misses nothing", async (t) => {
    const server = await startPostgres();
    t.onTestFinished(() => server.close());
    await migrate(settings(server.url));
    const { insert } = tableAt(t, server.url);
    await insert("before");
    const tail = startCli(t, ["tail", "--json"], { DATABASE_URL: server.url });
    await tail.said(/"before"/);

    await server.stop();
    await tail.complained(/Waiting for .* to come back/);
    await server.restart();
    await insert("while it could not look", { ageSeconds: 600 });
    await tail.said(/"while it could not look"/);
    await tail.complained(/Postgres is back/);
    await insert("after");
    await tail.said(/"after"/);
    tail.child.kill("SIGTERM");
    const { code, stdout } = await tail.ended;
    expect(code).toBe(0);
    expect(names(stdout)).toEqual(["before", "while it could not look", "after"]);
  });
});
