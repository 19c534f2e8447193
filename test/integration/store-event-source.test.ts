import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { correlationId } from "../../src/event/index.js";
import { createBatchWriter, type StorableEvent, type WriteOutcome } from "../../src/store/write-batch.js";
import { migratedPool, storable } from "./store-fixture.js";

/** As many as are not kept while Postgres is waited for: some 200 KB of texts. */
const EVENTS = 400;
const REFUSED = [7, 350];

/** Reads of files, an action that is told three times, one that waits for a span, and two that break a rule of the table. */
function someEvents(run: string): StorableEvent[] {
  const action = (index: number, fields: object = {}) =>
    storable("action", {
      id: `${run} ${index}`,
      correlation_id: run,
      trace_id: "0af7651916cd43dd8448eb211c80319c",
      agent_name: "agent",
      action_type: "tool_call",
      action_name: "Read",
      action_details: { tool_parameters: { path: `/${run}/${index}.ts` }, tool_result: "text ".repeat(80) },
      started_at: new Date(1_767_225_600_000 + index).toISOString(),
      ended_at: new Date(1_767_225_700_000).toISOString(),
      ...fields,
    });
  return Array.from({ length: EVENTS }, (_, index) => {
    if (REFUSED.includes(index)) return action(index, { action_name: "bad one" });
    if (index === 20) return action(100, { status: "running", session_id: "told while it ran" });
    if (index === 21) return action(100, { approved_by: "jo" });
    if (index === 30) return action(index, { unresolved_parent_span_id: "b7ad6b7169203331" });
    return action(index);
  });
}

const ROWS = `
  select (select jsonb_agg(to_jsonb(action) - '{inserted_at,merged_at}'::text[] order by id) from agent_actions action) as actions,
    (select jsonb_agg(to_jsonb(file) - '{id,inserted_at,merged_at}'::text[] order by action_id) from agent_file_operations file) as files,
    (select sum(cardinality(ids))::int from agent_action_changes) as changes`;

const ERASE =
  "insert into agent_erasures (field, value_sha256, began_before, mode) values ('run', $1, 'infinity', 'remove')";

test("events that are decoded anew make the rows of events that are kept", async () => {
  const goodOf = (run: string) => someEvents(run).filter((_, at) => !REFUSED.includes(at));
  const events = {
    fresh: someEvents("run"),
    good: goodOf("other"),
    erased: [...goodOf("gone"), ...goodOf("third")],
  };
  const results: { outcomes: WriteOutcome[]; rows: unknown; calls: number[] }[] = [];
  for (const isKept of [true, false]) {
    const pool = await migratedPool();
    await pool.query(
      "alter table agent_actions add constraint no_bad_names check (action_name not like 'bad%')",
    );
    const writer = createBatchWriter(pool);
    const outcomes: WriteOutcome[] = [];
    const calls: number[] = [];
    // New, with refused ones among them; the same again; new and without any that is refused; the same again; and with a run that was erased.
    for (const batch of [
      events.fresh,
      events.fresh,
      events.good,
      events.good,
      events.erased,
      events.erased,
    ]) {
      if (batch === events.erased)
        await pool.query(ERASE, [createHash("sha256").update(correlationId("gone").uuid).digest()]);
      let called = 0;
      const source = () => {
        called++;
        return batch.map((event) => ({ ...event }));
      };
      outcomes.push(await writer.write(isKept ? batch : source));
      calls.push(called);
    }
    results.push({ outcomes, calls, rows: (await pool.query(ROWS)).rows });
  }
  const [kept, anew] = results;
  expect(anew?.outcomes).toEqual(kept?.outcomes);
  expect(anew?.rows).toEqual(kept?.rows);
  expect(kept?.outcomes.map(({ inserted, merged, duplicates }) => [inserted, merged, duplicates])).toEqual([
    [396, 1, 1],
    [0, 0, 398],
    [396, 1, 1],
    [0, 0, 398],
    [396, 1, 1],
    [0, 0, 398],
  ]);
  expect(kept?.outcomes.map(({ erased }) => erased)).toEqual([0, 0, 0, 0, 398, 398]);
  for (const { refused } of kept?.outcomes.slice(0, 2) ?? [])
    expect(refused.map(({ index }) => index)).toEqual(REFUSED);
  // The action that is told three times is compared with its file operation; while nothing was erased, that is all that a good batch is asked for twice.
  expect(anew?.calls[2]).toBe(2);
});
