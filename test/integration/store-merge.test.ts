import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StorableEvent } from "../../src/store/stored-event.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

const AT = "2026-01-01T00:00:00Z";
let rows = 0;
const newId = (): string => `01900000-0000-7000-8000-${String(rows++).padStart(12, "0")}`;

/** What one event says of an action, and the record that it came in. */
interface Telling {
  readonly fields: object;
  readonly partition?: number;
  readonly offset: number;
}

function event(id: string, { fields, partition = 0, offset }: Telling): StorableEvent {
  const value = {
    id,
    agent_name: "agent",
    action_type: "tool_call",
    action_name: "Bash",
    correlation_id: "a run",
    timestamp: AT,
    ...fields,
  };
  return { ...storable("action", value), record: { topic: "t", partition, offset: String(offset) } };
}

/** The row without what is not of the events: its id, and when it was merged. */
async function rowOf(id: string): Promise<Record<string, unknown>> {
  const { row } = await oneRow<{ row: Record<string, unknown> }>(
    pool,
    "select to_jsonb(action) - 'id' - 'merged_at' as row from agent_actions action where id = $1",
    [id],
  );
  return row;
}

async function stored(...batches: Telling[][]): Promise<Record<string, unknown>> {
  const id = newId();
  for (const batch of batches) await writer.write(batch.map((telling) => event(id, telling)));
  return rowOf(id);
}

const RUNNING: Telling = {
  offset: 1,
  fields: {
    status: "running",
    session_id: "of the start",
    project_name: "of the start",
    action_details: { tool_parameters: { command: "ls" }, note: "of the start" },
  },
};
const ENDED: Telling = {
  offset: 2,
  fields: {
    status: "error",
    project_name: "of the end",
    duration_ms: 5,
    error_message: "exit 3",
    action_details: { tool_result: null, success: false, note: "of the end" },
  },
};
const ABANDONED: Telling = { offset: 9, fields: { status: "abandoned", duration_ms: 99, user_id: "u" } };

