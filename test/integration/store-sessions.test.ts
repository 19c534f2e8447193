/** What a database, a role, a pooler or a failover makes of a connection, and what must not come of it. */
import pg from "pg";
import { describe, expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startPostgresProbe } from "../../src/consumer/postgres-probe.js";
import { latestChangeCursor, readChanges } from "../../src/store/change-feed.js";
import { migrate } from "../../src/store/migrate.js";
import { migrationStatus } from "../../src/store/migration-status.js";
import { createPool } from "../../src/store/pool.js";
import { recentActions } from "../../src/store/queries/recent-actions.js";
import { recentDebugTraces } from "../../src/store/queries/recent-debug-traces.js";
import { tableHealth } from "../../src/store/queries/table-health.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { startPgbouncer } from "../helpers/pgbouncer.js";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";
import { startTcpProxy } from "../helpers/tcp-proxy.js";
import { anyAction, migratedPool, oneRow, poolOn, settingsOf } from "./store-fixture.js";

const poolOf = (url: string, t: TestLifetime, options: object = {}): pg.Pool => {
  const pool = createPool(resolvePostgresSettings({ url, ...options }, new EnvReader({})));
  t.onTestFinished(() => pool.end());
  return pool;
};

describe("a server that is read-only, as the old primary after a failover", () => {
  const setReadOnly = (owner: pg.Pool, name: string, on: boolean) =>
    owner.query(`alter database ${name} set default_transaction_read_only = ${on ? "on" : "off"}`);

  test("is left: the next try opens another connection", async (t) => {
    const url = await createDatabase(t);
    await migrate(settingsOf(url));
    const name = new URL(url).pathname.slice(1);
    const owner = poolOn(url, t);
    await owner.query("select 1");
    await setReadOnly(owner, name, true);
    const writer = createBatchWriter(poolOf(url, t, { maxConnections: 1 }));
    await expect(writer.write([anyAction()])).rejects.toMatchObject({ retriable: true, sqlstate: "25006" });
    // Sessions that begin from now on are writable; the one that was refused is not, for as long as it lives.
    await owner.query("set default_transaction_read_only = off");
    await setReadOnly(owner, name, false);
    expect(await writer.write([anyAction()])).toMatchObject({ inserted: 1 });
  });

  test("is no server that could store something, though it answers", async (t) => {
    const url = await createDatabase(t);
    const owner = poolOn(url, t);
    const name = new URL(url).pathname.slice(1);
    await owner.query("select 1");
    await setReadOnly(owner, name, true);
    const { watch, probe } = probing(poolOf(url, t, { maxConnections: 1 }));
    try {
      await expect.poll(() => watch.failures.length).toBeGreaterThan(1);
      expect(watch.failures[0]).toMatchObject({ sqlstate: "25006" });
      expect(watch.successes).toBe(0);
      await owner.query("set default_transaction_read_only = off");
      await setReadOnly(owner, name, false);
      await expect.poll(() => watch.successes).toBeGreaterThan(0);
    } finally {
      probe.stop();
    }
  });
});

test("a server that hangs is noticed by a probe that waits for no longer than it says", async (t) => {
  const url = new URL(await createDatabase(t));
  const proxy = await startTcpProxy(url.host);
  t.onTestFinished(() => proxy.close());
  url.host = proxy.address;
  const { watch, probe } = probing(poolOf(url.href, t, { connectionTimeoutMillis: 300 }));
  try {
    await expect.poll(() => watch.successes).toBeGreaterThan(0);
    proxy.stall();
    await expect.poll(() => watch.failures.length).toBeGreaterThan(1);
    const before = watch.successes;
    await proxy.heal();
    await expect.poll(() => watch.successes).toBeGreaterThan(before);
  } finally {
    probe.stop();
  }
});

function probing(pool: pg.Pool) {
  const watch = {
    lastSuccess: undefined,
    successes: 0,
    failures: [] as unknown[],
    succeeded() {
      watch.successes += 1;
    },
    failed(error: unknown) {
      watch.failures.push(error);
      return 0;
    },
  };
  const probe = startPostgresProbe({ writes: pool, doubt: pool }, watch, () => false, {
    intervalMillis: 20,
    responseMillis: 500,
  });
  return { watch, probe };
}

