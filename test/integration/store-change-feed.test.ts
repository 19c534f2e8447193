import fc from "fast-check";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import type { EventKind } from "../../src/event/index.js";
import {
  type Change,
  type ChangeCursor,
  ChangeCursorLost,
  changeFeedDelay,
  latestChangeCursor,
  readChanges,
} from "../../src/store/change-feed.js";
import { migrate } from "../../src/store/migrate.js";
import { type StorableEvent, StoredEvent } from "../../src/store/stored-event.js";
import { INSERT_OF_KIND } from "../../src/store/tables/insert-of-kind.js";
import { parametersOf } from "../../src/store/tables/table.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { startOwnPostgres } from "../helpers/stack.js";
import { anyAction, oneRow, poolOn, settingsOf, storable } from "./store-fixture.js";

const url = await startOwnPostgres();
await migrate(settingsOf(url));
const pool = poolOn(url);
const writer = createBatchWriter(pool);

const KEYS: Readonly<Partial<Record<EventKind, string>>> = { execution: "execution_id" };
const KINDS = ["action", "routing_decision", "execution"] as const;

/** A copy of three tables, kept by the feed alone. */
class Follower {
  readonly copy = new Map<string, unknown>();
  readonly seen: Change[] = [];
  cursor: ChangeCursor;

  private constructor(cursor: ChangeCursor) {
    this.cursor = cursor;
  }

  static async start(): Promise<Follower> {
    const follower = new Follower(await latestChangeCursor(pool));
    for (const [key, row] of await tables()) follower.copy.set(key, row);
    return follower;
  }

  /** Reads what there is, at most so many changes at a time. */
  async poll(limit: number): Promise<number> {
    const { changes, cursor } = await readChanges(pool, this.cursor, limit);
    this.cursor = JSON.parse(JSON.stringify(cursor)) as ChangeCursor;
    for (const change of changes) {
      this.seen.push(change);
      const { rows } = await pool.query<{ id: string; row: unknown }>(
        `select ${keyOf(change.kind)} as id, to_jsonb(it) as row from ${INSERT_OF_KIND[change.kind].table} it where ${keyOf(change.kind)} = any ($1)`,
        [change.ids],
      );
      expect(rows.map(({ id }) => id).sort()).toEqual([...change.ids].sort());
      for (const { id, row } of rows) this.copy.set(`${change.kind} ${id}`, row);
    }
    return changes.length;
  }

  async catchUp(): Promise<void> {
    while ((await this.poll(3)) > 0);
  }
}

const keyOf = (kind: EventKind): string => KEYS[kind] ?? "id";

async function tables(): Promise<Map<string, unknown>> {
  const all = new Map<string, unknown>();
  for (const kind of KINDS) {
    const { rows } = await pool.query<{ id: string; row: unknown }>(
      `select ${keyOf(kind)} as id, to_jsonb(it) as row from ${INSERT_OF_KIND[kind].table} it`,
    );
    for (const { id, row } of rows) all.set(`${kind} ${id}`, row);
  }
  return all;
}

let numbers = 0;
const uuid = (): string => `01900000-0000-7000-8000-${String(numbers++).padStart(12, "0")}`;
const at = (offset: number) => ({ topic: "t", partition: 0, offset: String(offset) });

/** Events that make rows, change them, and add nothing. */
function eventsOf(id: string): readonly StorableEvent[] {
  const action = (status: string, offset: number) => ({
    ...anyAction({ id, status, timestamp: "2026-01-01T00:00:00Z" }),
    record: at(offset),
  });
  const run = (status: string) => storable("execution", { execution_id: id, id, status, timestamp: 0 });
  return [
    action("running", 1),
    action("ok", 2),
    storable("routing_decision", { id, selected_agent: "a" }),
    run("in_progress"),
    run("success"),
  ];
}

test("whatever the order of writes, commits and rollbacks: what a reader is told, in order, makes the tables", async () => {
  await writer.write(eventsOf(uuid()));
  const clients = await Promise.all([pool.connect(), pool.connect()]);
  try {
    await tellEverySchedule(clients);
  } finally {
    for (const client of clients) client.release();
  }
});

async function tellEverySchedule(clients: readonly pg.PoolClient[]): Promise<void> {
  // A write waits for another transaction that writes the same row, so each client has rows of its own here.
  const anyStep = fc.record({
    who: fc.nat(1),
    does: fc.constantFrom("write", "write", "write", "commit", "rollback", "poll"),
    event: fc.nat(4),
    row: fc.nat(2),
    limit: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
      const reader = await Follower.start();
      const begun = await countChanges();
      const rows = clients.map(() => [uuid(), uuid(), uuid()].map(eventsOf));
      const open = clients.map(() => false);
      for (const { who, does, event, row, limit } of steps) {
        const client = clients[who] as pg.PoolClient;
        if (does === "poll") await reader.poll(limit);
        else if (does === "write") {
          if (!open[who]) await client.query("begin");
          open[who] = true;
          await insert(client, rows[who]?.[row]?.[event] as StorableEvent);
        } else if (open[who]) {
          await client.query(does);
          open[who] = false;
        }
      }
      for (const [who, client] of clients.entries()) if (open[who]) await client.query("commit");
      await reader.catchUp();
      expect(reader.copy).toEqual(await tables());
      expect(reader.seen).toHaveLength((await countChanges()) - begun);
      expect(await reader.poll(100)).toBe(0);
    }),
    { numRuns: 40 },
  );
}

async function insert(client: pg.PoolClient, event: StorableEvent): Promise<void> {
  const row = new StoredEvent(event);
  const { statement, columns, sameKey } = INSERT_OF_KIND[row.kind];
  const ids = typeof sameKey === "function" ? [null] : [];
  await client.query(statement.text, [...parametersOf(columns, [row]), ...ids]);
}

