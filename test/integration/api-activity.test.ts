import { expect, test } from "vitest";
import { correlationId } from "../../src/event/index.js";
import { apiOn, pool, write } from "./api-harness.js";

const { ask } = apiOn();
const FIRST = Date.UTC(2026, 10, 1);

const action = (run: string, offset: number, fields: object = {}) => ({
  agent_name: "coder",
  action_type: "tool_call",
  action_name: "Read",
  correlation_id: run,
  timestamp: new Date(FIRST + offset).toISOString(),
  project_name: "shop",
  status: "ok",
  ...fields,
});
const idOf = (run: string) => correlationId(run).uuid;
const byRun = (body: { data: readonly { correlation_id: string }[] }) =>
  Object.fromEntries(body.data.map((row) => [row.correlation_id, row]));

test("activity of several runs: actions by the part of the run in which they began, and those that failed", async () => {
  await write("action", [
    ...[0, 1, 49, 50, 999].map((offset) => action("busy", offset, offset === 50 ? { status: "error" } : {})),
    action("single", 7),
    action("busy", 1_000, { project_name: "other" }),
  ]);
  const path = `/activity?runs=${["busy", "single", "nobody"].map(idOf).join()}`;
  const { status, body } = await ask(path);
  const zeros = new Array(18).fill(0);
  expect([status, byRun(body)]).toEqual([
    200,
    {
      [idOf("busy")]: {
        correlation_id: idOf("busy"),
        first_started_at: "2026-11-01T00:00:00.000000Z",
        last_started_at: "2026-11-01T00:00:01.000000Z",
        actions: [3, 1, ...zeros.slice(1), 2],
        failed: [0, 1, ...zeros, 0].slice(0, 20),
        whole: true,
      },
      [idOf("single")]: {
        correlation_id: idOf("single"),
        first_started_at: "2026-11-01T00:00:00.007000Z",
        last_started_at: "2026-11-01T00:00:00.007000Z",
        actions: [1, ...new Array(19).fill(0)],
        failed: new Array(20).fill(0),
        whole: true,
      },
    },
  ]);

  const narrowed = apiOn({ tokens: { other: { scopes: ["read"], projects: ["other"] } }, free: [] });
  const seen = await narrowed.ask(path, { headers: { authorization: "Bearer other" } });
  expect(byRun(seen.body)).toEqual({
    [idOf("busy")]: expect.objectContaining({ actions: [1, ...new Array(19).fill(0)] }),
  });
});

test("of a run of more than 20,000 actions, those that were stored first", async () => {
  await pool.query(
    `insert into agent_actions (correlation_id, agent_name, action_type, action_name, created_at)
     select $1, 'coder', 'tool_call', 'Read', $2::timestamptz + n * interval '1 second' from generate_series(0, 29999) as n`,
    [idOf("large"), new Date(FIRST).toISOString()],
  );
  const { body } = await ask(`/activity?runs=${idOf("large")}`);
  const [{ whole, actions, last_started_at: last }] = body.data;
  expect([whole, last]).toEqual([false, "2026-11-01T05:33:20.000000Z"]);
  expect(actions.reduce((sum: number, count: number) => sum + count)).toBe(20_001);
});

test.each(["", "?runs=", "?runs=nonsense", `?runs=${new Array(51).fill(idOf("busy")).join()}`])(
  "what is no list of runs is refused: %#",
  async (query) => {
    const { status, body } = await ask(`/activity${query}`);
    expect([status, body.detail]).toEqual([400, expect.stringContaining("1 to 50 UUIDs or trace ids")]);
  },
);
