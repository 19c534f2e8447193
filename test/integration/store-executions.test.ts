import { describe, expect, test } from "vitest";
import type { StorableEvent } from "../../src/store/stored-event.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

/** The same events, about a run of another name. */
const EVENTS = {
  start: {
    id: "01900000-0000-7000-8000-000000000001",
    correlation_id: "the start's",
    agent_name: "agent of the start",
    user_prompt: "what was asked",
    started_at: "2026-01-01T00:00:00Z",
    timestamp: "2026-01-01T00:00:00Z",
    metadata: { a: "start", both: "start", none: null },
    project_name: "omniclaude",
    duration_ms: 0,
    unknown_of_start: 12,
  },
  progress: {
    id: "01900000-0000-7000-8000-000000000002",
    status: "in_progress",
    agent_name: "agent of the progress",
    terminal_id: "tty",
    timestamp: "2026-01-01T00:00:10Z",
    metadata: { both: "progress", progress: 0.5 },
  },
  completion: {
    id: "01900000-0000-7000-8000-000000000003",
    correlation_id: "the completion's",
    agent_name: "agent of the completion",
    session_id: "session of the completion",
    status: "success",
    completed_at: "2026-01-01T00:01:00Z",
    timestamp: "2026-01-01T00:01:00Z",
    duration_ms: "60000.2",
    quality_score: 0.9,
    metadata: { c: "completion", both: "completion" },
  },
  secondCompletion: {
    id: "01900000-0000-7000-8000-000000000004",
    status: "error",
    error_message: "found out later",
    timestamp: "2026-01-01T00:02:00Z",
    quality_score: 0.1,
  },
} as const;

let runs = 0;

/** The row that these events give in this order, each batch of them in a transaction of its own. */
async function rowOf(
  batches: readonly (readonly (keyof typeof EVENTS)[])[],
): Promise<Record<string, unknown>> {
  const execution_id = `01900000-0000-7000-8000-${String(runs++).padStart(12, "0")}`;
  const event = (name: keyof typeof EVENTS): StorableEvent =>
    storable("execution", { ...EVENTS[name], execution_id });
  for (const batch of batches) {
    const { inserted, merged, duplicates, refused } = await writer.write(batch.map(event));
    expect(inserted + merged + duplicates + refused.length).toBe(batch.length);
  }
  const { execution_id: _, ...row } = await oneRow(
    pool,
    "select * from agent_execution_logs where execution_id = $1",
    [execution_id],
  );
  return row;
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) =>
    permutations(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]),
  );
}

const apart = <Item>(items: readonly Item[]): Item[][] => items.map((item) => [item]);