describe("an action that is told of when it runs and when it has ended", () => {
  test("is one row: the end holds, and what only the start said stays", async () => {
    expect(await stored([RUNNING], [ENDED])).toMatchObject({
      state: "ended",
      status: "error",
      session_id: "of the start",
      project_name: "of the end",
      duration_ms: 5,
      status_message: "exit 3",
      kafka_offset: 2,
      action_details: {
        tool_parameters: { command: "ls" },
        tool_result: null,
        success: false,
        note: "of the end",
      },
    });
  });

  test("stands between as abandoned, and ends after all", async () => {
    expect(await stored([ABANDONED], [RUNNING])).toMatchObject({ state: "abandoned", status: "abandoned" });
    expect(await stored([ABANDONED], [ENDED], [RUNNING])).toMatchObject({
      state: "ended",
      status: "error",
      duration_ms: 5,
      user_id: "u",
    });
  });

  test("has ended when its event does not say how it stands", async () => {
    expect(await stored([{ offset: 2, fields: {} }], [RUNNING])).toMatchObject({
      state: "ended",
      status: null,
    });
  });

  test("keeps what the first record of its latest state said", async () => {
    const first = { offset: 3, fields: { session_id: "first", trigger: "first" } };
    const second = { offset: 4, fields: { session_id: "second", user_id: "second" } };
    expect(await stored([second], [first])).toMatchObject({
      session_id: "first",
      trigger: "first",
      user_id: "second",
      kafka_offset: 3,
    });
  });

  test("is counted: one inserted, one merged, and duplicates of either", async () => {
    const id = newId();
    const [running, ended] = [event(id, RUNNING), event(id, ENDED)];
    expect(await writer.write([running])).toMatchObject({ inserted: 1, merged: 0, duplicates: 0 });
    expect(await writer.write([ended])).toMatchObject({ inserted: 0, merged: 1, duplicates: 0 });
    expect(await writer.write([running, ended, ended])).toMatchObject({
      inserted: 0,
      merged: 0,
      duplicates: 3,
    });
    expect(await writer.write([running])).toMatchObject({ inserted: 0, merged: 0, duplicates: 1 });
    const other = newId();
    expect(await writer.write([ENDED, RUNNING, ENDED].map((one) => event(other, one)))).toMatchObject({
      inserted: 1,
      merged: 1,
      duplicates: 1,
      perKind: { action: { inserted: 1, merged: 1, duplicates: 1 } },
    });
  });

  test("keeps what was said over what was inferred, whichever state it is of", async () => {
    const waiting = (offset: number, fields: object): Telling => ({
      offset,
      fields: { unresolved_parent_span_id: "00f067aa0ba902b7", ...fields },
    });
    const said = waiting(1, { status: "running", agent_name: "planner", inferred_fields: ["session_id"] });
    const inferred = waiting(2, { agent_name: "service", inferred_fields: ["agent_name", "session_id"] });
    for (const batches of [[[said], [inferred]], [[inferred], [said]], [[said, inferred]]])
      expect(await stored(...batches)).toMatchObject({
        state: "ended",
        agent_name: "planner",
        unresolved_parent_span_id: "00f067aa0ba902b7",
        inferred_fields: ["session_id"],
      });
    const resolved: Telling = { offset: 3, fields: { status: "running", agent_name: "planner" } };
    for (const batches of [[[inferred], [resolved]], [[resolved], [inferred]], [[resolved, inferred]]])
      expect(await stored(...batches)).toMatchObject({
        agent_name: "planner",
        unresolved_parent_span_id: null,
        inferred_fields: null,
      });
  });

  test("waits for what is around its span, also where an event without a span tells of it", async () => {
    const ofSpan: Telling = {
      offset: 2,
      fields: { span_id: "b7ad6b7169203331", unresolved_parent_span_id: "00f067aa0ba902b7" },
    };
    const ofLog: Telling = { offset: 1, fields: { agent_name: "claude-code" } };
    for (const batches of [[[ofSpan], [ofLog]], [[ofLog], [ofSpan]], [[ofLog, ofSpan]]])
      expect(await stored(...batches)).toMatchObject({ unresolved_parent_span_id: "00f067aa0ba902b7" });
    const found: Telling = { offset: 3, fields: { span_id: "b7ad6b7169203331" } };
    expect(await stored([ofLog], [found], [ofSpan])).toMatchObject({ unresolved_parent_span_id: null });
  });

  test("is compared with a row that a batch made of several events, also where the same event came last", async () => {
    const waits: Telling = {
      offset: 2,
      fields: { unresolved_parent_span_id: "00f067aa0ba902b7", inferred_fields: ["session_id"] },
    };
    const resolved: Telling = { offset: 1, fields: { status: "running", debug_mode: false } };
    expect(await stored([waits], [resolved, waits])).toMatchObject({
      unresolved_parent_span_id: null,
      inferred_fields: null,
      debug_mode: false,
    });
  });

  test("has a file operation when it has ended, once, with its action's agent", async () => {
    const id = newId();
    const read = { action_name: "Read", action_details: { tool_parameters: { path: "/a" } } };
    const running = event(id, {
      offset: 1,
      fields: { ...read, status: "running", agent_name: "planner" },
    });
    const waits = { unresolved_parent_span_id: "00f067aa0ba902b7", inferred_fields: ["agent_name"] };
    const ended = event(id, { offset: 2, fields: { ...read, ...waits, agent_name: "service" } });
    expect(await writer.write([running])).toMatchObject({ fileOperations: 0 });
    expect(await writer.write([ended])).toMatchObject({ fileOperations: 1 });
    expect(await writer.write([ended, running])).toMatchObject({ fileOperations: 0 });
    expect(
      await oneRow(pool, "select agent_name, file_path from agent_file_operations where action_id = $1", [
        id,
      ]),
    ).toEqual({ agent_name: "planner", file_path: "/a" });
  });

  test("keeps numbers beyond 2^53 in its details", async () => {
    const id = newId();
    const text = (details: string, status: string) =>
      `{"id":"${id}","agent_name":"a","action_type":"tool_call","action_name":"Bash","timestamp":"${AT}","status":"${status}","action_details":${details}}`;
    const placed = (offset: string, record: string) => ({
      ...storable("action", record),
      record: { topic: "t", partition: 0, offset },
    });
    await writer.write([placed("1", text('{"a":12345678901234567890}', "running"))]);
    await writer.write([
      placed("2", text('{"b":98765432109876543210}', "ok")),
      placed("3", text('{"c":11111111111111111111}', "ok")),
    ]);
    expect(
      await oneRow(pool, "select action_details::text as details from agent_actions where id = $1", [id]),
    ).toEqual({
      details: '{"a": 12345678901234567890, "b": 98765432109876543210, "c": 11111111111111111111}',
    });
  });

  test("that began at another time is another row", async () => {
    const id = newId();
    const later = event(id, { offset: 2, fields: { timestamp: "2026-01-02T00:00:00Z" } });
    expect(await writer.write([event(id, RUNNING), later])).toMatchObject({ inserted: 2, merged: 0 });
  });

  test("that nobody waits for is untouched: a record that is read again changes no row version", async () => {
    const id = newId();
    await writer.write([event(id, ENDED)]);
    const version = () => oneRow(pool, "select ctid, merged_at from agent_actions where id = $1", [id]);
    const before = await version();
    await writer.write([event(id, ENDED)]);
    expect(await version()).toEqual(before);
  });
});

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const few = fc.constantFrom("x", "y", "z");
const anyTelling = fc.record({
  fields: fc.record({
    status: maybe(fc.constantFrom("running", "abandoned", "ok", "error")),
    agent_name: few,
    session_id: maybe(few),
    correlation_id: few,
    duration_ms: maybe(fc.nat(2)),
    ended_at: maybe(fc.constantFrom("2026-01-01T00:00:01.000001Z", "2026-01-01T00:00:02Z")),
    error_message: maybe(few),
    on_behalf_of: maybe(fc.constantFrom([], ["a"], ["a", "b"])),
    merged_spans: maybe(fc.constantFrom([], [{ span_id: "1" }])),
    debug_mode: maybe(fc.boolean()),
    action_details: maybe(fc.dictionary(few, fc.oneof(fc.nat(2), fc.constant(null), few), { maxKeys: 3 })),
    span_id: maybe(fc.constant("cccccccccccccccc")),
    unresolved_parent_span_id: maybe(fc.constantFrom("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb")),
    inferred_fields: maybe(fc.subarray(["agent_name", "action_name", "session_id", "correlation_id"])),
    unknown: maybe(fc.nat(2)),
  }),
  partition: fc.nat(1),
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) =>
    permutations(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]),
  );
}

