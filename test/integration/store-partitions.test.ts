import pg from "pg";
import { describe, expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase } from "../helpers/stack.js";
import { anyAction, migratedPool, oneRow, poolOn, settingsOf } from "./store-fixture.js";

const DAY_MILLIS = 24 * 3_600_000;

const daysFromNow = (days: number): string => new Date(Date.now() + days * DAY_MILLIS).toISOString();

/** Partition of each row that holds this agent's actions, and how many. */
const placesOf = async (pool: pg.Pool, agent: string): Promise<Record<string, number>> => {
  const { rows } = await pool.query<{ place: string; rows: number }>(
    "select tableoid::regclass::text as place, count(*)::int as rows from agent_actions where agent_name = $1 group by 1",
    [agent],
  );
  return Object.fromEntries(rows.map(({ place, rows: count }) => [place, count]));
};

describe("weeks of agent_actions", () => {
  test("begin on Monday in UTC, whatever the time zone of the session", async (t) => {
    const pool = await migratedPool(t);
    const client = await pool.connect();
    try {
      await client.query("set timezone = 'Pacific/Kiritimati'");
      const monday = new Date("2026-01-05T00:00:00Z");
      if (Date.now() - monday.getTime() > 4 * 365 * DAY_MILLIS) throw new Error("Choose a later Monday.");
      for (const time of [
        "2026-01-04T23:59:59.999999Z",
        "2026-01-05T00:00:00Z",
        "2026-01-11T23:59:59.999999Z",
      ])
        await client.query("select ensure_agent_actions_partition($1)", [time]);
      await client.query(
        `insert into agent_actions (correlation_id, agent_name, action_type, action_name, created_at)
         select gen_random_uuid(), 'edges', 'success', 'n', time from unnest($1::timestamptz[]) time`,
        [["2026-01-04T23:59:59.999999Z", "2026-01-05T00:00:00Z", "2026-01-11T23:59:59.999999Z"]],
      );
    } finally {
      client.release(true);
    }
    expect(await placesOf(pool, "edges")).toEqual({
      agent_actions_w20251229: 1,
      agent_actions_w20260105: 2,
    });
  });

  test("are made for what comes, and next week's ahead of it; dates outside any reason go to the default", async (t) => {
    const pool = await migratedPool(t);
    const agent_name = "dates";
    const at = (timestamp: string) => anyAction({ agent_name, timestamp });
    const outcome = await createBatchWriter(pool).write([
      at(daysFromNow(-1_800)),
      at(daysFromNow(-100)),
      at(daysFromNow(0)),
      at(daysFromNow(20)),
      at(daysFromNow(100)),
      at("0001-01-01T00:00:00Z"),
      at("9999-12-31T23:59:59.999999Z"),
      at("1970-01-01T00:00:00Z"),
    ]);
    expect(outcome).toMatchObject({ inserted: 8, refused: [] });
    const places = await placesOf(pool, agent_name);
    expect(places.agent_actions_default).toBe(4);
    expect(Object.keys(places)).toHaveLength(5);
    const { next } = await oneRow<{ next: string | null }>(
      pool,
      `select to_regclass(to_char(date_trunc('week', now() + interval '1 week', 'UTC') at time zone 'UTC',
         '"agent_actions_w"YYYYMMDD'))::text as next`,
    );
    expect(next).not.toBeNull();
  });

  test("take their rows out of the default partition when they are made", async (t) => {
    const pool = await migratedPool(t);
    const timestamp = daysFromNow(-50);
    const event = anyAction({ agent_name: "early", timestamp });
    await pool.query(
      `insert into agent_actions (id, correlation_id, agent_name, action_type, action_name, created_at)
       select gen_random_uuid(), gen_random_uuid(), 'early', 'success', 'n', $1 from generate_series(1, 10)`,
      [timestamp],
    );
    expect(await placesOf(pool, "early")).toEqual({ agent_actions_default: 10 });
    const writer = createBatchWriter(pool);
    expect(await writer.write([event])).toMatchObject({ inserted: 1 });
    const places = await placesOf(pool, "early");
    expect(Object.values(places)).toEqual([11]);
    expect(places.agent_actions_default).toBeUndefined();
    expect(await writer.write([event])).toMatchObject({ duplicates: 1 });
  });

  test("that somebody dropped meanwhile cost nothing: the default partition takes the row", async (t) => {
    const pool = await migratedPool(t);
    const writer = createBatchWriter(pool);
    const timestamp = daysFromNow(-50);
    await writer.write([anyAction({ agent_name: "dropped", timestamp })]);
    const [place] = Object.keys(await placesOf(pool, "dropped"));
    await pool.query(`drop table ${place}`);
    expect(await writer.write([anyAction({ agent_name: "dropped", timestamp })])).toMatchObject({
      inserted: 1,
    });
    expect(await placesOf(pool, "dropped")).toEqual({ agent_actions_default: 1 });
  });

  test("wait for nobody long: while a query reads the default partition, rows land there, and move later", async (t) => {
    const pool = await migratedPool(t);
    const reader = await pool.connect();
    await reader.query("begin; select count(*) from agent_actions");
    const timestamp = daysFromNow(-70);
    try {
      expect(
        await createBatchWriter(pool).write([anyAction({ agent_name: "waits", timestamp })]),
      ).toMatchObject({
        inserted: 1,
      });
      expect(await placesOf(pool, "waits")).toEqual({ agent_actions_default: 1 });
    } finally {
      await reader.query("rollback");
      reader.release();
    }
    await createBatchWriter(pool).write([anyAction({ agent_name: "waits", timestamp })]);
    const places = await placesOf(pool, "waits");
    expect(Object.values(places)).toEqual([2]);
    expect(places.agent_actions_default).toBeUndefined();
  });
});

