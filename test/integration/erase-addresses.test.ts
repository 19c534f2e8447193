/** What stands in addresses that somebody asked for or saved: only those that name who is erased are forgotten. */
import { beforeEach, expect, test } from "vitest";
import { eraseSummaries } from "../../src/store/erasure/erase-summaries.js";
import type { ErasureField } from "../../src/store/erasure/erasure-fields.js";
import { migratedPool } from "./store-fixture.js";

const pool = await migratedPool();
const RUN = "01900000-0000-7000-8000-0000000000aa";

const ASKED = [
  ["/api/v1/runs", "agent=coder&last=7d"],
  ["/api/v1/runs", "agent=coder-2"],
  ["/api/v1/runs", "user=Ada+Smith"],
  ["/api/v1/actions", "text=about%20ada&user=Ada%20Smith"],
  ["/api/v1/actions", "text=path%3D%2Fsrc%2F(a).ts"],
  [`/api/v1/runs/${RUN}/skeleton`, null],
  ["/api/v1/runs/build-7", "ids=true"],
  ["/api/v1/stats", "group_by=tool"],
] as const;

beforeEach(async () => {
  await pool.query("truncate agent_action_access_log, agent_action_saved_views");
  for (const [place, [path, query]] of ASKED.entries())
    await pool.query(
      "insert into agent_action_access_log (token_name, method, path, query, status) values ('t', 'GET', $1, $2, $3)",
      [path, query, 200 + place],
    );
  for (const [path, query] of ASKED)
    await pool.query(
      "insert into agent_action_saved_views (name, location, created_by) values ($1, $2, 'me')",
      [`${path} ${query}`, `${path.slice("/api/v1".length)}${query === null ? "" : `?${query}`}`],
    );
});

/** Places of what is still there in both tables. */
async function left(): Promise<readonly number[]> {
  const { rows: asked } = await pool.query("select path, query from agent_action_access_log order by status");
  const { rows: saved } = await pool.query("select name from agent_action_saved_views");
  const places = (kept: (place: number) => boolean) => ASKED.map((_, place) => place).filter(kept);
  const inLog = places((place) => asked[place]?.path !== "(erased)");
  const inViews = places((place) =>
    saved.some(({ name }) => name === `${ASKED[place]?.[0]} ${ASKED[place]?.[1]}`),
  );
  expect(inViews).toEqual(inLog);
  return inLog;
}

test.each<[ErasureField, string, string | undefined, readonly number[]]>([
  ["agent", "coder", undefined, [1, 2, 3, 4, 5, 6, 7]],
  ["service", "api", undefined, [0, 1, 2, 3, 4, 5, 6, 7]],
  ["agent", "runs", undefined, [0, 1, 2, 3, 4, 5, 6, 7]],
  ["user", "Ada Smith", undefined, [0, 1, 4, 5, 6, 7]],
  ["project", "/src/(a).ts", undefined, [0, 1, 2, 3, 5, 6, 7]],
  ["run", RUN, undefined, [0, 1, 2, 3, 4, 6, 7]],
  ["run", RUN, "build-7", [0, 1, 2, 3, 4, 7]],
])("%s %s", async (field, value, text, expected) => {
  await eraseSummaries(
    pool,
    { field, value, ...(text !== undefined && { text }) },
    { mode: "remove", runs: [] },
  );
  expect(await left()).toEqual(expected);
});
