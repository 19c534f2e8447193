/** Long time ranges from the statistics: the same counts as from the rows, and a sign of what is missing. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { advance, pending, refreshBucket } from "../../src/statistics/statistics-statements.js";
import { apiOn, pool, write } from "./api-harness.js";
import { catchUp } from "./statistics-harness.js";

const { ask, defects } = apiOn({ tokens: { p: { scopes: ["read"], projects: ["shop"] } } });
const now = Date.now();
const TYPES = ["tool_call", "tool_call", "tool_call", "decision", "error"];

/** Actions of twelve days, close to each other in the last hours. */
const actions = Array.from({ length: 3_000 }, (_, index) => ({
  agent_name: `agent-${index % 3}`,
  action_type: TYPES[index % TYPES.length],
  action_name: `name-${index % 7}`,
  agent_version: index % 4 === 0 ? "2" : "1",
  duration_ms: (index * 7_919) % 10_007,
  correlation_id: `run-${index % 50}`,
  status: index % 9 === 0 ? "error" : index % 10 === 1 ? "running" : "ok",
  timestamp: new Date(now - (index / 3_000) ** 3 * 12 * 86_400_000).toISOString(),
}));

beforeAll(async () => {
  await write("action", actions);
});

type Row = Record<string, number | string | string[] | null>;

/** What the statistics do not have. */
const ABSENT = ["runs", "first_started_at", "last_started_at", "last_activity_at"];

