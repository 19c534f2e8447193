import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { dumpSchema } from "../../scripts/dump-schema.js";
import { MigrationError } from "../../src/errors.js";
import { migrate } from "../../src/store/migrate.js";
import { migrationStatus } from "../../src/store/migration-status.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase, type TestLifetime, uniqueName } from "../helpers/stack.js";
import { anyAction, poolOn, settingsOf } from "./store-fixture.js";

/** A folder of migrations of the test's own. */
async function folderOf(files: Readonly<Record<string, string>>, t: TestLifetime): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "migrations-"));
  t.onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
  return folder;
}

const failureOf = async (work: Promise<unknown>): Promise<MigrationError> => {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(MigrationError);
  return failure as MigrationError;
};

const FIRST = "alter table agent_actions_migrations add column sha256 text;\ncreate table one (a int);\n";

describe("migrating", () => {
  test("ten at a time: one applies, the others wait, all succeed", async (t) => {
    const url = await createDatabase(t);
    const said: string[] = [];
    const results = await Promise.all(
      Array.from({ length: 10 }, () => migrate(settingsOf(url), { log: (line) => said.push(line) })),
    );
    const applied = results.map((result) => result.applied.length).sort((one, other) => one - other);
    expect(applied.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 0));
    expect(said.sort()).toEqual(
      results.flatMap((result) => result.applied.map((name) => `Applied ${name}`)).sort(),
    );
    const status = await migrationStatus(poolOn(url, t));
    expect(status).toMatchObject({ upToDate: true, pending: [], unknown: [], changed: [] });
    expect(status.applied).toHaveLength(applied[9] ?? 0);
    expect(new Set(results.map(({ current }) => current))).toEqual(new Set([status.applied.at(-1)?.name]));
  });

  test("again changes nothing", async (t) => {
    const url = await createDatabase(t);
    await migrate(settingsOf(url));
    const before = await dumpSchema(poolOn(url, t));
    expect((await migrate(settingsOf(url))).applied).toEqual([]);
    expect(await dumpSchema(poolOn(url, t))).toBe(before);
  });

  test("that fails leaves the database as it was, and says which file, which line and why", async (t) => {
    const url = await createDatabase(t);
    const folder = await folderOf(
      {
        "0001_first.sql": FIRST,
        "0002_second.sql": "create table two (b int);\n\nselect 1;\ninsert into nowhere values (1);\n",
      },
      t,
    );
    const failure = await failureOf(migrate(settingsOf(url), { folder }));
    expect(failure.message).toBe(
      'The database was not migrated: 0002_second.sql, line 4: relation "nowhere" does not exist. SQLSTATE 42P01',
    );
    expect(failure).toMatchObject({ retriable: false, cause: expect.objectContaining({ code: "42P01" }) });
    const pool = poolOn(url, t);
    const { rows } = await pool.query("select to_regclass('one') as one, to_regclass('two') as two");
    expect(rows).toEqual([{ one: null, two: null }]);
    expect(await migrationStatus(pool, folder)).toMatchObject({
      upToDate: false,
      applied: [],
      pending: ["0001_first", "0002_second"],
    });
    await writeFile(join(folder, "0002_second.sql"), "create table two (b int)");
    expect((await migrate(settingsOf(url), { folder })).applied).toEqual(["0001_first", "0002_second"]);
  });

  test("refuses a file that was changed after it was applied", async (t) => {
    const url = await createDatabase(t);
    const folder = await folderOf({ "0001_first.sql": FIRST }, t);
    await migrate(settingsOf(url), { folder });
    await writeFile(join(folder, "0001_first.sql"), `${FIRST}-- changed`);
    expect((await failureOf(migrate(settingsOf(url), { folder }))).message).toMatch(
      /^0001_first: the file is not/,
    );
    expect(await migrationStatus(poolOn(url, t), folder)).toMatchObject({
      upToDate: false,
      changed: ["0001_first"],
    });
  });

  test("a database that a later version has migrated says so", async (t) => {
    const url = await createDatabase(t);
    const folder = await folderOf({ "0001_first.sql": FIRST, "0002_later.sql": "select 1" }, t);
    await migrate(settingsOf(url), { folder });
    await rm(join(folder, "0002_later.sql"));
    expect((await failureOf(migrate(settingsOf(url), { folder }))).message).toContain(
      "the database has 0002_later, which this version does not know",
    );
    expect(await migrationStatus(poolOn(url, t), folder)).toMatchObject({ unknown: ["0002_later"] });
  });

  test("a database that cannot hold every text says how to make one that can", async (t) => {
    const pool = poolOn(await createDatabase(t), t);
    const name = uniqueName("latin").replaceAll("-", "_");
    await pool.query(`create database ${name} encoding 'LATIN1' locale 'C' template template0`);
    t.onTestFinished(async () => {
      await pool.query(`drop database ${name} with (force)`);
    });
    const url = new URL(pool.options.connectionString ?? "");
    url.pathname = `/${name}`;
    const failure = await failureOf(migrate(settingsOf(url.href)));
    expect(failure.message).toBe("The database's encoding is LATIN1. Create one with: encoding 'UTF8'");
  });

  test("a connection without a schema says what is missing", async (t) => {
    const url = new URL(await createDatabase(t));
    url.searchParams.set("options", "-c search_path=nowhere");
    expect((await failureOf(migrate(settingsOf(url.href)))).message).toMatch(/^The connection has no schema/);
  });

  test("a server that is not there is worth another try", async () => {
    const failure = await failureOf(migrate(settingsOf("postgres://postgres@127.0.0.1:1/nowhere")));
    expect(failure.retriable).toBe(true);
  });

  test("waits longer for the lock than a statement may take", async (t) => {
    const url = await createDatabase(t);
    const folder = await folderOf({ "0001_slow.sql": `select pg_sleep(1);\n${FIRST}` }, t);
    const settings = { ...settingsOf(url), statementTimeoutMillis: 200 };
    const results = await Promise.all([1, 2].map(() => migrate(settings, { folder })));
    expect(results.flatMap(({ applied }) => applied)).toEqual(["0001_slow"]);
  });
});

