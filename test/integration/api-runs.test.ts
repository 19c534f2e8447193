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
