import { afterEach, expect, test, vi } from "vitest";
import { CallKeyCleaner } from "../../src/store/call-key-cleaner.js";
import { createHousekeeper } from "../../src/store/housekeeper.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { anyAction, migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const HOUR = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

/** An attribution and a change of eight days ago, a producer of 31 days ago, and one of each of today. */
async function leaveOldThings(): Promise<void> {
  const writer = createBatchWriter(pool);
  const attribution = (span_id: string) => storable("span_attribution", { trace_id: "t", span_id });
  const producer = (producer_epoch: string) => storable("producer_heartbeat", { producer_epoch });
  await writer.write([anyAction(), attribution("old"), producer("old")]);
  await pool.query("update agent_producers set updated_at = now() - interval '31 days'");
  await pool.query("update agent_action_span_attributions set received_at = now() - interval '8 days'");
  await pool.query(
    "update agent_action_changes set day_slot = (extract(epoch from now())::bigint / 86400 - 8) % 16",
  );
  await writer.write([anyAction(), attribution("new"), producer("new")]);
}

const left = () =>
  oneRow<{ attributions: string[]; changes: number; producers: string[] }>(
    pool,
    `select (select array_agg(span_id) from agent_action_span_attributions) as attributions,
       (select count(*)::int from agent_action_changes) as changes,
       (select array_agg(producer_epoch) from agent_producers) as producers`,
  );

test("once an hour, what is older than a week goes, and nothing else", async () => {
  await leaveOldThings();
  vi.useFakeTimers({ toFake: ["Date"] });
  const housekeeper = createHousekeeper(pool);
  await housekeeper.tidy();
  expect(await left()).toMatchObject({ changes: 2 });
  vi.setSystemTime(Date.now() + HOUR + 1);
  await housekeeper.tidy();
  expect(await left()).toEqual({ attributions: ["new"], changes: 1, producers: ["new"] });
});

test("what somebody reads for long is left for the next time, and holds up nobody", async () => {
  await leaveOldThings();
  vi.useFakeTimers({ toFake: ["Date"] });
  const housekeeper = createHousekeeper(pool);
  const reader = await pool.connect();
  try {
    await reader.query("begin");
    await reader.query("select count(*) from agent_action_changes");
    vi.setSystemTime(Date.now() + HOUR + 1);
    await housekeeper.tidy();
    await reader.query("commit");
  } finally {
    reader.release();
  }
  const changes = (await left()).changes;
  vi.setSystemTime(Date.now() + HOUR + 1);
  await housekeeper.tidy();
  expect(changes).toBeGreaterThan(1);
  expect((await left()).changes).toBe(1);
});

test("of call keys so many are looked at in one go, each in its turn, and those without a row are forgotten", async (t) => {
  const own = await migratedPool(t);
  const writer = createBatchWriter(own);
  const started_at = new Date(Date.now() - 40 * 24 * HOUR).toISOString();
  const keyed = (call_key: string, more: object = {}) =>
    anyAction({ call_key, session_id: "s", started_at, ...more });
  const names = ["a", "b", "c", "d", "e", "f", "g"].map((letter) => `toolu_${letter.repeat(20)}`);
  await writer.write([
    ...names.map((name) => keyed(name)),
    keyed(`toolu_${"n".repeat(20)}`, { started_at: new Date().toISOString() }),
  ]);
  const keys = async () =>
    (await own.query<{ key: string }>("select substr(call_id, 7, 1) as key from agent_action_keys")).rows
      .map(({ key }) => key)
      .sort()
      .join("");
  expect(await keys()).toBe("abcdefgn");
  const cleaner = new CallKeyCleaner(3);
  const look = () => cleaner.clean(own);
  const none = { looked: 3, forgotten: 0 };
  expect([await look(), await look(), await look()]).toEqual([none, none, { looked: 1, forgotten: 0 }]);
  await own.query(
    "delete from agent_actions where id in (select id from agent_action_keys where call_id ~ 'toolu_[bfn]')",
  );
  // Behind the last one it begins anew; the new one is left alone.
  const looks = [await look(), await look(), await look()];
  expect(looks.map(({ looked }) => looked)).toEqual([3, 3, 1]);
  expect(looks.reduce((sum, { forgotten }) => sum + forgotten, 0)).toBe(2);
  expect(await keys()).toBe("acdegn");
  const client = await own.connect();
  try {
    // A table of a few rows is read whole otherwise.
    await client.query("begin; set local enable_seqscan = off; set local enable_bitmapscan = off");
    const { rows: plan } = await client.query<{ "QUERY PLAN": string }>(
      `explain select ctid from agent_action_keys
       where created_at < now() and created_at >= now() - interval '50 days'
         and (created_at, id) > (now() - interval '50 days', '00000000-0000-0000-0000-000000000000')
       order by created_at, id limit 3`,
    );
    const text = plan.map((line) => line["QUERY PLAN"]).join("\n");
    expect(text).toContain("Index Scan using agent_action_keys_created_at");
    expect(text).toContain("Incremental Sort");
    await client.query("rollback");
  } finally {
    client.release();
  }
});
