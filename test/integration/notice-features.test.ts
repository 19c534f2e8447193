import { expect, onTestFinished, test } from "vitest";
import { NoticeReader } from "../../src/notices/notice-turn.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { ago, periodicRules } from "./notice-harness.js";
import { oneRow, storable } from "./store-fixture.js";

const { pool, look, noticesOf, later, write, newRun } = await periodicRules();
const writer = createBatchWriter(pool);

let ids = 0;
const DAY_MINUTES = 1_440;
const call = (agent: string, minutesAgo: number, args: object, more: object = {}) => ({
  id: `01900000-0000-7000-9000-${String(++ids).padStart(12, "0")}`,
  correlation_id: newRun(),
  agent_name: agent,
  agent_version: "1.0",
  action_type: "tool_call",
  action_name: "Read",
  action_details: { tool_parameters: args, success: true },
  working_directory: "/shop",
  timestamp: ago(minutesAgo),
  duration_ms: 5,
  ...more,
});

let offsets = 0;
/** As the consumer has a record of that start of a producer. */
const from = (epoch: string, event: object) => {
  const stored = storable("action", event);
  const headers = {
    "producer-epoch": Buffer.from(epoch),
    "producer-sequence": Buffer.from(String(++offsets)),
  };
  const record = { topic: "t", partition: 0, offset: String(offsets), timestampMillis: Date.now(), headers };
  return { ...stored, record };
};

async function readerFrom(): Promise<NoticeReader> {
  const reader = new NoticeReader(pool, 10_000_000);
  onTestFinished(() => reader.leave());
  await reader.turn();
  return reader;
}

/** Until everything up to an action was looked at: transactions of other files on the server hold up the feed. */
async function lookUpTo(reader: NoticeReader, count: number): Promise<void> {
  const features = async () =>
    (await oneRow<{ count: number }>(pool, "select count(*)::integer as count from agent_features")).count;
  await expect
    .poll(
      async () => {
        while ((await reader.turn()).changes > 0);
        return features();
      },
      { timeout: 60_000 },
    )
    .toBe(count);
}

test("an argument, a place of files, a version and a host that an agent never had; nothing of one that has just begun", async () => {
  const reader = await readerFrom();
  await pool.query(
    "insert into agent_producers (producer_epoch, host_name, first_seen_at, last_seen_at) values ('e1', 'web-1', now(), now()), ('e2', 'web-2', now(), now())",
  );
  const old = call("coder", 3 * DAY_MINUTES, { file_path: "/shop/src/a.ts" });
  await writer.write([from("e1", old)]);
  await lookUpTo(reader, 4);
  await look(reader.worker);
  expect(await noticesOf("novelty")).toEqual([]);
  const same = call("coder", 9, { file_path: "/shop/src/b.ts" });
  const other = call(
    "coder",
    8,
    { file_path: "/home/alice/.ssh/id_rsa", limit: 3 },
    { agent_version: "2.0" },
  );
  await writer.write([from("e1", same), from("e2", other)]);
  await write("action", [call("beginner", 7, { file_path: "/shop/src/a.ts" })]);
  await lookUpTo(reader, 11);
  await look(reader.worker);
  const notices = (await noticesOf("novelty")).filter(({ kind }) => kind !== "new_tool");
  expect(notices.map(({ kind, title, severity }) => [kind, title, severity])).toEqual([
    ["new_argument_key", "coder calls Read with limit, which it never gave", "info"],
    ["new_file_area", "coder works on files in ~/.ssh, where it never did", "info"],
    ["new_host", "coder runs on web-2, where it never did", "info"],
    ["new_version", "coder runs as version 2.0 for the first time", "info"],
  ]);
  for (const { action_ids } of notices) expect(action_ids).toEqual([other.id]);
});

test("what comes late is from before, and so nothing of it is new any more", async () => {
  const reader = await readerFrom();
  await write("action", [call("coder", 2 * DAY_MINUTES, { file_path: "/shop/src/c.ts", limit: 1 })]);
  await expect
    .poll(
      async () => {
        while ((await reader.turn()).changes > 0);
        const { first } = await oneRow<{ first: string }>(
          pool,
          "select (now() - first_at > interval '1 day')::text as first from agent_features where agent_name = 'coder' and feature = 'Read limit'",
        );
        return first;
      },
      { timeout: 60_000 },
    )
    .toBe("true");
  await later();
  await look(reader.worker);
  expect((await noticesOf("novelty")).find(({ kind }) => kind === "new_argument_key")).toMatchObject({
    state: "closed",
  });
});

test("names without an end are bounded, and then none of them is called new", async () => {
  const reader = await readerFrom();
  const before = await oneRow<{ count: number }>(
    pool,
    "select count(*)::integer as count from agent_features",
  );
  const keys = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${from + index}`, 1]));
  await write(
    "action",
    Array.from({ length: 12 }, (_, index) =>
      call("mapper", 3 * DAY_MINUTES - index, keys(index * 45, 45), {
        agent_version: undefined,
        action_name: "put",
      }),
    ),
  );
  // 500 of the 540, and that there are more.
  await lookUpTo(reader, before.count + 501);
  // The place of its file says that it was looked at.
  const last = { brandNew: 1, file_path: "/shop/lib/a.ts" };
  await write("action", [call("mapper", 5, last, { agent_version: undefined })]);
  await lookUpTo(reader, before.count + 502);
  await look(reader.worker);
  expect((await noticesOf("novelty")).filter(({ agent_name }) => agent_name === "mapper")).toEqual([]);
});
