import { expect, test } from "vitest";
import { apiOn, pool, write } from "./api-harness.js";
import { catchUp } from "./statistics-harness.js";

const { ask } = apiOn();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const run = (name: string, millisAgo: number, durationMillis = 10) => ({
  agent_name: "coder",
  action_type: "tool_call",
  action_name: name,
  correlation_id: name,
  timestamp: new Date(Date.now() - millisAgo).toISOString(),
  duration_ms: durationMillis,
  project_name: "shop",
});
const names = async (query: string): Promise<readonly string[]> =>
  ((await ask(`/runs?${query}`)).body as { data: readonly { correlation_text: string }[] }).data.map(
    ({ correlation_text }) => correlation_text,
  );

test("the list of runs is the same with statistics and without, and a run that has just begun is in it", async () => {
  await write("action", [
    run("yesterday", 20 * HOUR),
    run("last week", 6 * DAY),
    run("an hour ago", HOUR),
    run("long ago", 40 * DAY),
  ]);
  const queries = [
    "",
    "last=2h",
    "last=7d",
    "last=all",
    `until=${new Date(Date.now() - DAY).toISOString()}&last=30d`,
    "limit=1&last=all",
  ];
  const without = await Promise.all(queries.map(names));
  expect(without[0]).toEqual(["an hour ago", "yesterday"]);
  expect(without[3]).toEqual(["an hour ago", "yesterday", "last week", "long ago"]);
  expect(without[4]).toEqual(["last week"]);

  await catchUp(pool);
  expect(await Promise.all(queries.map(names))).toEqual(without);

  await write("action", [run("just begun", 0)]);
  expect(await names("")).toEqual(["just begun", "an hour ago", "yesterday"]);
  const first = (await ask("/runs?last=all&limit=2")).body;
  expect(await names(`last=all&limit=5&cursor=${first.next}`)).toEqual([
    "yesterday",
    "last week",
    "long ago",
  ]);
  expect(await names("project=shop&last=2h")).toEqual(["just begun", "an hour ago"]);
});

test("what statistics have not read, or not computed yet, is in the list all the same", async () => {
  await catchUp(pool);
  const before = await names("last=all");
  await write("action", [run("came late", 3 * HOUR)]);
  expect(await names("last=all")).toEqual(
    [...before, "came late"].toSorted((one, other) => place(one) - place(other)),
  );

  // As when a table that has rows already is summed up for the first time.
  await pool.query(
    "delete from agent_runs; delete from agent_run_parts; select recompute_agent_statistics('-infinity', 'infinity')",
  );
  expect(await names("last=all")).toHaveLength(before.length + 1);
});

const place = (name: string): number =>
  ["just begun", "an hour ago", "came late", "yesterday", "last week", "long ago"].indexOf(name);

test("runs are sorted by what is shown of them, page by page, in either direction", async () => {
  const sizes = [3, 1, 2, 2];
  await write(
    "action",
    sizes.flatMap((size, number) =>
      Array.from({ length: size }, (_, index) => ({
        ...run(`sorted ${number}`, HOUR - number * 60_000 - index * 1_000, 100 * (number + 1)),
        agent_name: "sorter",
        status: number === 1 ? "error" : "ok",
      })),
    ),
  );
  const sorted = async (sort: string) => {
    const found: string[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await ask(
        `/runs?agent=sorter&limit=1&sort=${sort}&cursor=${cursor}`.replace(/&cursor=$/, ""),
      );
      found.push(...body.data.map((row: { correlation_text: string }) => row.correlation_text.slice(-1)));
      if (body.next === null) return found.join("");
      cursor = body.next;
    }
  };
  expect((await sorted("actions")).replace(/[23]{2}/, "=")).toBe("0=1");
  expect((await sorted("actions&order=asc")).replace(/[23]{2}/, "=")).toBe("1=0");
  expect(await sorted("started_at")).toBe("3210");
  expect((await sorted("failed_actions")).slice(0, 1)).toBe("1");
  expect(await sorted("duration_ms&order=asc")).toBe("1230");
  const { body: first } = await ask("/runs?agent=sorter&limit=1&sort=actions");
  const wrong = await ask(`/runs?agent=sorter&limit=1&sort=duration_ms&cursor=${first.next}`);
  expect([wrong.status, wrong.body.detail]).toEqual([400, "cursor is of another list"]);
});

test("tools are sorted by their measures, and durations fall into steps of two a decade", async () => {
  await write(
    "action",
    [0, 2, 3, 99, 4_000, 5_000_000].map((duration, number) => ({
      ...run(`stepped ${number}`, HOUR, duration),
      agent_name: "stepper",
    })),
  );
  const { body } = await ask("/tools?agent=stepper&sort=max_ms&fields=max_ms");
  expect(body.data.map(({ max_ms }: { max_ms: number }) => max_ms)).toEqual([5_000_000, 4_000, 99, 3, 2, 0]);
  const steps = await ask("/stats?agent=stepper&group_by=duration&fields=actions");
  expect(steps.body.data.map(({ duration }: { duration: string }) => Number(duration)).sort()).toEqual(
    [0, 1, 3, 30, 3_000, 1_000_000].sort(),
  );
});