describe("start and completion of one run", () => {
  test("are one row: what the start said stays, what the completion says holds, metadata is merged", async () => {
    expect(await rowOf([["start"], ["completion"]])).toMatchObject({
      correlation_text: "the start's",
      agent_name: "agent of the start",
      session_id: "session of the completion",
      user_prompt: "what was asked",
      status: "success",
      started_at: new Date("2026-01-01T00:00:00Z"),
      completed_at: new Date("2026-01-01T00:01:00Z"),
      created_at: new Date("2026-01-01T00:00:00Z"),
      updated_at: new Date("2026-01-01T00:01:00Z"),
      duration_ms: 60_000,
      quality_score: "0.9",
      error_message: null,
      project_name: "omniclaude",
      metadata: { a: "start", both: "completion", c: "completion", none: null, unknown_of_start: 12 },
      repairs: [expect.stringMatching(/^duration_ms: /)],
    });
  });

  test("a start alone is a run in progress", async () => {
    expect(await rowOf([["start"]])).toMatchObject({
      status: "in_progress",
      completed_at: null,
      repairs: null,
    });
  });

  test("a completion alone says all it knows", async () => {
    expect(await rowOf([["completion"]])).toMatchObject({
      status: "success",
      agent_name: "agent of the completion",
      started_at: null,
    });
  });

  test("give the same row in every order", async () => {
    const names = ["start", "progress", "completion", "secondCompletion"] as const;
    const wanted = await rowOf(apart(names));
    expect(wanted).toMatchObject({
      status: "error",
      error_message: "found out later",
      quality_score: "0.1",
      terminal_id: "tty",
      agent_name: "agent of the progress",
    });
    for (const order of permutations(names)) expect(await rowOf(apart(order))).toEqual(wanted);
  });

  test("give the same row in one batch as in many, whatever the order", async () => {
    const names = ["start", "progress", "completion"] as const;
    const wanted = await rowOf(apart(names));
    for (const order of permutations(names)) {
      expect(await rowOf([order])).toEqual(wanted);
      expect(await rowOf([order.slice(0, 1), order.slice(1)])).toEqual(wanted);
    }
  });

  test("give the same row however often each arrives", async () => {
    const wanted = await rowOf([["start"], ["completion"]]);
    for (const order of permutations(["start", "completion", "start", "completion"] as const)) {
      expect(await rowOf(apart(order))).toEqual(wanted);
      expect(await rowOf([order])).toEqual(wanted);
    }
  });

  test("are counted as inserted or merged when they tell something new, else as duplicates", async () => {
    const event = (name: keyof typeof EVENTS) =>
      storable("execution", { ...EVENTS[name], execution_id: "counted" });
    expect(await writer.write([event("start"), event("completion")])).toMatchObject({
      inserted: 1,
      merged: 1,
      duplicates: 0,
    });
    expect(await writer.write([event("completion"), event("start")])).toMatchObject({
      inserted: 0,
      duplicates: 2,
    });
  });

  test("stand as abandoned between running and ended, in every order", async () => {
    const told = [
      { id: "01900000-0000-7000-8000-00000000000a", agent_name: "a", timestamp: 1 },
      { id: "01900000-0000-7000-8000-00000000000b", status: "abandoned", duration_ms: 9, timestamp: 3 },
      { id: "01900000-0000-7000-8000-00000000000c", status: "failed", error_message: "no", timestamp: 2 },
    ];
    const statusOf = async (order: readonly object[]) => {
      const execution_id = `abandoned ${runs++}`;
      for (const fields of order) await writer.write([storable("execution", { ...fields, execution_id })]);
      return oneRow(
        pool,
        `select status, duration_ms, agent_name, error_group is not null as grouped from agent_execution_logs
         where metadata ->> 'execution_id' = $1`,
        [execution_id],
      );
    };
    const [start, gone, failure] = told as [object, object, object];
    for (const order of permutations([start, gone]))
      expect(await statusOf(order)).toMatchObject({ status: "abandoned", duration_ms: 9, agent_name: "a" });
    for (const order of permutations([start, gone, failure]))
      expect(await statusOf(order)).toMatchObject({ status: "error", agent_name: "a", grouped: true });
  });

  test("keep the record of the first sending, and a second sending is a duplicate", async () => {
    const sent = (offset: string) => ({
      ...storable("execution", { ...EVENTS.completion, execution_id: "sent twice" }),
      record: { topic: "t", partition: 0, offset },
    });
    expect(await writer.write([sent("9")])).toMatchObject({ inserted: 1 });
    expect(await writer.write([sent("10")])).toMatchObject({ merged: 0, duplicates: 1 });
    expect(await writer.write([sent("8")])).toMatchObject({ merged: 1 });
    expect(
      await oneRow(
        pool,
        "select kafka_offset from agent_execution_logs where metadata ->> 'execution_id' = 'sent twice'",
      ),
    ).toEqual({ kafka_offset: "8" });
  });

  test("give the same row from two writers at the same time", async () => {
    const wanted = await rowOf([["start"], ["completion"]]);
    const rows = Array.from({ length: 50 }, (_, n) => `at the same time ${n}`);
    const batch = (name: keyof typeof EVENTS) =>
      rows.map((execution_id) => storable("execution", { ...EVENTS[name], execution_id }));
    await Promise.all([writer.write(batch("start")), writer.write(batch("completion").toReversed())]);
    const { rows: written } = await pool.query(
      "select * from agent_execution_logs where metadata ->> 'execution_id' like 'at the same time%'",
    );
    expect(written).toHaveLength(50);
    for (const { status, agent_name, updated_at } of written)
      expect({ status, agent_name, updated_at }).toEqual({
        status: wanted.status,
        agent_name: wanted.agent_name,
        updated_at: wanted.updated_at,
      });
  });
});

test("a run with hundreds of events in one batch is one row", async () => {
  const batch = Array.from({ length: 300 }, (_, step) =>
    storable("execution", {
      execution_id: "many steps",
      timestamp: Date.UTC(2026, 0, 1) + step,
      metadata: { step, [`step_${step}`]: true },
    }),
  );
  expect(await writer.write(batch)).toMatchObject({ inserted: 1, merged: 299, duplicates: 0 });
  const { metadata } = await oneRow<{ metadata: Record<string, unknown> }>(
    pool,
    "select metadata from agent_execution_logs where metadata ->> 'execution_id' = 'many steps'",
  );
  expect(metadata.step).toBe(299);
  expect(Object.keys(metadata)).toHaveLength(302);
});
