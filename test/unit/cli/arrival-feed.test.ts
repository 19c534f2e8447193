import { describe, expect, test } from "vitest";
import type { ShownAction } from "../../../src/cli/actions/shown-action.js";
import {
  type ArrivalReader,
  createArrivalFeed,
  FAR_MILLIS,
  type FeedStart,
  NEAR_MILLIS,
} from "../../../src/cli/tail/arrival-feed.js";

const NOW = 1_700_000_000_000;

interface Written {
  readonly row: ShownAction;
  readonly transaction: number;
  visible: boolean;
}

/** A table as Postgres shows it: transactions begin in order, commit in any, and until then nobody sees their rows. */
class FakeTable implements ArrivalReader {
  readonly #rows: Written[] = [];
  #nextTransaction = 1;

  /** Begins a transaction that writes a row of an action of this age, and answers how to commit it. */
  write(id: string, ageMillis = 0, status = "ok"): () => void {
    const written = {
      row: rowOf(id, ageMillis, status),
      transaction: this.#nextTransaction++,
      visible: false,
    };
    this.#rows.push(written);
    return () => {
      written.visible = true;
    };
  }

  async horizon(): Promise<string> {
    const open = this.#rows.filter(({ visible }) => !visible).map(({ transaction }) => transaction);
    return String(Math.min(this.#nextTransaction, ...open));
  }

  async *there({ since = new Date(0), latest }: FeedStart): AsyncIterable<ShownAction> {
    const rows = this.#visible().filter(({ created_at }) => created_at >= since);
    yield* latest === undefined ? rows : rows.slice(Math.max(0, rows.length - latest));
  }

  async *writtenSince(horizon: string, time: Date): AsyncIterable<ShownAction> {
    yield* this.#visible(Number(horizon)).filter(({ created_at }) => created_at >= time);
  }

  #visible(from = 0): ShownAction[] {
    return this.#rows
      .filter(({ visible, transaction }) => visible && transaction >= from)
      .map(({ row }) => row)
      .sort((one, other) => one.created_at.getTime() - other.created_at.getTime());
  }
}

function rowOf(id: string, ageMillis: number, status: string): ShownAction {
  return {
    id,
    created_at: new Date(NOW - ageMillis),
    agent_name: "agent",
    action_type: "tool_call",
    action_name: "Read",
    action_details: {},
    duration_ms: 1,
    status,
    error_message: null,
    project_name: null,
    project_path: null,
    span_id: null,
    parent_span_id: null,
  };
}

async function ids(rows: AsyncIterable<ShownAction>): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of rows) found.push(id);
  return found;
}

function started(table: FakeTable, latest = 10) {
  const feed = createArrivalFeed(table, () => NOW);
  return { feed, begin: () => ids(feed.start({ latest })) };
}