test("many writers, readers and makers of the same new weeks never deadlock and lose nothing", async (t) => {
  const url = await createDatabase(t);
  await migrate(settingsOf(url));
  const watcher = poolOn(url, t);
  const before = await deadlocks(watcher);
  const writers = Array.from({ length: 4 }, () => poolOn(url, t));
  const weeks = Array.from({ length: 40 }, (_, week) => daysFromNow(-60 - week * 7));
  const batches = writers.map(() =>
    weeks.map((timestamp) => Array.from({ length: 20 }, () => anyAction({ agent_name: "crowd", timestamp }))),
  );

  let done = false;
  const reading = (async () => {
    while (!done) await watcher.query("select count(*), max(created_at) from agent_actions where debug_mode");
  })();
  // Each with a writer of its own, so that each believes to be the first to see a week.
  const outcomes = await Promise.all(
    writers.flatMap((pool, writer) => {
      const rounds = batches[writer] ?? [];
      return [rounds.slice(0, 20), rounds.slice(20).toReversed()].map(async (half) => {
        const batchWriter = createBatchWriter(pool);
        const inserted: number[] = [];
        for (const batch of half) inserted.push((await batchWriter.write(batch)).inserted);
        return inserted;
      });
    }),
  );
  done = true;
  await reading;
  expect(outcomes.flat().reduce((sum, inserted) => sum + inserted, 0)).toBe(4 * 40 * 20);
  expect(await oneRow(watcher, "select count(*)::int as rows from agent_actions")).toEqual({ rows: 3_200 });
  expect(await deadlocks(watcher)).toBe(before);
});

async function deadlocks(pool: pg.Pool): Promise<number> {
  const { deadlocks: seen } = await oneRow<{ deadlocks: number }>(
    pool,
    "select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()",
  );
  return seen;
}

test("making a week is not open to everyone", async (t) => {
  const pool = await migratedPool(t);
  expect(
    await oneRow(
      pool,
      `select has_function_privilege('public', 'ensure_agent_actions_partition(timestamptz)', 'execute') as everyone`,
    ),
  ).toEqual({ everyone: false });
});

test("the function that makes weeks looks into no schema of its caller's choice", async (t) => {
  const pool = await migratedPool(t);
  const client = new pg.Client(pool.options.connectionString);
  await client.connect();
  t.onTestFinished(() => client.end());
  await client.query("create temp table agent_actions_default (created_at timestamptz)");
  await client.query("set search_path = pg_temp");
  const { rows } = await client.query(
    "select public.ensure_agent_actions_partition(now() - interval '90 days') as made",
  );
  expect(rows).toEqual([{ made: true }]);
});
