import { describe, expect, test } from "vitest";
import type { ShownAction } from "../../../src/cli/actions/shown-action.js";
import { ShownRows } from "../../../src/cli/tail/shown-rows.js";
import { createTailFeed, type TailEvent, type TailReader } from "../../../src/cli/tail/tail-feed.js";
import { ChangeCursorLost } from "../../../src/store/change-feed.js";

const rowOf = (id: string, status = "ok"): ShownAction => ({
  id,
  created_at: new Date(0),
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
});

/** Rows, and a feed that names them in the order in which they were written. */
class FakeTable implements TailReader {
  readonly rowsById = new Map<string, ShownAction>();
  readonly named: string[] = [];
  isForgotten = false;
  /** The look after this many readings of rows breaks off. */
  breaksAfter = Number.POSITIVE_INFINITY;
  largest = 0;

  write(id: string, status?: string): void {
    this.rowsById.set(id, rowOf(id, status));
    this.named.push(id);
  }

  remove(id: string): void {
    this.rowsById.delete(id);
    this.named.push(id);
  }

  latestCursor = async () => ({ installation: "", xactId: "", position: String(this.named.length) });

  readChanges: TailReader["readChanges"] = async ({ position }) => {
    if (this.isForgotten) {
      this.isForgotten = false;
      throw new ChangeCursorLost("forgotten");
    }
    const ids = this.named.slice(Number(position), Number(position) + 1_000);
    const changes = ids.length === 0 ? [] : [{ kind: "action" as const, ids, createdAts: ids.map(() => "") }];
    return {
      changes,
      cursor: { installation: "", xactId: "", position: String(Number(position) + ids.length) },
    };
  };

  async *there() {
    yield* this.rowsById.values();
  }

  rows: TailReader["rows"] = async (keys) => {
    if (this.breaksAfter-- === 0) throw new Error("the connection is gone");
    this.largest = Math.max(this.largest, keys.length);
    return keys.flatMap(({ id }) => this.rowsById.get(id) ?? []);
  };

  removed: TailReader["removed"] = async (keys) =>
    keys.map(({ id }) => id).filter((id) => !this.rowsById.has(id));
}

const textOf = (event: TailEvent): string =>
  "row" in event ? `${event.row.id} ${event.row.status}` : "gone" in event ? `${event.gone} gone` : "missed";

async function taken(events: AsyncIterable<TailEvent>): Promise<string[]> {
  const texts: string[] = [];
  for await (const event of events) texts.push(textOf(event));
  return texts;
}

async function begun(table: FakeTable) {
  const feed = createTailFeed(table);
  for await (const _ of feed.start({}));
  return feed;
}

describe("the feed of tail", () => {
  test("begins with what is there, and goes on with what is written, changed and removed", async () => {
    const table = new FakeTable();
    table.write("there");
    const feed = createTailFeed(table);
    const first: string[] = [];
    for await (const { id } of feed.start({})) first.push(id);
    expect(first).toEqual(["there"]);
    table.write("a", "running");
    expect(await taken(feed.look())).toEqual(["a running"]);
    table.write("a", "ok");
    table.write("b");
    table.remove("there");
    expect(await taken(feed.look())).toEqual(["a ok", "b ok", "there gone"]);
    expect(await taken(feed.look())).toEqual([]);
  });

  test("reads few rows at a time, and a look that breaks off is done again", async () => {
    const table = new FakeTable();
    const feed = await begun(table);
    for (let number = 0; number < 1_500; number++) table.write(String(number));
    table.breaksAfter = 3;
    await expect(taken(feed.look())).rejects.toThrow("gone");
    const all = await taken(feed.look());
    expect(new Set(all).size).toBe(1_500);
    expect(table.largest).toBeLessThanOrEqual(200);
  });

  test("a place that is forgotten is said to be, and the feed goes on from now", async () => {
    const table = new FakeTable();
    const feed = await begun(table);
    table.isForgotten = true;
    expect(await taken(feed.look())).toEqual(["missed"]);
    table.write("after");
    expect(await taken(feed.look())).toEqual(["after ok"]);
  });
});

describe("what was shown", () => {
  test("is shown again only as something else, and has a name when it goes", () => {
    const shown = new ShownRows();
    expect(shown.isNews(rowOf("a"), "running")).toBe(true);
    expect(shown.isNews(rowOf("a"), "running")).toBe(false);
    expect(shown.isNews(rowOf("a"), "ok")).toBe(true);
    expect(shown.take("a")).toBe("agent  Read");
    expect(shown.take("a")).toBeUndefined();
  });

  test("is forgotten from the oldest on", () => {
    const shown = new ShownRows();
    for (let number = 0; number <= 20_000; number++) shown.isNews(rowOf(String(number)), "text");
    expect(shown.take("0")).toBeUndefined();
    expect(shown.take("1")).toBeDefined();
  });
});
