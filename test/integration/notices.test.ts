import { readFile } from "node:fs/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { NoticeReader } from "../../src/notices/notice-turn.js";
import { startService } from "../../src/service.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { startOwnPostgres } from "../helpers/stack.js";
import { createHarness } from "./consumer-harness.js";
import { oneRow, poolOn, settingsOf, storable } from "./store-fixture.js";

// Its own server: a transaction of another file would hold up the change feed.
const url = await startOwnPostgres();
await migrate(settingsOf(url));
const pool = poolOn(url);
const writer = createBatchWriter(pool);
const MAX_BYTES = 10_000_000;

let runs = 0;
let ids = 0;
const newRun = (): string => `01900000-0000-7000-8000-${String(++runs).padStart(12, "0")}`;
const START = Date.now() - 3_600_000;

interface Call {
  readonly at: number;
  readonly tool?: string;
  readonly args?: object;
  readonly result?: unknown;
  readonly more?: object;
}

const record = (run: string, { at, tool = "read_page", args = { page: 1 }, result = "no", more }: Call) => ({
  id: `01900000-0000-7000-9000-${String(++ids).padStart(12, "0")}`,
  correlation_id: run,
  agent_name: "coder",
  action_type: "tool_call",
  action_name: tool,
  action_details: { tool_parameters: args, tool_result: result },
  timestamp: new Date(START + at * 1_000).toISOString(),
  duration_ms: 100,
  project_name: "shop",
  ...more,
});

const write = (records: readonly object[]) => writer.write(records.map((each) => storable("action", each)));

async function lookAll(reader: NoticeReader): Promise<void> {
  while ((await reader.turn()).changes > 0);
}

async function readerFrom(): Promise<NoticeReader> {
  const reader = new NoticeReader(pool, MAX_BYTES);
  onTestFinished(() => reader.leave());
  await lookAll(reader);
  return reader;
}

const noticesOf = async (run: string) =>
  (
    await pool.query(
      "select kind, state, calls::int, tokens::int, action_ids, notice_id, title, close_reason from agent_actions_v1.notices where correlation_id = $1 order by began_at",
      [run],
    )
  ).rows;