describe("the settings of a database", () => {
  test.each([
    ["German", "Europe/Berlin"],
    ["SQL, DMY", "Asia/Kolkata"],
    ["Postgres, MDY", "America/New_York"],
  ])("DateStyle %s in %s change no time", async (style, zone) => {
    await usingDatabase(async (url, t) => {
      const name = new URL(url).pathname.slice(1);
      const owner = poolOn(url, t);
      await owner.query(`alter database ${name} set datestyle = ${style}`);
      await owner.query(`alter database ${name} set timezone = '${zone}'`);
      await migrate(settingsOf(url));
      const pool = poolOn(url, t);
      const at = new Date(Date.now() - 60_000);
      await createBatchWriter(pool).write([anyAction({ timestamp: at.toISOString() })]);
      expect(await recentActions(pool)).toMatchObject([{ created_at: at }]);
      expect(await recentDebugTraces(pool)).toMatchObject([{ trace_started: at }]);
      const { now, lastActionAt, hasThisWeek, rowsOutsideWeeks } = await tableHealth(pool);
      expect(now.getTime()).toBeGreaterThan(at.getTime());
      expect({ lastActionAt, hasThisWeek, rowsOutsideWeeks }).toEqual({
        lastActionAt: at,
        hasThisWeek: true,
        rowsOutsideWeeks: 0,
      });
      expect(await migrationStatus(pool)).toMatchObject({ upToDate: true });
      // Weeks begin on Monday in UTC, wherever the session thinks that it is.
      const { bounds } = await oneRow<{ bounds: string[] }>(
        pool,
        `select array_agg(distinct to_char(created_at, 'ID HH24:MI:SS')) as bounds from (
           select (regexp_match(pg_get_expr(relpartbound, oid), '\\(''([^'']+)'''))[1]::timestamptz at time zone 'UTC' as created_at
           from pg_class where relname like 'agent\\_actions\\_w%' and relispartition and relkind = 'r'
         ) as weeks`,
      );
      expect(bounds).toEqual(["1 00:00:00"]);
    });
  });
});

test("cleanup_old_debug_logs() finds its tables from wherever it is called", async (t) => {
  const pool = await migratedPool(t);
  await createBatchWriter(pool).write([
    anyAction({ timestamp: new Date(Date.now() - 40 * 24 * 3_600_000).toISOString() }),
    anyAction(),
  ]);
  const client = await pool.connect();
  try {
    await client.query("set search_path = pg_catalog");
    const { rows } = await client.query("select public.cleanup_old_debug_logs()::int as removed");
    expect(rows).toEqual([{ removed: 1 }]);
  } finally {
    client.release(true);
  }
});

describe("PgBouncer", () => {
  test.each(["session", "transaction"] as const)(
    "in %s mode is a way to the database as any other",
    async (mode) => {
      await usingDatabase(async (url, t) => {
        const bouncer = await startPgbouncer(url, mode, t);
        await migrate(settingsOf(bouncer));
        // More clients than server connections: in transaction mode each transaction may meet another's session.
        const pools = [poolOf(bouncer, t, { maxConnections: 2 }), poolOf(bouncer, t, { maxConnections: 2 })];
        const [pool] = pools as [pg.Pool];
        const cursor = await latestChangeCursor(pool);
        const writers = pools.map((of) => createBatchWriter(of));
        const batches = Array.from({ length: 40 }, () => Array.from({ length: 5 }, () => anyAction()));
        const outcomes = await Promise.all(
          batches.map((batch, nth) => (writers[nth % 2] as (typeof writers)[number]).write(batch)),
        );
        expect(outcomes.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(200);
        expect(await recentActions(pool, { limit: 1_000 })).toHaveLength(200);
        expect((await tableHealth(pool)).now).toBeInstanceOf(Date);
        // Transactions of other test files hold up the feed: it is one server.
        const changed = async () => {
          const { changes } = await readChanges(pool, cursor, 1_000);
          return new Set(changes.flatMap(({ ids }) => ids)).size;
        };
        await expect.poll(changed).toBe(200);
      });
    },
  );

  test("keeps the limit for statements", async () => {
    await usingDatabase(async (url, t) => {
      await migrate(settingsOf(url));
      const bouncer = await startPgbouncer(url, "transaction", t);
      const writer = createBatchWriter(poolOf(bouncer, t, { statementTimeoutMillis: 300 }));
      const blocker = new pg.Client(url);
      await blocker.connect();
      t.onTestFinished(() => blocker.end());
      await blocker.query("begin; lock table agent_actions in access exclusive mode");
      await expect(writer.write([anyAction()])).rejects.toMatchObject({ sqlstate: "57014" });
      await blocker.query("rollback");
      expect(await writer.write([anyAction()])).toMatchObject({ inserted: 1 });
    });
  });
});

/** Releases what was opened last first: a pool before its database. */
async function usingDatabase(work: (url: string, t: TestLifetime) => Promise<void>): Promise<void> {
  const releases: (() => Promise<void>)[] = [];
  const t: TestLifetime = { onTestFinished: (release) => void releases.push(release) };
  try {
    await work(await createDatabase(t), t);
  } finally {
    for (const release of releases.reverse()) await release();
  }
}
