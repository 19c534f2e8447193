/** Databases whose own settings differ from PostgreSQL's: what is written is the same. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { oneRow, poolOn, settingsOf, storable } from "./store-fixture.js";

/** The key of the lock that migrations are applied under. */
const MIGRATION_LOCK = "3853314791062309107";

async function databaseWith(settings: readonly string[], t: TestLifetime): Promise<string> {
  const url = await createDatabase(t);
  const pool = new pg.Pool({ connectionString: url });
  for (const setting of settings)
    await pool.query(`alter database "${new URL(url).pathname.slice(1)}" set ${setting}`);
  await pool.end();
  return url;
}

test.for(["repeatable read", "serializable"])(
  "transactions that are %s by default: one of several migrates, and a call that two ways tell at once is one row",
  async (level, t) => {
    const url = await databaseWith([`default_transaction_isolation = '${level}'`], t);
    const results = await Promise.all(Array.from({ length: 4 }, () => migrate(settingsOf(url))));
    expect(results.filter(({ applied }) => applied.length > 0)).toHaveLength(1);

    const pool = poolOn(url, t);
    const [one, other] = [createBatchWriter(pool), createBatchWriter(pool)];
    const calls = Array.from({ length: 20 }, (_, n) => n);
    for (const n of calls)
      await Promise.all([one.write([told(n, "gemini-cli")]), other.write([told(n, "gemini-cli-hook")])]);
    expect(await oneRow(pool, "select count(*)::int as rows from agent_actions")).toEqual({
      rows: calls.length,
    });
  },
);

test("a short limit for locks of the database's own does not end the waiting for another migration", async (t) => {
  const url = await databaseWith(["lock_timeout = '10ms'"], t);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query(`begin; select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
  const migrated = migrate(settingsOf(url));
  migrated.catch(() => undefined);
  await until(async () => {
    // `pg_stat_activity` stays as it was seen first in a transaction.
    const { rows } = await other.query(
      `select pg_stat_clear_snapshot(), exists (select from pg_stat_activity where wait_event = 'advisory'
         and datname = current_database() and clock_timestamp() - query_start > interval '100 ms') as waits`,
    );
    return rows[0]?.waits === true;
  });
  await other.query("commit");
  await other.end();
  expect((await migrated).applied).not.toEqual([]);
});

/** A call of a tool as one way tells it. */
const told = (n: number, source: string) =>
  storable("action", {
    id: randomUUID(),
    agent_name: "agent",
    source,
    session_id: "session",
    action_type: "tool_call",
    action_name: "read_file",
    timestamp: new Date(Date.UTC(2026, 8, 1, 0, n)).toISOString(),
    action_details: { tool_parameters: { n } },
  });