describe("the feed of arriving rows", () => {
  test("begins with the latest rows and then shows what arrives", async () => {
    const table = new FakeTable();
    for (const id of ["a", "b", "c"]) table.write(id)();
    const { feed, begin } = started(table, 2);
    expect(await begin()).toEqual(["b", "c"]);
    table.write("d")();
    expect(await ids(feed.look("near"))).toEqual(["d"]);
    expect(await ids(feed.look("near"))).toEqual([]);
  });

  test("shows a row whose action began before others that were shown already", async () => {
    const table = new FakeTable();
    const { feed, begin } = started(table);
    await begin();
    table.write("young", 0)();
    expect(await ids(feed.look("near"))).toEqual(["young"]);
    table.write("old", NEAR_MILLIS - 1)();
    expect(await ids(feed.look("near"))).toEqual(["old"]);
  });

  test("does not miss a row of a transaction that commits after later ones", async () => {
    const table = new FakeTable();
    const { feed, begin } = started(table);
    await begin();
    const commitEarly = table.write("early");
    table.write("late")();
    expect(await ids(feed.look("near"))).toEqual(["late"]);
    expect(await ids(feed.look("near"))).toEqual([]);
    commitEarly();
    expect(await ids(feed.look("near"))).toEqual(["early"]);
    expect(await ids(feed.look("near"))).toEqual([]);
  });

  test("a transaction that stays open brings back nothing that was there before", async () => {
    const table = new FakeTable();
    table.write("open");
    for (const id of ["a", "b", "c"]) table.write(id)();
    const { feed, begin } = started(table, 1);
    expect(await begin()).toEqual(["c"]);
    expect(await ids(feed.look("near"))).toEqual([]);
    expect(await ids(feed.look("far"))).toEqual([]);
    table.write("d")();
    expect(await ids(feed.look("near"))).toEqual(["d"]);
    expect(await ids(feed.look("far"))).toEqual([]);
    expect(await ids(feed.look("far"))).toEqual([]);
  });

  test("a far look finds the row of a long action, once", async () => {
    const table = new FakeTable();
    const { feed, begin } = started(table);
    await begin();
    table.write("long", FAR_MILLIS - 1)();
    table.write("short")();
    expect(await ids(feed.look("near"))).toEqual(["short"]);
    expect(await ids(feed.look("far"))).toEqual(["long"]);
    expect(await ids(feed.look("near"))).toEqual([]);
    expect(await ids(feed.look("far"))).toEqual([]);
  });

  test("--since widens how far back it looks", async () => {
    const table = new FakeTable();
    const feed = createArrivalFeed(table, () => NOW);
    const since = new Date(NOW - 3 * FAR_MILLIS);
    table.write("older", 4 * FAR_MILLIS)();
    table.write("there", 2 * FAR_MILLIS)();
    expect(await ids(feed.start({ since }))).toEqual(["there"]);
    table.write("came", 2 * FAR_MILLIS)();
    expect(await ids(feed.look("far"))).toEqual(["came"]);
  });

  test("an action that is completed later is shown again in its new state", async () => {
    const table = new FakeTable();
    const { feed, begin } = started(table);
    await begin();
    table.write("a", 0, "running")();
    expect(await ids(feed.look("near"))).toEqual(["a"]);
    table.write("a", 0, "ok")();
    expect(await ids(feed.look("near"))).toEqual(["a"]);
  });

  test("a look that breaks off is made up for by the next one", async () => {
    const table = new FakeTable();
    let breaks = true;
    const flaky: ArrivalReader = {
      horizon: () => table.horizon(),
      there: (from) => table.there(from),
      async *writtenSince(horizon, time) {
        for await (const row of table.writtenSince(horizon, time)) {
          yield row;
          if (breaks) throw new Error("the connection is gone");
        }
      },
    };
    const feed = createArrivalFeed(flaky, () => NOW);
    await ids(feed.start({ latest: 0 }));
    for (const id of ["a", "b", "c"]) table.write(id)();
    const shown: string[] = [];
    await expect(
      (async () => {
        for await (const { id } of feed.look("near")) shown.push(id);
      })(),
    ).rejects.toThrow("gone");
    breaks = false;
    shown.push(...(await ids(feed.look("far"))));
    expect(shown).toEqual(["a", "b", "c"]);
  });

  test("whatever the order of commits and looks, every row is shown exactly once", async () => {
    const table = new FakeTable();
    const { feed, begin } = started(table);
    await begin();
    const open: (() => void)[] = [];
    const shown: string[] = [];
    let seed = 42;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    for (let step = 0; step < 2_000; step++) {
      open.push(table.write(String(step), random(FAR_MILLIS / 1_000) * 1_000));
      if (random(3) > 0) open.splice(random(open.length), 1)[0]?.();
      if (random(5) === 0) shown.push(...(await ids(feed.look(random(4) === 0 ? "far" : "near"))));
    }
    for (const commit of open) commit();
    shown.push(...(await ids(feed.look("far"))));
    expect(shown).toHaveLength(2_000);
    expect(new Set(shown).size).toBe(2_000);
  });
});
