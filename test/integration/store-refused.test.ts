import { describe, expect, test } from "vitest";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { anyAction, migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

// Rules of a user's own: the surest way to events that keep the contract and that Postgres refuses all the same.
await pool.query("alter table agent_actions add constraint no_bad_names check (action_name not like 'bad%')");
await pool.query(`
  create function refuse_bad_queries() returns trigger language plpgsql as $$
  begin
    if new.query_text like 'bad%' then raise exception 'bad queries are not kept here'; end if;
    return new;
  end $$`);
await pool.query(
  "create trigger refuse before insert on router_performance_metrics for each row execute function refuse_bad_queries()",
);

const bad = () => anyAction({ action_name: "bad one" });
const stored = async () =>
  (await oneRow<{ rows: number }>(pool, "select count(*)::int as rows from agent_actions")).rows;

describe("events that Postgres refuses", () => {
  test("are named exactly, with SQLSTATE, and the rest of the batch lands", async () => {
    const batch = Array.from({ length: 100 }, (_, index) =>
      [0, 41, 42, 99].includes(index) ? bad() : anyAction(),
    );
    const before = await stored();
    const { refused, ...outcome } = await writer.write(batch);
    expect(outcome).toMatchObject({ inserted: 96, duplicates: 0 });
    expect(refused.map(({ index, sqlstate }) => [index, sqlstate])).toEqual([
      [0, "23514"],
      [41, "23514"],
      [42, "23514"],
      [99, "23514"],
    ]);
    expect(refused[0]?.message).toContain("no_bad_names");
    expect(await stored()).toBe(before + 96);
  });

  test("are refused again when the batch comes again, and the rest are duplicates", async () => {
    const batch = [anyAction(), bad(), anyAction()];
    expect(await writer.write(batch)).toMatchObject({ inserted: 2, refused: [{ index: 1 }] });
    expect(await writer.write(batch)).toMatchObject({ inserted: 0, duplicates: 2, refused: [{ index: 1 }] });
  });

  test("may be all of the batch", async () => {
    expect(await writer.write([bad(), bad(), bad()])).toMatchObject({
      inserted: 0,
      refused: [{ index: 0 }, { index: 1 }, { index: 2 }],
    });
  });

  test("of one kind leave those of the others alone", async () => {
    const batch = [
      storable("router_performance", { query_text: "good" }),
      storable("router_performance", { query_text: "bad" }),
      anyAction(),
      storable("execution", { execution_id: "beside" }),
    ];
    const { refused, ...outcome } = await writer.write(batch);
    expect(outcome).toMatchObject({ inserted: 3, duplicates: 0 });
    expect(refused).toEqual([{ index: 1, sqlstate: "P0001", message: "bad queries are not kept here" }]);
  });

  test("leave no file operation behind", async () => {
    const call = (agent_name: string, duration_ms: number) =>
      anyAction({ action_type: "tool_call", action_name: "Read", agent_name, duration_ms });
    await pool.query("alter table agent_actions add constraint not_so_long check (duration_ms < 1000)");
    expect(await writer.write([call("short", 1), call("long", 2_000)])).toMatchObject({
      inserted: 1,
      fileOperations: 1,
      refused: [{ index: 1, sqlstate: "23514" }],
    });
    expect((await pool.query("select agent_name from agent_file_operations")).rows).toEqual([
      { agent_name: "short" },
    ]);
  });
});