async function countChanges(): Promise<number> {
  return (await oneRow<{ count: number }>(pool, "select count(*)::int from agent_action_changes")).count;
}

test("with two writers of the same rows and a reader, all at the same time", async () => {
  const reader = await Follower.start();
  const batches = Array.from({ length: 30 }, () => Array.from({ length: 5 }, () => eventsOf(uuid())).flat());
  let writing = true;
  const write = async (order: readonly StorableEvent[][]): Promise<void> => {
    const own = createBatchWriter(pool);
    for (const batch of order) await own.write(batch);
  };
  const read = async (): Promise<void> => {
    while (writing) await reader.poll(2);
  };
  const reading = read();
  await Promise.all([write(batches), write(batches.map((batch) => batch.toReversed()).toReversed())]).finally(
    () => {
      writing = false;
    },
  );
  await reading;
  await reader.catchUp();
  expect(reader.copy).toEqual(await tables());
});

describe("the feed", () => {
  test("has a change for each kind of a transaction, with keys and times to the microsecond, and none for a duplicate", async () => {
    const reader = await Follower.start();
    const id = uuid();
    const batch = [
      anyAction({ id, timestamp: "2026-01-01T00:00:00.000001Z" }),
      storable("routing_decision", { id, timestamp: "2026-01-02T00:00:00Z" }),
      storable("span_attribution", { trace_id: "t", span_id: "s" }),
    ];
    await writer.write(batch);
    await writer.write(batch);
    await reader.catchUp();
    expect(reader.seen).toEqual([
      { kind: "action", ids: [id], createdAts: ["2026-01-01T00:00:00.000001Z"] },
      { kind: "routing_decision", ids: [id], createdAts: ["2026-01-02T00:00:00.000000Z"] },
    ]);
  });

  test("tells of actions that are completed by a span attribution", async () => {
    const [trace_id, parent] = ["0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7"];
    const id = uuid();
    const waits = { trace_id, span_id: "b7ad6b7169203331", unresolved_parent_span_id: parent };
    await writer.write([anyAction({ id, ...waits, inferred_fields: ["agent_name"] })]);
    const reader = await Follower.start();
    await writer.write([storable("span_attribution", { trace_id, span_id: parent, agent_name: "found" })]);
    await reader.catchUp();
    expect(reader.seen.map(({ kind, ids }) => [kind, ids])).toEqual([["action", [id]]]);
    expect(reader.copy.get(`action ${id}`)).toMatchObject({ agent_name: "found" });
  });

  test("stands still at a transaction that is open, and says for how long", async () => {
    const reader = await Follower.start();
    const client = await pool.connect();
    try {
      await client.query("begin");
      await insert(client, anyAction());
      await writer.write([anyAction()]);
      expect(await reader.poll(10)).toBe(0);
      expect(await changeFeedDelay(pool)).toBeGreaterThan(0);
      await client.query("commit");
    } finally {
      client.release();
    }
    expect(await reader.poll(10)).toBe(2);
    expect(await changeFeedDelay(pool)).toBe(0);
  });

  test("keeps seven days, and a reader that was away for longer hears that it has missed some", async () => {
    await writer.write([anyAction()]);
    const early = await Follower.start();
    await writer.write([anyAction()]);
    await early.catchUp();
    const place = early.cursor;
    await writer.write([anyAction()]);
    const late = await Follower.start();
    const today = Math.floor(Date.now() / 86_400_000);
    const slot = (daysAgo: number) => (today - daysAgo + 16) % 16;
    const forget = async (daysAgo: number): Promise<number> => {
      await pool.query("update agent_action_changes set day_slot = $1", [slot(daysAgo)]);
      const { forgotten } = await oneRow<{ forgotten: number }>(
        pool,
        "select forget_old_agent_action_changes() as forgotten",
      );
      return forgotten;
    };
    for (const daysAgo of [0, 1, 7]) expect(await forget(daysAgo)).toBe(0);
    expect((await readChanges(pool, place)).changes).toHaveLength(1);
    expect(await forget(8)).toBe(1);
    expect(await countChanges()).toBe(0);
    await expect(readChanges(pool, place)).rejects.toThrow(ChangeCursorLost);
    // Nothing that came after this place is gone.
    expect((await readChanges(pool, late.cursor)).changes).toEqual([]);
    await writer.write([anyAction()]);
    expect((await readChanges(pool, late.cursor)).changes).toHaveLength(1);
  });

  test.each([
    ["another database", { installation: "01900000-0000-7000-8000-00000000ffff" }],
    ["the future", { xactId: "9000000000000000000" }],
  ])("refuses a cursor of %s", async (_, change) => {
    const cursor = { ...(await latestChangeCursor(pool)), ...change };
    await expect(readChanges(pool, cursor)).rejects.toThrow(ChangeCursorLost);
  });
});

test("a reader that is behind reads up to where others stand, and is there when nothing is left before it", async () => {
  const from = await latestChangeCursor(pool);
  await writer.write([anyAction()]);
  const others = await latestChangeCursor(pool);
  await writer.write([anyAction()]);
  const some = await readChanges(pool, from, 100, others);
  expect([some.changes.length, some.cursor]).toEqual([1, others]);
  expect((await readChanges(pool, some.cursor)).changes).toHaveLength(1);
  const whole = await readChanges(pool, from, 1, others);
  expect(whole.cursor).not.toEqual(others);
  expect(await readChanges(pool, whole.cursor, 100, others)).toEqual({ changes: [], cursor: others });
});
