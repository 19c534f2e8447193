import { describe, expect, test } from "vitest";
import { inOneTransaction } from "../../src/store/on-connection.js";
import { type BoundStatement, failedStatement } from "../../src/store/one-trip.js";
import type { StorableEvent } from "../../src/store/stored-event.js";
import { statement } from "../../src/store/tables/table.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { anyAction, migratedPool, oneRow } from "./store-fixture.js";

const pool = await migratedPool();
await pool.query("create table notes (id integer primary key, text text)");

const plain = (text: string): BoundStatement => ({ text, values: [] });
const add = (id: string, text: string | null): BoundStatement => ({
  ...statement("add_note", "insert into notes values ($1::integer, $2) returning id, text, array[id] as ids"),
  values: [id, text],
});
const TERMINATE = `select pg_terminate_backend(pid) from pg_stat_activity
  where query = 'select pg_sleep(600)' and datname = current_database()`;
const notes = async () => (await pool.query("select id from notes order by id")).rows.map(({ id }) => id);

describe("statements of one trip", () => {
  test("give their rows each, as pg reads them, and are committed together", async () => {
    const rows = await inOneTransaction(pool, [
      add("1", "one"),
      plain("set local lock_timeout = 5"),
      add("2", null),
    ]);
    expect(rows).toEqual([[{ id: 1, text: "one", ids: [1] }], [], [{ id: 2, text: null, ids: [2] }]]);
    expect(await notes()).toEqual([1, 2]);
  });

  test("are none of them done where one fails, which is named, and the connection serves on", async () => {
    const second = add("1", "twice");
    const error: unknown = await inOneTransaction(pool, [add("3", "x"), second, add("4", "x")]).catch(
      (e) => e,
    );
    expect(error).toMatchObject({ code: "23505", constraint: "notes_pkey" });
    expect(failedStatement(error)).toBe(second);
    expect(await notes()).toEqual([1, 2]);
    await inOneTransaction(pool, [add("3", "x")]);
    expect(await notes()).toEqual([1, 2, 3]);
  });

  test("are committed only after what is done behind them", async () => {
    const failing = inOneTransaction(pool, [add("5", "x")], async (_, [rows]) => {
      expect(rows).toMatchObject([{ id: 5 }]);
      throw new Error("not finished");
    });
    await expect(failing).rejects.toThrow("not finished");
    await inOneTransaction(pool, [add("6", "x")], async (client) => {
      await client.query("update notes set text = 'finished' where id = 6");
    });
    expect(await oneRow(pool, "select text from notes where id = 6")).toEqual({ text: "finished" });
    expect(await notes()).toEqual([1, 2, 3, 6]);
  });

  test("begin with the pool's limits", async () => {
    const [rows] = await inOneTransaction(pool, [
      plain("select current_setting('statement_timeout') as limit"),
    ]);
    const { statement_timeout: outside } = await oneRow(pool, "show statement_timeout");
    expect(rows).not.toEqual([{ limit: outside }]);
  });

  test("reject where the connection breaks", async () => {
    const waiting = inOneTransaction(pool, [plain("select pg_sleep(600)")]);
    const rejected = expect(waiting).rejects.toThrow();
    const terminate = async () => (await pool.query(TERMINATE)).rowCount;
    await expect.poll(terminate, { timeout: 60_000 }).toBe(1);
    await rejected;
    await inOneTransaction(pool, [add("7", "x")]);
  });
});

const idOf = ({ valid }: StorableEvent) => (valid.event as { readonly id?: string }).id;

test("actions are written in one trip until something was erased, and in several from then on", async () => {
  const writer = createBatchWriter(pool);
  expect(await writer.write([anyAction()])).toMatchObject({ inserted: 1 });
  const erased = anyAction();
  await pool.query("insert into agent_erased_rows (id, erasure) values ($1, 1)", [idOf(erased)]);
  await pool.query(
    "insert into agent_erasures (field, value_sha256, began_before, mode) values ('run', sha256('some run'), 'infinity', 'remove')",
  );
  expect(await writer.write([anyAction(), erased])).toMatchObject({ inserted: 1, erased: 1 });
});