describe("loops", () => {
  test("is a row with its evidence, cost and title, counts on while it goes on, and closes itself", async () => {
    const reader = await readerFrom();
    const run = newRun();
    const calls = [0, 1, 2, 3, 4].map((at) => record(run, { at }));
    const turn = record(run, {
      at: 2.5,
      more: {
        action_type: "decision",
        action_name: "answer",
        action_details: { model: "m", input_tokens: 900, output_tokens: 100 },
      },
    });
    await write(calls.slice(0, 4));
    await lookAll(reader);
    expect(await noticesOf(run)).toEqual([]);
    await write([turn, ...calls.slice(4)]);
    await lookAll(reader);
    const [notice] = await noticesOf(run);
    expect(notice).toMatchObject({ kind: "same_call", state: "open", calls: 5, tokens: 1_000 });
    expect(notice?.action_ids).toEqual(calls.map(({ id }) => id));
    expect(notice?.title).toBe(
      "coder repeats read_page: the same call with the same result, 5 calls in 4.1 s",
    );
    await write([record(run, { at: 5 })]);
    await lookAll(reader);
    expect(await noticesOf(run)).toMatchObject([{ notice_id: notice?.notice_id, calls: 6 }]);
    await write([record(run, { at: 6, args: { page: 2 } })]);
    await lookAll(reader);
    expect(await noticesOf(run)).toMatchObject([{ state: "closed", calls: 6, close_reason: "over" }]);
  });

  test("is found with the rights that docs/database.md lists", async () => {
    const page = await readFile(new URL("../../docs/database.md", import.meta.url), "utf8");
    const [, rights] = /## Rights of the consumer's role[\s\S]*?```sql\n([\s\S]*?)```/.exec(page) ?? [];
    await pool.query(`create role consumer login password 'only'; ${rights}`);
    const address = new URL(url);
    [address.username, address.password] = ["consumer", "only"];
    const reader = new NoticeReader(poolOn(address.href), MAX_BYTES);
    onTestFinished(() => reader.leave());
    await lookAll(reader);
    const run = newRun();
    const calls = [0, 1, 2, 3, 4].map((at) => storable("action", record(run, { at })));
    await createBatchWriter(poolOn(address.href)).write(calls);
    await lookAll(reader);
    expect(await noticesOf(run)).toMatchObject([{ kind: "same_call", calls: 5 }]);
  });

  test("the query of a notice shows its rows, whatever the agent is called", async () => {
    const reader = await readerFrom();
    const run = newRun();
    await write([0, 1, 2, 3, 4].map((at) => record(run, { at, more: { agent_name: "o'brien \\ \u202e" } })));
    await lookAll(reader);
    const { query } = await oneRow<{ query: string }>(
      pool,
      "select query from agent_notices where correlation_id = $1",
      [run],
    );
    expect((await pool.query(query)).rows).toHaveLength(5);
  });

  test("another process goes on where one was killed, in the middle of a loop", async () => {
    const first = await readerFrom();
    const run = newRun();
    await write([0, 1, 2].map((at) => record(run, { at })));
    await lookAll(first);
    await first.leave();
    const second = await readerFrom();
    await write([3, 4].map((at) => record(run, { at })));
    // The first one is still there, and finds that another works.
    expect(await first.turn()).toMatchObject({ active: false });
    await lookAll(second);
    await second.leave();
    expect(await noticesOf(run)).toMatchObject([{ calls: 5, state: "open" }]);
    const third = await readerFrom();
    await write([5, 6].map((at) => record(run, { at })));
    await lookAll(third);
    expect(await noticesOf(run)).toMatchObject([{ calls: 7, state: "open" }]);
  });

  test("a loop longer than what is read anew stays the same notice after a restart", async () => {
    const first = await readerFrom();
    const run = newRun();
    for (const from of [0, 150]) {
      await write(Array.from({ length: 150 }, (_, at) => record(run, { at: from + at })));
      await lookAll(first);
    }
    await first.leave();
    const second = await readerFrom();
    await write([300, 301].map((at) => record(run, { at })));
    await lookAll(second);
    await second.leave();
    const notices = await noticesOf(run);
    expect(notices).toMatchObject([{ calls: 302, state: "open" }]);
    expect(notices[0]?.title).toContain("302 calls in 5 min");
  });

  test("records that are read again, that end later and that come late make one notice", async () => {
    const reader = await readerFrom();
    const run = newRun();
    const calls = [0, 1, 2, 3, 4, 5].map((at) => record(run, { at }));
    const running = calls.map((call) => ({
      ...call,
      status: "running",
      state: "running",
      duration_ms: undefined,
    }));
    await write(running);
    await lookAll(reader);
    expect(await noticesOf(run)).toEqual([]);
    for (const at of [5, 0, 3, 1, 4]) {
      await write([calls[at] as object]);
      await lookAll(reader);
    }
    // The five that have ended are a loop, whichever comes last.
    await write(calls);
    await lookAll(reader);
    await write(calls);
    await lookAll(reader);
    expect(await noticesOf(run)).toMatchObject([{ calls: 6, state: "open" }]);
  });

  test("what was not committed is looked at again", async () => {
    const reader = await readerFrom();
    const run = newRun();
    await write([0, 1, 2, 3, 4].map((at) => record(run, { at })));
    await pool.query("alter table agent_notices add constraint refused check (false) not valid");
    await expect(reader.turn()).rejects.toThrow("refused");
    await pool.query("alter table agent_notices drop constraint refused");
    await lookAll(reader);
    expect(await noticesOf(run)).toMatchObject([{ calls: 5 }]);
  });

  test("a place that is lost is told, and reading goes on from now", async () => {
    const reader = await readerFrom();
    await pool.query("update agent_actions_installation set id = gen_random_uuid()");
    expect(await reader.turn()).toMatchObject({ active: true, isLost: true });
    const run = newRun();
    await write([0, 1, 2, 3, 4].map((at) => record(run, { at })));
    await lookAll(reader);
    expect(await noticesOf(run)).toMatchObject([{ calls: 5 }]);
  });

  test("a file that is written back and forth is found by the hashes of its content", async () => {
    const reader = await readerFrom();
    const run = newRun();
    const hash = (index: number): string => String(index % 2).repeat(64);
    await write(
      Array.from({ length: 5 }, (_, at) =>
        record(run, {
          at,
          tool: "Write",
          args: { file_path: "/src/a.ts", content: `version ${at}` },
          result: { content_hash_before: hash(at + 1), content_hash_after: hash(at), number: at },
        }),
      ),
    );
    await lookAll(reader);
    expect(await noticesOf(run)).toMatchObject([{ kind: "file_ping_pong", calls: 5 }]);
  });

  test("what is muted is stored, and marked", async () => {
    const reader = await readerFrom();
    await pool.query("insert into agent_notice_mutes (agent_name, kind) values ('coder', 'same_call')");
    const run = newRun();
    await write([0, 1, 2, 3, 4].map((at) => record(run, { at })));
    await lookAll(reader);
    const { muted } = await oneRow<{ muted: boolean }>(
      pool,
      "select muted from agent_actions_v1.notices where correlation_id = $1",
      [run],
    );
    expect(muted).toBe(true);
    await pool.query("delete from agent_notice_mutes");
  });
});

test("through Kafka and the service: a loop is a row while it goes on", async () => {
  const harness = await createHarness({ databaseUrl: url, migrated: false });
  const service = await startService({
    ...harness.options(),
    http: { port: 0 },
    notices: { intervalMillis: 100 },
  });
  onTestFinished(() => service.stop());
  await service.consumer.ready;
  const run = newRun();
  const send = (at: number) =>
    harness.produce("action", [{ key: run, value: JSON.stringify(record(run, { at })) }]);
  for (const at of [0, 1, 2, 3, 4]) await send(at);
  const loops = async () =>
    (await (await fetch(`${service.url}/api/v1/loops?run=${run}`)).json()) as { data: object[] };
  await expect
    .poll(async () => (await loops()).data, { timeout: 60_000 })
    .toMatchObject([{ calls: 5, state: "open" }]);
  await send(5);
  await expect
    .poll(async () => (await loops()).data, { timeout: 60_000 })
    .toMatchObject([{ calls: 6, state: "open" }]);
  const text = await (await fetch(`${service.url}/metrics`, { headers: { accept: "text/plain" } })).text();
  expect(text).toContain("agent_actions_notices_active 1\n");
  expect(text).toContain("agent_actions_notices_failures_total 0\n");
});
