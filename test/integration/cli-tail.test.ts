import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startPostgres } from "../../src/devstack/postgres.js";
import { migrate } from "../../src/store/migrate.js";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";
import { cli, MAIN, startCli, startShell } from "./cli-program.js";

const INSERT = `insert into agent_actions
  (correlation_id, agent_name, action_type, action_name, project_name, created_at, duration_ms)
  values (gen_random_uuid(), $1, $2, $3, $4, now() - make_interval(secs => $5), 12)`;

interface Row {
  readonly agent?: string;
  readonly type?: string;
  readonly project?: string;
  readonly ageSeconds?: number;
}

const settings = (url: string) => resolvePostgresSettings({ url }, new EnvReader({}));

async function connected(t: TestLifetime, url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // Some of these tests end the server below it.
  client.on("error", () => undefined);
  await client.connect();
  t.onTestFinished(() => client.end().catch(() => undefined));
  return client;
}

async function migrated(t: TestLifetime): Promise<{ url: string; client: pg.Client }> {
  const url = await createDatabase(t);
  await migrate(settings(url));
  return { url, client: await connected(t, url) };
}

function insert(client: pg.Client, name: string, row: Row = {}): Promise<unknown> {
  const { agent = "agent", type = "tool_call", project = null, ageSeconds = 0 } = row;
  return client.query(INSERT, [agent, type, name, project, ageSeconds]);
}

const names = (jsonLines: string): string[] =>
  jsonLines
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { action_name: string }).action_name);

describe("tail", () => {
  test("shows what is there, filtered and limited, and ends with --no-follow", async (t) => {
    const { url, client } = await migrated(t);
    await insert(client, "old", { ageSeconds: 7_200 });
    await insert(client, "of a", { agent: "a", project: "one", ageSeconds: 3 });
    await insert(client, "of b", { agent: "b", project: "two", type: "error", ageSeconds: 2 });
    await insert(client, "last", { agent: "a", project: "one", type: "decision", ageSeconds: 1 });
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

  test("shows every row once as it arrives, whatever its action's age and whenever its transaction commits", async (t) => {
    const { url, client } = await migrated(t);
    await insert(client, "there");
    const slow = await connected(t, url);
    const tail = startCli(t, ["tail", "--json"], { DATABASE_URL: url });
    await tail.said(/"there"/);

    await slow.query("begin");
    await insert(slow, "began first, came last", { ageSeconds: 60 });
    await insert(client, "came first");
    await tail.said(/"came first"/);
    await insert(client, "of an hour", { ageSeconds: 3_600 });
    await tail.said(/"of an hour"/);
    await slow.query("commit");
    await tail.said(/"began first, came last"/);
    for (let count = 0; count < 450; count++) await insert(client, `many ${count}`, { ageSeconds: count });
    await tail.said(/"many 449"/);
    await insert(client, "the last");
    await tail.said(/"the last"/);

    tail.child.kill("SIGINT");
    const { code, stdout, stderr } = await tail.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const shown = names(stdout);
    expect(shown).toHaveLength(455);
    expect(new Set(shown).size).toBe(455);
  });

  test("ends quietly when its reader has seen enough", async (t) => {
    const { url, client } = await migrated(t);
    for (let count = 0; count < 20; count++) await insert(client, `row ${count}`);
    const script = `"${process.execPath}" "${MAIN}" tail --json | head -n 1 >/dev/null; echo "tail \${PIPESTATUS[0]}"`;
    const shell = startShell(t, script, { DATABASE_URL: url });
    let ended = false;
    void shell.ended.then(() => {
      ended = true;
    });
    // A pipe without a reader is noticed when something is written.
    while (!ended) {
      await insert(client, "one more");
      await sleep(100);
    }
    expect(await shell.ended).toMatchObject({ stdout: "tail 0\n", stderr: "" });
  });

  test("waits while Postgres is away, and misses nothing", async (t) => {
    const server = await startPostgres();
    t.onTestFinished(() => server.close());
    await migrate(settings(server.url));
    const before = await connected(t, server.url);
    await insert(before, "before");
    const tail = startCli(t, ["tail", "--json"], { DATABASE_URL: server.url });
    await tail.said(/"before"/);

    await server.stop();
    await tail.complained(/Waiting for .* to come back/);
    await server.restart();
    const after = await connected(t, server.url);
    await insert(after, "while it could not look", { ageSeconds: 600 });
    await tail.said(/"while it could not look"/);
    await tail.complained(/Postgres is back/);
    await insert(after, "after");
    await tail.said(/"after"/);
    tail.child.kill("SIGTERM");
    const { code, stdout } = await tail.ended;
    expect(code).toBe(0);
    expect(names(stdout)).toEqual(["before", "while it could not look", "after"]);
  });
});
