import { afterEach, expect, test, vi } from "vitest";
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