test("events about one action make the same row in every order, split and repetition, and with two writers at a time", async () => {
  const writers = [createBatchWriter(pool), createBatchWriter(pool)] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyTelling, { minLength: 2, maxLength: 4 }),
      fc.infiniteStream(fc.nat(1_000_000)),
      async (told, random) => {
        const tellings = told.map((telling, offset) => ({ ...telling, offset }));
        const wanted = await stored(tellings);
        const nth = () => random.next().value as number;
        const ids: string[] = [];

        // One event a transaction, in every order at once: a row for each.
        const orders = permutations(tellings).map((order) => ({ id: newId(), order }));
        ids.push(...orders.map(({ id }) => id));
        for (const step of tellings.keys())
          await writer.write(
            orders.flatMap(({ id, order }) => (order[step] ? [event(id, order[step])] : [])),
          );

        // With repetitions, cut into batches anywhere, which two writers write at the same time.
        const repeated = Array.from({ length: 4 }, () => {
          const again = tellings.filter(() => nth() % 2 === 0);
          const order = [...tellings, ...again].map((telling) => [nth(), telling] as const);
          return {
            id: newId(),
            order: order.sort(([one], [other]) => one - other).map(([, telling]) => telling),
          };
        });
        ids.push(...repeated.map(({ id }) => id));
        const queue = repeated.flatMap(({ id, order }) => order.map((telling) => event(id, telling)));
        const batches: StorableEvent[][] = [];
        while (queue.length > 0) batches.push(queue.splice(0, 1 + (nth() % 5)));
        const write = async (one: (typeof writers)[number]): Promise<void> => {
          for (let batch = batches.shift(); batch !== undefined; batch = batches.shift())
            await one.write(batch);
        };
        await Promise.all(writers.map(write));

        for (const id of ids) expect(await rowOf(id)).toEqual(wanted);
      },
    ),
    { numRuns: 60 },
  );
});