async function both(path: string): Promise<{ kept: Row[]; rows: Row[] }> {
  const answers = await Promise.all(
    ["statistics", "rows"].map((from) => ask(`${path}&limit=1000&computed_from=${from}`)),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const [kept = [], rows = []] = answers.map(({ body }) => body.data as Row[]);
  return { kept, rows };
}

function expectSame({ kept, rows }: { kept: Row[]; rows: Row[] }): void {
  const exact = (row: Row) =>
    Object.fromEntries(
      Object.entries(row).filter(([name]) => !ABSENT.includes(name) && !/^p\d\d_ms$/.test(name)),
    );
  expect(kept.map(exact)).toEqual(rows.map(exact));
  for (const [at, row] of kept.entries())
    for (const name of ["p50_ms", "p95_ms", "p99_ms"])
      expect(Math.abs(Number(row[name]) - Number(rows[at]?.[name]))).toBeLessThanOrEqual(
        0.02 * Number(rows[at]?.[name]) + 0.5,
      );
}

const SINCE = new Date(now - 9.3 * 86_400_000).toISOString();

describe("before anybody keeps statistics", () => {
  test("long ranges are read from the rows, and statistics that are asked for are refused with the reason", async () => {
    const { body } = await ask("/stats?last=30d");
    expect(body).toMatchObject({ computed_from: "rows", complete: true, computed_until: null });
    const refused = await ask("/stats?last=30d&computed_from=statistics");
    expect([refused.status, refused.body.detail]).toEqual([
      400,
      expect.stringContaining("no process keeps them"),
    ]);
    const { rows } = await pool.query("select * from agent_actions_v1.statistics_progress");
    expect(rows).toMatchObject([{ kept: false, complete: false, computed_until: null }]);
  });
});

describe("while they are computed for the first time", () => {
  test("an answer says that it is not complete, and since when something is missing", async () => {
    await advance(pool, 100);
    const { body, headers } = await ask(`/stats?since=${SINCE}`);
    expect(body).toMatchObject({ computed_from: "statistics", complete: false });
    expect(Date.parse(body.computed_until)).toBeLessThanOrEqual(Date.parse(SINCE));
    expect(headers.get("agent-actions-complete")).toBe("false");
    const { rows } = await pool.query(`select * from agent_actions_v1.statistics_progress`);
    expect(rows).toMatchObject([{ kept: true, complete: false }]);
    expect((await ask("/stats?last=24h")).body).toMatchObject({ computed_from: "rows", complete: true });
  });
});

describe("once they are kept", () => {
  beforeAll(() => catchUp(pool));

  test("an answer says where it comes from, and that it is complete", async () => {
    const { body, headers } = await ask("/tools?last=30d");
    expect(body).toMatchObject({
      computed_from: "statistics",
      complete: true,
      computed_until: expect.stringMatching(/Z$/),
    });
    expect(headers.get("agent-actions-complete")).toBeNull();
    expect((await ask("/tools?last=2d")).body).toMatchObject({ computed_from: "rows" });
    // What both have to the digit need not be read from the rows.
    const counts = "fields=actions,failed_actions,mean_ms,max_ms";
    // Of a fixed time, so that both questions are about the same rows.
    const ago = (hours: number): string => `since=${new Date(now - hours * 3_600_000).toISOString()}`;
    for (const [path, from] of [
      [`/tools?${ago(47)}&${counts}`, "statistics"],
      [`/stats?group_by=hour&${ago(24)}&${counts}`, "statistics"],
      [`/tools?${ago(1)}&${counts}`, "rows"],
      [`/tools?${ago(47)}&${counts},runs`, "rows"],
      [`/tools?${ago(47)}&${counts}&sort=p95_ms`, "rows"],
      [`/tools?${ago(47)}&${counts}&session=s`, "rows"],
    ] as const) {
      const { body } = await ask(path);
      expect([path, body.computed_from]).toEqual([path, from]);
      expect(body.data).toEqual((await ask(`${path}&computed_from=rows`)).body.data);
    }
    expect((await ask("/tools?last=30d&session=s")).body).toMatchObject({ computed_from: "rows" });
    const { rows } = await pool.query(`select * from agent_actions_v1.statistics_progress`);
    expect(rows).toMatchObject([{ kept: true, complete: true, pending_buckets: "0", pending_runs: "0" }]);
  });

  test.each([
    "/stats?",
    "/stats?group_by=type&",
    "/stats?group_by=agent,day&",
    "/stats?group_by=name,agent_version,hour&",
    "/stats?group_by=hour&",
    "/stats?group_by=tool,agent&type=tool_call&",
    "/stats?group_by=environment&agent=agent-1&agent=agent-2&tool=name-3&",
    "/tools?",
    "/tools?agent=agent-1&",
    "/agents?",
    "/agents?type=decision&",
  ])("%s has the counts of the rows, and percentiles within 2 %%", async (path) => {
    for (const range of [
      `since=${SINCE}`,
      "last=all",
      `since=${SINCE}&until=${new Date(now - 3_600_123).toISOString()}`,
    ]) {
      const answers = await both(`${path}${range}`);
      expect(answers.rows.length).toBeGreaterThan(0);
      expectSame(answers);
    }
  });

  test("a range is the sum of its parts, wherever it begins and ends", async () => {
    const instant = fc.integer({ min: now - 13 * 86_400_000, max: now + 60_000 });
    await fc.assert(
      fc.asyncProperty(
        instant,
        instant,
        fc.constantFrom("week", "day", "hour"),
        async (one, other, widest) => {
          const [since, until] = [Math.min(one, other), Math.max(one, other)].map((at) => new Date(at));
          const { rows } = await pool.query<{ kept: number; counted: number; finest: string[] }>(PARTS, [
            since,
            until,
            widest,
          ]);
          expect(rows[0]?.kept).toBe(rows[0]?.counted);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("all time is read by the week, but where a group is by the day", async () => {
    const widest = async (by: string) =>
      (
        await pool.query<{ resolution: string }>(
          "select distinct resolution from agent_statistics_parts('-infinity', 'infinity', $1) order by 1",
          [by],
        )
      ).rows.map(({ resolution }) => resolution);
    expect(await widest("week")).toContain("week");
    expect(await widest("day")).toEqual(expect.arrayContaining(["day"]));
    expect(await widest("day")).not.toContain("week");
    expect(await widest("hour")).not.toContain("day");
  });

  test("what they cannot say is refused with the reason where they are asked for", async () => {
    const detail = async (query: string, init: RequestInit = {}) => {
      const { status, body } = await ask(`/stats?last=30d&computed_from=statistics&${query}`, init);
      expect(status).toBe(400);
      return body.detail as string;
    };
    expect(await detail("user=jo&failed=true")).toContain("they are not kept by failed, user");
    expect((await ask("/tools?last=30d&sort=runs")).body).toMatchObject({ computed_from: "rows" });
    expect((await ask("/tools?last=30d&sort=p95_ms")).body).toMatchObject({ computed_from: "statistics" });
    expect(await detail("group_by=session")).toContain("not kept by one of these dimensions");
    expect(await detail("", { headers: { authorization: "Bearer p" } })).toContain("single projects");
    expect(defects).toEqual([]);
  });

  test("what is computed anew after a loss is not complete until it is", async () => {
    await pool.query("select recompute_agent_statistics($1, $2)", [
      SINCE,
      new Date(Date.parse(SINCE) + 86_400_000),
    ]);
    expect((await ask("/stats?last=30d")).body).toMatchObject({ complete: false });
    await catchUp(pool);
    expect((await ask("/stats?last=30d")).body).toMatchObject({ complete: true });
  });

  test("of long ago they are complete day after day: a day comes before the hours of the day before", async () => {
    await pool.query(
      "select recompute_agent_statistics(now() - interval '30 days', now() - interval '3 days')",
    );
    const computed: string[] = [];
    for (;;) {
      const [next] = (await pending(pool, 1)).buckets;
      if (next === undefined) break;
      await refreshBucket(pool, next);
      computed.push(next.resolution === "hour" ? `hours of ${next.start.slice(0, 10)}` : next.resolution);
    }
    // Of each day, its hours and then itself; of each week, its days and then itself.
    const steps = computed.filter((one, at) => one !== computed[at - 1]);
    expect(steps.map((one) => one.split(" ")[0]).join()).toMatch(/^(?:(?:hours,day,)+week,?)+$/);
    const hours = steps.filter((one) => one.startsWith("hours"));
    expect(hours).toEqual([...new Set(hours)].sort().reverse());
    await catchUp(pool);
    expectSame(await both("/tools?last=all"));
  });

  test("the agents of a tool are counted exactly up to 255, and about right above", async () => {
    const counted = async (agents: number) =>
      (
        await pool.query<{ count: number }>(
          `select agent_hashes_count((array_agg(hash order by hash))[1:256])::int as count
           from (select agent_name_hash('agent ' || n) as hash from generate_series(1, $1::int) as n) as hashes`,
          [agents],
        )
      ).rows[0]?.count ?? 0;
    expect(await counted(1)).toBe(1);
    expect(await counted(255)).toBe(255);
    for (const agents of [1_000, 20_000])
      expect(Math.abs((await counted(agents)) / agents - 1)).toBeLessThan(0.2);
  });
});

const PARTS = `
  select
    (select coalesce(sum(k.actions), 0)::int
     from agent_statistics_parts($1, $2, $3) parts join agent_action_statistics k
       on k.resolution = parts.resolution and bucket_start >= from_time and bucket_start < to_time and grouped_by = 'type')
    + (select count(*)::int from agent_statistics_parts($1, $2, $3) parts join agent_actions
       on parts.resolution = 'rows' and created_at >= from_time and created_at < to_time) as kept,
    (select count(*)::int from agent_actions where created_at >= $1 and created_at < $2) as counted`;
