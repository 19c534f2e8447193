import fc from "fast-check";
import { expect, test } from "vitest";
import type { StorableEvent } from "../../src/store/stored-event.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

const MERGED_INTO = "01900000-0000-7000-9000-000000000000";
let rows = 0;
const newId = (): string => `01900000-0000-7000-8000-${String(rows++).padStart(12, "0")}`;

function event(id: string, offset: number, more: object): StorableEvent {
  const value = {
    id,
    agent_name: "agent",
    action_type: "tool_call",
    action_name: "Search",
    correlation_id: "a run",
    timestamp: "2026-01-01T00:00:00Z",
    ...more,
  };
  return { ...storable("action", value), record: { topic: "t", partition: 0, offset: String(offset) } };
}

const running = (id: string) => event(id, 1, { status: "running" });
const superseded = (id: string) => event(id, 2, { status: "superseded", superseded_by: MERGED_INTO });

const statesOf = async (id: string): Promise<string[]> => {
  const { rows: found } = await pool.query("select state from agent_actions where id = $1", [id]);
  return found.map(({ state }) => state);
};

test("a running row that is taken back is gone, and the change feed names it", async () => {
  const id = newId();
  await writer.write([running(id)]);
  expect(await statesOf(id)).toEqual(["running"]);
  expect(await writer.write([superseded(id)])).toMatchObject({ inserted: 1, merged: 0, duplicates: 0 });
  expect(await statesOf(id)).toEqual([]);
  const { rows: changes } = await pool.query(
    "select kind from agent_action_changes where $1 = any(ids) order by xact_id, position",
    [id],
  );
  expect(changes.map(({ kind }) => kind)).toEqual(["action", "action"]);
  const { rows: notes } = await pool.query(
    "select superseded_by from agent_action_supersessions where id = $1",
    [id],
  );
  expect(notes).toEqual([{ superseded_by: MERGED_INTO }]);
});

test("it is gone in whatever order, batches and repetitions the two events come, also at the same time", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom("running", "superseded"), { minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.boolean(),
      async (batches, atOnce) => {
        const id = newId();
        const tell = (what: string) => (what === "running" ? running(id) : superseded(id));
        const write = (batch: string[]) => writer.write(batch.map(tell));
        if (atOnce) await Promise.all(batches.map(write));
        else for (const batch of batches) await write(batch);
        const isSuperseded = batches.flat().includes("superseded");
        expect(await statesOf(id)).toEqual(isSuperseded ? [] : ["running"]);
      },
    ),
    { numRuns: 40 },
  );
});

test("an action that has ended is not taken back", async () => {
  const id = newId();
  await writer.write([running(id), superseded(id), event(id, 3, { status: "ok" })]);
  expect(await statesOf(id)).toEqual(["ended"]);
  await writer.write([superseded(id)]);
  expect(await statesOf(id)).toEqual(["ended"]);
});
