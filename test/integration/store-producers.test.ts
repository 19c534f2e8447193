import { expect, test } from "vitest";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

const AT = Date.UTC(2026, 2, 1);

/** A heartbeat at a place of its partition. */
function heartbeat(fields: object, offset: number, { partition = 0, seconds = offset } = {}) {
  const stored = storable("producer_heartbeat", fields, AT + seconds * 1_000);
  return {
    ...stored,
    record: {
      topic: "heartbeats",
      partition,
      offset: String(offset),
      timestampMillis: AT + seconds * 1_000,
      headers: {},
    },
  };
}

test("the newest heartbeat holds, in whatever batches and order they come, and again", async () => {
  const of = (epoch: string) => [
    heartbeat({ producer_epoch: epoch, open_actions: 1, host_name: "a", last_sequence: 5 }, 1),
    heartbeat({ producer_epoch: epoch, open_actions: 2 }, 2),
    heartbeat({ producer_epoch: epoch, open_actions: 3, status: "ended" }, 3, { seconds: -10 }),
  ];
  const [first, second, third] = of("one") as [object, object, object];
  const rowOf = (epoch: string) =>
    oneRow(
      pool,
      `select status, host_name, open_actions, last_sequence, interval_ms, heartbeat_offset, first_seen_at, last_seen_at, judged_at
       from agent_producers where producer_epoch = $1`,
      [epoch],
    );
  expect(await writer.write([second as never])).toMatchObject({ inserted: 1 });
  expect(await writer.write([third, first] as never)).toMatchObject({ merged: 1, duplicates: 1 });
  const expected = {
    status: "ended",
    host_name: null,
    open_actions: "3",
    last_sequence: null,
    interval_ms: 10_000,
    heartbeat_offset: "3",
    first_seen_at: new Date(AT - 10_000),
    last_seen_at: new Date(AT + 2_000),
    judged_at: null,
  };
  expect(await rowOf("one")).toEqual(expected);
  expect(await writer.write(of("one"))).toMatchObject({ inserted: 0, merged: 0, duplicates: 3 });
  expect(await writer.write([...of("two"), ...of("three")])).toMatchObject({
    inserted: 2,
    duplicates: 4,
    refused: [],
  });
  expect(await rowOf("two")).toEqual(expected);
  expect(await rowOf("three")).toEqual(expected);
});

test("a heartbeat of another partition is newer when Kafka stamped it later", async () => {
  const at = (offset: number, partition: number, seconds: number, open: number) =>
    heartbeat({ producer_epoch: "moved", open_actions: open }, offset, { partition, seconds });
  await writer.write([at(100, 0, 1, 1)]);
  await writer.write([at(3, 1, 2, 2)]);
  await writer.write([at(99, 0, 0, 3)]);
  expect(
    await oneRow(pool, "select open_actions from agent_producers where producer_epoch = 'moved'"),
  ).toEqual({ open_actions: "2" });
});
