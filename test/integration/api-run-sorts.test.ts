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
