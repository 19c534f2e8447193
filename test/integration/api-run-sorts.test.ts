import { expect, test } from "vitest";
import { advance, pending, refreshBucket } from "../../src/statistics/statistics-statements.js";
import { apiOn, pool, write } from "./api-harness.js";
import { catchUp } from "./statistics-harness.js";

const HOUR = 3_600_000;
const { ask } = apiOn({
  tokens: { "of-the-shop": { scopes: ["read"], projects: ["shop"] } },
});
const SORTS = ["started_at", "last_activity_at", "duration_ms", "actions", "failed_actions"] as const;
type Sort = (typeof SORTS)[number];

const action = (run: string, hoursAgo: number, fields: object = {}) => ({
  agent_name: "coder",
  action_type: "tool_call",
  action_name: "Read",
  correlation_id: run,
  timestamp: new Date(Date.now() - hoursAgo * HOUR).toISOString(),
  duration_ms: 1_000,
  project_name: "shop",
  ...fields,
});

/** What the rows say, by the project that a caller may see. */
async function expected(sort: Sort, project?: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select name from (
       select correlation_text as name, correlation_id, min(created_at) as started_at, count(*) as actions,
         max(created_at + duration_ms * interval '1 millisecond') as last_activity_at,
         count(*) filter (where status = 'error') as failed_actions
       from agent_actions where $1::text is null or project_name = $1 group by 1, 2
     ) as run order by ${sort === "duration_ms" ? "last_activity_at - started_at" : sort} desc, correlation_id desc`,
    [project],
  );
  return rows.map(({ name }) => name);
}

async function listed(query: string, token?: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let cursor = ""; ; ) {
    const { status, body } = await ask(
      `/runs?last=all&${query}${cursor}`,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    );
    expect([status, body]).toMatchObject([200, {}]);
    found.push(...body.data.map((row: { correlation_text: string }) => row.correlation_text));
    if (body.next === null) return found;
    cursor = `&cursor=${body.next}`;
  }
}

async function expectSorted(): Promise<void> {
  for (const sort of SORTS)
    expect([sort, await listed(`sort=${sort}`)]).toEqual([sort, await expected(sort)]);
}

/** By pages, the other way round, with a filter that every run fits, and for a caller who sees one project. */
async function expectSortedEveryWay(): Promise<void> {
  for (const sort of SORTS) {
    const wanted = await expected(sort);
    expect([sort, await listed(`sort=${sort}&limit=2`)]).toEqual([sort, wanted]);
    expect([sort, await listed(`sort=${sort}&order=asc&agent=coder`)]).toEqual([sort, wanted.toReversed()]);
    expect([sort, await listed(`sort=${sort}`, "of-the-shop")]).toEqual([sort, await expected(sort, "shop")]);
  }
}

test("runs are sorted by what their rows say, however far the statistics have come", async () => {
  await write("action", [
    action("short", 30),
    action("long", 60),
    action("long", 20, { status: "error" }),
    action("long", 5),
    action("of two projects", 90, { project_name: "search", status: "error" }),
    action("of two projects", 89, { project_name: "search", status: "error" }),
    action("of two projects", 10),
    action("new", 1),
  ]);
  // An execution that began long before its actions is in the summary of the run, and not in what the list shows.
  await write("execution", [
    {
      execution_id: "e",
      correlation_id: "short",
      status: "success",
      timestamp: new Date(Date.now() - 80 * HOUR).toISOString(),
    },
  ]);
  await expectSorted();

  await catchUp(pool);
  await expectSortedEveryWay();

  // Not read, then marked, then computed by the minute with the summary to come.
  await write("action", [action("short", 29, { status: "error" }), action("short", 100), action("new", 0)]);
  await expectSorted();
  for (;;) {
    await advance(pool, 100);
    const { rowCount } = await pool.query("select from agent_statistics_marks where resolution = 'minute'");
    if (rowCount !== null && rowCount > 0) break;
  }
  await expectSorted();
  for (const bucket of (await pending(pool, 100)).buckets) await refreshBucket(pool, bucket);
  await expectSorted();

  // All is computed anew.
  await pool.query("select recompute_agent_statistics('-infinity', 'infinity')");
  await expectSorted();
  await catchUp(pool);
  await expectSorted();
});

test("a large run is summed up to the same from its parts and from its rows, and a new action is in it", async () => {
  await write(
    "action",
    Array.from({ length: 1_200 }, (_, index) =>
      action("large", 6 - index / 400, {
        agent_name: `agent ${index % 25}`,
        action_name: `step ${index}`,
        action_type: ["tool_call", "decision", "error"][index % 3],
        status: index % 50 === 0 ? "error" : index % 70 === 3 ? "running" : "ok",
        session_id: index % 2 === 0 ? `session ${index % 8}` : undefined,
        duration_ms: index % 7 === 0 ? undefined : index * 10,
        project_name: index < 1_000 ? "shop" : "search",
      }),
    ),
  );
  const shown = async () => ({
    listed: (await ask("/runs?last=all&sort=actions&limit=1")).body.data,
    one: (await ask("/runs/large")).body,
    ofShop: (await ask("/runs/large", { headers: { authorization: "Bearer of-the-shop" } })).body.actions,
  });
  const fromRows = await shown();
  expect(fromRows).toMatchObject({
    listed: [{ correlation_text: "large", actions: 1_200, title: "step 0", agents: { length: 20 } }],
    one: { state: "running", actions: 1_200 },
    ofShop: 1_000,
  });
  await catchUp(pool);
  expect(await shown()).toEqual(fromRows);

  // Only the parts can say so: this is no longer what the rows are.
  await pool.query("update agent_run_parts set decisions = decisions + 5 where correlation_text = 'large'");
  const { one } = await shown();
  expect(one.decisions).toBeGreaterThan(fromRows.one.decisions);

  await write("action", [action("large", 0)]);
  expect((await shown()).one).toMatchObject({ actions: 1_201, decisions: fromRows.one.decisions });
});