test("a role that owns two schemas and nothing else can migrate and write", async (t) => {
  const url = new URL(await createDatabase(t));
  const admin = new pg.Client(url.href);
  await admin.connect();
  t.onTestFinished(() => admin.end());
  const role = uniqueName("owner").replaceAll("-", "_");
  await admin.query(`create role ${role} login password 'owner' nosuperuser nocreatedb nocreaterole`);
  t.onTestFinished(async () => {
    await admin.query(`drop owned by ${role} cascade`);
    await admin.query(`drop role ${role}`);
  });
  await admin.query(`create schema authorization ${role}`);
  url.username = role;
  url.password = "owner";
  // The one for the views it may not make itself: the error says what to run, and nothing was done.
  expect((await failureOf(migrate(settingsOf(url.href)))).message).toContain(
    `Let an administrator run: create schema ${role}_agent_actions_v1 authorization ${role}; then run`,
  );
  await admin.query(`create schema ${role}_agent_actions_v1 authorization ${role}`);
  expect((await migrate(settingsOf(url.href))).applied.length).toBeGreaterThan(0);
  const pool = poolOn(url.href, t);
  const timestamp = new Date(Date.now() - 90 * 24 * 3_600_000).toISOString();
  expect(await createBatchWriter(pool).write([anyAction({ timestamp })])).toMatchObject({ inserted: 1 });
  const { rows } = await pool.query(
    "select schemaname, cleanup_old_debug_logs()::int as removed from pg_tables where tablename = 'agent_actions'",
  );
  expect(rows).toEqual([{ schemaname: role, removed: 1 }]);
});

test("two schemas of one database have their own tables", async (t) => {
  const url = await createDatabase(t);
  const admin = poolOn(url, t);
  await admin.query("create schema other");
  const other = new URL(url);
  other.searchParams.set("options", "-c search_path=other");
  await migrate(settingsOf(url));
  expect((await migrate(settingsOf(other.href))).applied.length).toBeGreaterThan(0);
  expect(await createBatchWriter(poolOn(other.href, t)).write([anyAction()])).toMatchObject({ inserted: 1 });
  const { rows } = await admin.query(
    "select (select count(*)::int from public.agent_actions) as one, (select count(*)::int from other.agent_actions) as other",
  );
  expect(rows).toEqual([{ one: 0, other: 1 }]);
  const { rows: seen } = await admin.query(
    "select (select count(*)::int from agent_actions_v1.actions) as one, (select count(*)::int from other_agent_actions_v1.actions) as other",
  );
  expect(seen).toEqual([{ one: 0, other: 1 }]);
});
