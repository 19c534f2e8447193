/** The ETag of a run: the same as long as no action of the run changes, and another one at once when one does. */
import { beforeAll, expect, test } from "vitest";
import { apiOn, pool, write } from "./api-harness.js";
import { catchUp } from "./statistics-harness.js";

const { ask } = apiOn();
const id = (index: number) => `01900000-0000-7000-8000-${String(index).padStart(12, "0")}`;
const began = Date.now();
const action = (index: number, correlation_id: string, more: object = {}) => ({
  id: id(index),
  correlation_id,
  agent_name: "a",
  action_type: "tool_call",
  action_name: "Read",
  timestamp: new Date(began - 600_000 + index).toISOString(),
  ...more,
});

const etagOf = async (run: string) => (await ask(`/runs/${run}/skeleton`)).headers.get("etag") ?? "";
const statusWith = async (run: string, etag: string) =>
  (await ask(`/runs/${run}/skeleton`, { headers: { "if-none-match": etag } })).status;

beforeAll(() =>
  write("action", [action(1, "one"), action(2, "one", { status: "running" }), action(3, "other")]),
);

test("nobody keeps statistics: it is made of the rows", async () => {
  const etag = await etagOf("one");
  expect(await statusWith("one", etag)).toBe(304);
  await write("action", [action(4, "one")]);
  expect(await statusWith("one", etag)).toBe(200);
});

test("it is the version that is kept: the same while other runs go on, also through what is computed", async () => {
  await catchUp(pool);
  const etag = await etagOf("one");
  expect(etag).toMatch(/^W\/"v[\da-f]+"$/);
  await write("action", [action(60_005, "other")]);
  expect(await statusWith("one", etag)).toBe(304);
  await catchUp(pool);
  expect(await statusWith("one", etag)).toBe(304);
});

test.each([
  ["comes", () => write("action", [action(7, "one")])],
  [
    "comes for a time long ago",
    () => write("action", [action(8, "one", { timestamp: "2024-05-01T00:00:00Z" })]),
  ],
  ["ends", () => write("action", [action(2, "one", { status: "ok", duration_ms: 5 })])],
  ["is removed", () => pool.query("delete from agent_actions where id = $1", [id(1)])],
  [
    "is the only one of its minute and is removed",
    () => pool.query("delete from agent_actions where id = $1", [id(8)]),
  ],
])("an action that %s changes it at once, and for good", async (_, change) => {
  const before = await etagOf("one");
  await change();
  const after = await etagOf("one");
  expect(await statusWith("one", before)).toBe(200);
  await catchUp(pool);
  expect(await statusWith("one", before)).toBe(200);
  expect(await statusWith("one", await etagOf("one"))).toBe(304);
  expect(after).not.toBe(before);
});

test("while statistics are far behind it is made of the rows", async () => {
  const etag = await etagOf("one");
  expect(etag).toMatch(/^W\/"v/);
  // As if nobody had read what a hundred thousand and one actions changed.
  await pool.query(`insert into agent_action_changes (kind, ids, created_ats)
    select 'action', array[gen_random_uuid()], array_agg(now()) from generate_series(1, 100001)`);
  const behind = await etagOf("one");
  expect(behind).not.toMatch(/^W\/"v/);
  expect(await statusWith("one", behind)).toBe(304);
  await write("action", [action(10, "one")]);
  expect(await statusWith("one", behind)).toBe(200);
  await catchUp(pool);
  expect(await etagOf("one")).toMatch(/^W\/"v/);
});

test("of what began before statistics were frozen it is made of the rows: they are in no version", async () => {
  await pool.query("select freeze_agent_statistics(now() - interval '1 minute')");
  const etag = await etagOf("one");
  expect(etag).not.toMatch(/^W\/"v/);
  await write("action", [action(9, "one")]);
  await catchUp(pool);
  expect(await statusWith("one", etag)).toBe(200);
});
