import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { abandonActions, type ReadState, restoreActions } from "../../src/store/producers/abandon-actions.js";
import { foldArrivals, MAX_GAPS } from "../../src/store/producers/fold-arrivals.js";
import { producerCounts, settleSequences } from "../../src/store/producers/producer-counts.js";
import { createBatchWriter, type StorableEvent } from "../../src/store/write-batch.js";
import { anyAction, migratedPool, oneRow, storable } from "./store-fixture.js";

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

/** The same with a number of a producer. */
const numbered = (event: StorableEvent, epoch: string, sequence: number): StorableEvent => ({
  ...event,
  record: {
    topic: "topic",
    partition: 0,
    offset: String(sequence),
    timestampMillis: AT,
    headers: { "producer-epoch": Buffer.from(epoch), "producer-sequence": Buffer.from(String(sequence)) },
  },
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

/** Everything was read until now, and Kafka has responded all the time. */
async function readUntilNow(graceMillis = 0): Promise<ReadState> {
  return { readUpTo: await foldArrivals(pool), attentiveSince: 0, graceMillis };
}

async function settled(): Promise<void> {
  // The first time notes what is known, the second one holds it against what has arrived.
  for (let times = 0; times < 2; times++) {
    await foldArrivals(pool);
    await settleSequences(pool, { ...(await readUntilNow()), readUpTo: Date.now() });
  }
}

describe("numbers of producers", () => {
  const rowOf = (epoch: string) =>
    oneRow<Record<"sequences" | "contiguous" | "highest" | "missing", string> & { gaps: number[][] | null }>(
      pool,
      `select sequences::text, contiguous_sequence as contiguous, highest_sequence as highest, missing,
         (select array_agg(array[first_sequence, last_sequence]::int[] order by first_sequence)
          from agent_producer_gaps gap where gap.producer_epoch = producer.producer_epoch) as gaps
       from agent_producers producer where producer_epoch = $1`,
      [epoch],
    );

  test("are the set of those that arrived, whatever the batches, their order, repetitions, and when they are gathered", async () => {
    let runs = 0;
    const batches = fc.array(
      fc.record({
        sequences: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }),
        fold: fc.boolean(),
      }),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(batches, async (given) => {
        const epoch = `set ${runs++}`;
        const events = new Map<number, StorableEvent>();
        const eventOf = (sequence: number) => {
          const event = events.get(sequence) ?? numbered(anyAction(), epoch, sequence);
          events.set(sequence, event);
          return event;
        };
        for (const { sequences, fold } of given) {
          const [first = 1, ...others] = sequences;
          // Two writers at a time, and the same records again.
          await Promise.all([
            writer.write(others.map(eventOf)),
            writer.noteArrivals([eventOf(first).record as never]),
          ]);
          await writer.write(sequences.map(eventOf));
          if (fold) await Promise.all([foldArrivals(pool), foldArrivals(pool)]);
        }
        await settled();
        const arrived = new Set(events.keys());
        const highest = Math.max(...arrived);
        const missing = Array.from({ length: highest }, (_, at) => at + 1).filter(
          (number) => !arrived.has(number),
        );
        const row = await rowOf(epoch);
        expect({
          highest: Number(row.highest),
          contiguous: Number(row.contiguous),
          missing: (row.gaps ?? []).flatMap(([from = 0, to = 0]) =>
            Array.from({ length: to - from + 1 }, (_, at) => from + at),
          ),
          count: Number(row.missing),
        }).toEqual({ highest, contiguous: (missing[0] ?? highest + 1) - 1, missing, count: missing.length });
      }),
      { numRuns: 25 },
    );
  });

  test("of an event that Postgres refuses have arrived, those of a transaction that failed have not", async () => {
    const refused = numbered(anyAction({ action_details: { n: 1 } }), "refused", 2);
    const outOfRange = { ...refused, text: refused.text.replace('"n":1', '"n":1e999999') };
    const batch = [
      numbered(anyAction(), "refused", 1),
      { ...outOfRange },
      numbered(anyAction(), "refused", 3),
    ];
    (batch[1] as { valid: unknown }).valid = {
      ...refused.valid,
      event: { ...refused.valid.event, duration_ms: 2 ** 40 },
    };
    expect((await writer.write(batch)).refused).toMatchObject([{ index: 1, sqlstate: "22003" }]);
    await settled();
    expect(await rowOf("refused")).toMatchObject({ sequences: "{[1,4)}", missing: "0" });
  });

  test("are missing only when they had the grace to arrive since Kafka was read past what showed them", async () => {
    await writer.write([numbered(anyAction(), "grace", 5)]);
    const { readUpTo } = await readUntilNow();
    const missing = async () => (await rowOf("grace")).missing;
    const settle = (seconds: number, attentiveSeconds = 0) =>
      settleSequences(pool, {
        readUpTo: readUpTo + seconds,
        attentiveSince: attentiveSeconds === 0 ? 0 : readUpTo + attentiveSeconds,
        graceMillis: 60_000,
      });
    await settle(1);
    await settle(59);
    await settle(90, 80);
    expect(await missing()).toBe("0");
    await settle(90);
    expect(await missing()).toBe("4");
    await writer.write([numbered(anyAction(), "grace", 3)]);
    await foldArrivals(pool);
    expect(await rowOf("grace")).toMatchObject({
      missing: "3",
      gaps: [
        [1, 2],
        [4, 4],
      ],
    });
  });

  test("that the producer gave up, or has still to send, are missing and not lost", async () => {
    const epoch = "accounted";
    await writer.write([
      numbered(anyAction(), epoch, 2),
      heartbeat({ producer_epoch: epoch, last_sequence: 10, given_up: 3, unacknowledged: 4 }, 1),
    ]);
    await settled();
    const losses = () =>
      oneRow(pool, "select missing, given_up, lost from agent_producer_losses where producer_epoch = $1", [
        epoch,
      ]);
    expect(await losses()).toEqual({ missing: "9", given_up: "3", lost: "2" });
    // What it had still to send is lost with it.
    await pool.query("update agent_producers set status = 'gone' where producer_epoch = $1", [epoch]);
    expect(await losses()).toEqual({ missing: "9", given_up: "3", lost: "6" });
  });

  test.each([true, false])(
    "have a bounded number of gaps: the first ones are filled, and counted (new: %s)",
    async (isNew) => {
      const epoch = `bounded ${isNew}`;
      const gaps = MAX_GAPS + 5;
      if (!isNew) {
        await writer.write([numbered(anyAction(), epoch, 2)]);
        await foldArrivals(pool);
      }
      await pool.query(
        `insert into agent_producer_sequences
       select $1, range_agg(int8range(2 * n, 2 * n + 1)), now(), now() from generate_series(1, $2) as n`,
        [epoch, gaps],
      );
      await settled();
      expect(
        await oneRow(
          pool,
          `select gaps_truncated, missing, contiguous_sequence, (select count(*) from agent_producer_gaps gap where gap.producer_epoch = $1) as gaps
         from agent_producers where producer_epoch = $1`,
          [epoch],
        ),
      ).toEqual({
        gaps_truncated: "6",
        missing: String(gaps),
        contiguous_sequence: "12",
        gaps: String(MAX_GAPS - 1),
      });
    },
  );
});

