import { readFile } from "node:fs/promises";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { StoreError } from "../../src/errors.js";
import { migrate } from "../../src/store/migrate.js";
import { createPool } from "../../src/store/pool.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase, type TestLifetime, uniqueName } from "../helpers/stack.js";
import { anyAction, migratedPool, oneRow, poolOn, settingsOf } from "./store-fixture.js";

const [, GRANTS = ""] =
  /## Rights of the consumer's role[^`]+```sql\n([^`]+)```/.exec(
    await readFile("docs/database.md", "utf8"),
  ) ?? [];

const failureOf = (work: Promise<unknown>): Promise<StoreError> =>
  work.then(
    () => {
      throw new Error("It was to fail.");
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(StoreError);
      return error as StoreError;
    },
  );

describe("an outage is not a bad record", () => {
  test("a server that is not there", async ({ onTestFinished }) => {
    const pool = createPool(settingsOf("postgres://postgres:top-secret@127.0.0.1:1/nowhere"));
    onTestFinished(() => pool.end());
    const failure = await failureOf(createBatchWriter(pool).write([anyAction()]));
    expect(failure).toMatchObject({ retriable: true, sqlstate: undefined });
    expect(failure.message).toContain("Postgres is not available");
  });

  test("connections that the server ends: the next try works on new ones", async (t) => {
    const url = await createDatabase(t);
    await migrate(settingsOf(url));
    const writer = createBatchWriter(poolOn(url, t));
    await writer.write([anyAction()]);
    const blocker = await connectionTo(url, t);
    await blocker.query("begin; lock table agent_actions in access exclusive mode");
    const waiting = writer.write([anyAction(), anyAction({ action_type: "tool_call", action_name: "Read" })]);
    const failed = failureOf(waiting);
    // Another connection: inside of one transaction, pg_stat_activity does not change.
    const other = await connectionTo(url, t);
    await untilWaiting(other);
    await other.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    expect(await failed).toMatchObject({ retriable: true });
    await blocker.query("rollback");
    expect(await writer.write([anyAction()])).toMatchObject({ inserted: 1 });
  });

  test("a statement that takes too long is undone, and its connection serves again", async (t) => {
    const url = await createDatabase(t);
    await migrate(settingsOf(url));
    const settings = resolvePostgresSettings(
      { url, statementTimeoutMillis: 300, maxConnections: 1 },
      new EnvReader({}),
    );
    const pool = createPool(settings);
    t.onTestFinished(() => pool.end());
    const writer = createBatchWriter(pool);
    await writer.write([anyAction()]);
    const blocker = await connectionTo(url, t);
    await blocker.query("begin; lock table agent_actions in access exclusive mode");
    expect(await failureOf(writer.write([anyAction(), anyAction()]))).toMatchObject({
      retriable: true,
      sqlstate: "57014",
    });
    await blocker.query("rollback");
    expect(await writer.write([anyAction()])).toMatchObject({ inserted: 1 });
    expect(await oneRow(pool, "select count(*)::int as rows from agent_actions")).toEqual({ rows: 2 });
  });

  test("a database without the tables says what to run, and works when it was run", async (t) => {
    const url = await createDatabase(t);
    const writer = createBatchWriter(poolOn(url, t));
    const failure = await failureOf(writer.write([anyAction()]));
    expect(failure).toMatchObject({ retriable: true });
    expect(failure.message).toContain("Run: agent-actions migrate");
    await migrate(settingsOf(url));
    expect(await writer.write([anyAction()])).toMatchObject({ inserted: 1 });
  });

  test("a role without rights is not the event's fault, and one with those of docs/database.md works", async (t) => {
    const owner = await migratedPool(t);
    const role = uniqueName("writer").replaceAll("-", "_");
    await owner.query(`create role ${role} login password 'writer'`);
    t.onTestFinished(async () => {
      await owner.query(`drop owned by ${role}; drop role ${role}`);
    });
    const { host, port, database } = (await addressOf(owner)) as pg.ClientConfig;
    const pool = poolOn(`postgres://${role}:writer@${host}:${port}/${database}`, t);
    const writer = createBatchWriter(pool);
    expect(await failureOf(writer.write([anyAction()]))).toMatchObject({
      retriable: true,
      sqlstate: "42501",
    });

    await owner.query(GRANTS.replaceAll("to consumer;", `to ${role};`));
    const lastYear = new Date(Date.now() - 365 * 24 * 3_600_000).toISOString();
    expect(await createBatchWriter(pool).write([anyAction({ timestamp: lastYear })])).toMatchObject({
      inserted: 1,
    });
    expect(await oneRow(owner, "select count(*)::int as rows from agent_actions_default")).toEqual({
      rows: 0,
    });
  });
});

describe("a pool", () => {
  test("shows no password, in no form", async ({ onTestFinished }) => {
    const { inspect } = await import("node:util");
    const settings = settingsOf("postgres://postgres:top-secret@127.0.0.1:1/nowhere");
    const pool = createPool(settings);
    onTestFinished(() => pool.end());
    expect(inspect(settings, { depth: 9, showHidden: true })).not.toContain("top-secret");
    const failure = await failureOf(createBatchWriter(pool).write([anyAction()]));
    expect(inspect(failure, { depth: 9 })).not.toContain("top-secret");
  });

  test("outlives the loss of idle connections, and says so", async (t) => {
    const url = await createDatabase(t);
    const lost: Error[] = [];
    const pool = createPool(settingsOf(url), { onConnectionLost: (error) => lost.push(error) });
    t.onTestFinished(() => pool.end());
    await Promise.all([pool.query("select pg_sleep(0.05)"), pool.query("select pg_sleep(0.05)")]);
    const other = poolOn(url, t);
    await other.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    await expect.poll(() => lost.length).toBe(2);
    expect(await oneRow(pool, "select 1 as one")).toEqual({ one: 1 });
  });

  test("names itself to the server", async (t) => {
    const pool = poolOn(await createDatabase(t), t);
    expect(await oneRow(pool, "select current_setting('application_name') as name")).toEqual({
      name: "otel-agent-actions",
    });
  });
});

async function connectionTo(url: string, t: TestLifetime): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  t.onTestFinished(() => client.end());
  return client;
}

async function untilWaiting(client: pg.Client): Promise<void> {
  await expect
    .poll(async () => {
      const { rows } = await client.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length;
    })
    .toBeGreaterThan(0);
}

const addressOf = (pool: pg.Pool) =>
  oneRow(
    pool,
    "select host(inet_server_addr()) as host, inet_server_port() as port, current_database() as database",
  );