describe("what a producer left open", () => {
  const OPEN = {
    status: "running",
    started_at: AT,
    correlation_id: "run",
    trace_id: "t",
    action_details: { step: 1 },
  };

  /** An action, and an execution, of a producer that says it is alive. */
  async function openRows(epoch: string, openActions = 2) {
    const running = numbered(anyAction({ ...OPEN, id: `${epoch} action` }), epoch, 1);
    const execution = numbered(
      storable("execution", { execution_id: epoch, status: "in_progress" }),
      epoch,
      2,
    );
    await writer.write([
      running,
      execution,
      heartbeat({ producer_epoch: epoch, open_actions: openActions, interval_ms: 1 }, 1),
    ]);
    return { running, execution };
  }

  const rowsOf = (epoch: string) =>
    oneRow(
      pool,
      `select action.state, action.status, action.last_seen_at, log.status as execution, log.last_seen_at as execution_seen_at,
         producer.status as producer, producer.abandoned_rows
       from agent_actions action, agent_execution_logs log, agent_producers producer
       where action.producer_epoch = $1 and log.producer_epoch = $1 and producer.producer_epoch = $1`,
      [epoch],
    );

  const actionOf = (epoch: string) =>
    oneRow(
      pool,
      "select to_jsonb(action) - 'merged_at' as row from agent_actions action where producer_epoch = $1",
      [epoch],
    );

  const abandoned = {
    state: "abandoned",
    status: "abandoned",
    last_seen_at: new Date(AT + 1_000),
    execution: "abandoned",
    execution_seen_at: new Date(AT + 1_000),
    producer: "gone",
    abandoned_rows: "2",
  };
  const running = {
    state: "running",
    status: "running",
    last_seen_at: null,
    execution: "in_progress",
    execution_seen_at: null,
    producer: "alive",
    abandoned_rows: "0",
  };

  test("is abandoned once it was silent for the grace, by one of several instances, and named in the change feed", async () => {
    const { running: action } = await openRows("silent");
    const state = await readUntilNow();
    for (const early of [
      { graceMillis: 60_000 },
      { readUpTo: state.readUpTo - 3_600 },
      { attentiveSince: state.readUpTo, graceMillis: 1 },
    ])
      expect(await abandonActions(pool, { ...state, ...early })).toMatchObject({ actions: 0, executions: 0 });
    expect(await rowsOf("silent")).toEqual(running);

    await pool.query("truncate agent_action_changes");
    const late = { ...state, readUpTo: state.readUpTo + 10 };
    const done = await Promise.all([
      abandonActions(pool, late),
      abandonActions(pool, late),
      abandonActions(pool, late),
    ]);
    expect(done.map(({ actions }) => actions).sort()).toEqual([0, 0, 1]);
    expect(done.map(({ executions }) => executions).sort()).toEqual([0, 0, 1]);
    expect(await rowsOf("silent")).toEqual(abandoned);
    const { rows: changes } = await pool.query(
      "select kind, cardinality(ids) as rows from agent_action_changes order by kind",
    );
    expect(changes).toEqual([
      { kind: "action", rows: 1 },
      { kind: "execution", rows: 1 },
    ]);
    // Read again, and told once more by another record: it stays abandoned.
    await writer.write([action]);
    await writer.write([{ ...action, record: { ...action.record, offset: "77" } } as StorableEvent]);
    expect(await rowsOf("silent")).toEqual(abandoned);
  });

  test("leaves its producer gone when a record arrives late, although its heartbeat said that nothing was open", async () => {
    const { running: action } = await openRows("late", 0);
    const silent = async () => {
      const state = await readUntilNow();
      await abandonActions(pool, { ...state, readUpTo: state.readUpTo + 10 });
      return rowsOf("late");
    };
    expect(await silent()).toEqual(abandoned);
    await writer.noteArrivals([
      {
        ...(action.record as NonNullable<typeof action.record>),
        headers: { "producer-epoch": "late", "producer-sequence": "9" },
      },
    ]);
    await foldArrivals(pool);
    expect(await silent()).toEqual(abandoned);
  });

  test("is not abandoned while numbers of its producer wait to be gathered", async () => {
    await openRows("ungathered");
    const state = await readUntilNow();
    await writer.write([numbered(anyAction(), "ungathered", 3)]);
    await abandonActions(pool, { ...state, readUpTo: state.readUpTo + 10 });
    const { rows } = await pool.query(
      "select state from agent_actions where producer_epoch = 'ungathered' order by 1",
    );
    expect(rows).toEqual([{ state: "ended" }, { state: "running" }]);
  });

  test("is abandoned at once when the producer says that it has ended, without any grace", async () => {
    await openRows("over");
    await writer.write([heartbeat({ producer_epoch: "over", status: "ended", open_actions: 2 }, 2)]);
    const state = await readUntilNow(3_600_000);
    await abandonActions(pool, { ...state, readUpTo: state.readUpTo - 3_600 });
    expect(await rowsOf("over")).toMatchObject({ state: "running" });
    await abandonActions(pool, state);
    expect(await rowsOf("over")).toEqual({
      ...abandoned,
      last_seen_at: new Date(AT + 2_000),
      execution_seen_at: new Date(AT + 2_000),
      producer: "ended",
    });
  });

  test("is running again, as it was, when heartbeats go on; an event alone does not bring it back", async () => {
    const { running: action } = await openRows("back");
    const before = await actionOf("back");
    const state = await readUntilNow();
    await abandonActions(pool, { ...state, readUpTo: state.readUpTo + 10 });
    await writer.noteArrivals([
      {
        ...(action.record as NonNullable<typeof action.record>),
        headers: { "producer-epoch": "back", "producer-sequence": "9" },
      },
    ]);
    await foldArrivals(pool);
    await restoreActions(pool);
    expect(await rowsOf("back")).toEqual(abandoned);
    await writer.write([heartbeat({ producer_epoch: "back", open_actions: 2 }, 2)]);
    const done = await Promise.all([restoreActions(pool), restoreActions(pool)]);
    expect(done.map(({ actions, executions }) => actions + executions).sort()).toEqual([0, 2]);
    expect(await rowsOf("back")).toEqual(running);
    expect(await actionOf("back")).toEqual(before);
    const again = await readUntilNow();
    await abandonActions(pool, { ...again, readUpTo: again.readUpTo + 40 });
    expect(await rowsOf("back")).toMatchObject({ state: "abandoned", producer: "gone", abandoned_rows: "2" });
  });

  test("has the end that comes after all, whenever the producer was taken for gone", async () => {
    for (const epoch of ["late", "before"]) {
      const { execution } = await openRows(epoch);
      const end = {
        ...OPEN,
        id: `${epoch} action`,
        status: "ok",
        action_details: { result: 2 },
        duration_ms: 7,
      };
      const ended = [
        numbered(anyAction({ ...end, action_name: "the end" }), epoch, 3),
        numbered(storable("execution", { execution_id: epoch, status: "success" }), epoch, 4),
      ];
      if (epoch === "before") await writer.write(ended);
      const state = await readUntilNow();
      await abandonActions(pool, { ...state, readUpTo: state.readUpTo + 10 });
      await writer.write(ended);
      await writer.write([execution]);
      expect(await rowsOf(epoch)).toMatchObject({ state: "ended", status: "ok", execution: "success" });
      expect(
        await oneRow(
          pool,
          "select action_name, action_details, duration_ms from agent_actions where producer_epoch = $1",
          [epoch],
        ),
      ).toMatchObject({ action_name: "the end", action_details: { step: 1, result: 2 }, duration_ms: 7 });
    }
  });

  test("is nothing: a silent producer is idle then, and one without heartbeats stays as it is", async () => {
    await writer.write([heartbeat({ producer_epoch: "quiet" }, 1), numbered(anyAction(OPEN), "mute", 1)]);
    const state = await readUntilNow();
    await abandonActions(pool, { ...state, readUpTo: state.readUpTo + 40 });
    const { rows } = await pool.query(
      "select producer_epoch, status, judged_at is not null as judged from agent_producers where producer_epoch in ('quiet', 'mute') order by 1",
    );
    expect(rows).toEqual([
      { producer_epoch: "mute", status: "alive", judged: false },
      { producer_epoch: "quiet", status: "idle", judged: true },
    ]);
    expect(await producerCounts(pool)).toMatchObject({
      idle: expect.any(Number),
      abandoned: expect.any(Number),
    });
  });
});

test("the queries of docs/producers.md can be asked", async () => {
  const page = await readFile("docs/producers.md", "utf8");
  const blocks = [...page.matchAll(/```sql\n([^`]+)```/g)].map(([, sql = ""]) => sql);
  expect(blocks.length).toBeGreaterThan(1);
  for (const sql of blocks) await expect(pool.query(sql)).resolves.toBeDefined();
});
