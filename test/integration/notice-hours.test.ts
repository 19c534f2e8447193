/** Anomalies of hours and shifts of weeks, by the statistics. */
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { DEFAULT_ALERTS } from "../../src/config/alert-rules.js";
import { simulate } from "../../src/notices/simulate.js";
import { MINUTE, periodicRules } from "./notice-harness.js";

const { pool, look, noticesOf, later, write, newRun } = await periodicRules();
const HOUR = 60 * MINUTE;
// Which hour is the last changes five minutes after each hour: not while the tests below are at it.
const millisLeft = HOUR - ((Date.now() - 5 * MINUTE) % HOUR);
if (millisLeft < 2 * MINUTE) await delay(millisLeft);
const thisHour = Math.floor(Date.now() / HOUR) * HOUR;
// The hour that is judged: the last one that ended five minutes ago or longer.
const judged = Math.floor((Date.now() - 5 * MINUTE) / HOUR) * HOUR - HOUR;

/** Hours of a tool up to the judged one: calls, failures and the median duration of each. */
async function hours(
  tool: string,
  count: number,
  of: (index: number) => readonly [number, number, number],
  version: (index: number) => string = () => "1",
): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    at: new Date(judged - (count - 1 - index) * HOUR),
    version: version(index),
    of: of(index),
  }));
  await pool.query(
    `insert into agent_action_statistics (resolution, bucket_start, grouped_by, action_type, agent_name, action_name, agent_version, actions, failed,
       running, abandoned, duration_count, duration_sum_ms, duration_buckets, duration_bucket_counts, percentiles_ms)
     select 'hour', row.at, 'combination', 'tool_call', 'worker', $1, row.version, row.calls, row.failed, 0, 0, row.calls, 0, '{}', '{}', array[row.median, row.median, row.median]
     from unnest($2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[], $6::numeric[]) as row (at, version, calls, failed, median)`,
    [
      tool,
      rows.map(({ at }) => at),
      rows.map((row) => row.version),
      ...[0, 1, 2].map((part) => rows.map((row) => row.of[part])),
    ],
  );
}
/** Something between 0 and 1 that differs from hour to hour. */
const noise = (index: number): number => ((index * 7_919) % 101) / 101;

test("an hour unlike the ones before is an anomaly, and what shifted is a regression, with the first run and the versions", async () => {
  await hours("steady", 300, (index) => [100 + Math.round(20 * noise(index)), 2, 100 + 10 * noise(index)]);
  await hours("called often", 300, (index) => [
    index === 299 ? 900 : 100 + Math.round(20 * noise(index)),
    2,
    100,
  ]);
  await hours("fails", 300, (index) => [100, index === 299 ? 60 : 2 + Math.round(noise(index)), 100]);
  await hours(
    "slower",
    300,
    (index) => [100, 2, (index >= 240 ? 160 : 100) + 10 * noise(index)],
    (index) => (index >= 240 ? "2" : "1"),
  );
  const since = new Date(judged - 59 * HOUR);
  await write("action", [
    {
      correlation_id: newRun(),
      agent_name: "worker",
      action_type: "tool_call",
      action_name: "slower",
      started_at: since.toISOString(),
      duration_ms: 900,
    },
  ]);
  await look();
  const anomalies = (await noticesOf("anomaly")).map(({ kind, title }) => `${kind}: ${title}`);
  expect(anomalies).toEqual([
    "errors: fails of worker failed in 60 % of its calls in an hour, usually in 2.5 %",
    expect.stringMatching(/^rate: called often of worker was called 900 times in an hour, usually 1\d\d$/),
  ]);
  const regressions = await noticesOf("regression");
  expect(regressions).toMatchObject([
    { kind: "duration", evidence: { tool: "slower", new_versions: ["2"] } },
  ]);
  const { title, evidence, action_ids } = regressions[0] as unknown as {
    title: string;
    evidence: { factor: number; since: string };
    action_ids: string[];
  };
  expect(title).toMatch(
    /^slower of worker takes 1\.5\d* times what it was before .* interval 1\.\d+ to 1\.\d+\); new since then: version 2$/,
  );
  expect(Math.abs(Date.parse(evidence.since) - since.getTime())).toBeLessThanOrEqual(2 * HOUR);
  expect(action_ids).toHaveLength(1);
  expect(thisHour).toBeGreaterThan(judged);
  const simulated: string[] = [];
  const { series } = await simulate(pool, Date.now() - 4 * 24 * HOUR, DEFAULT_ALERTS, ({ rule, kind }) =>
    simulated.push(`${rule}: ${kind}`),
  );
  expect(series).toBe(4);
  expect(simulated).toContain("anomaly: errors");
  expect(simulated).toContain("anomaly: rate");
  expect(simulated).toContain("regression: duration");
});

test("a shift that is marked as expected is told as that, and is told when it comes back", async () => {
  const [slower] = await noticesOf("regression");
  expect(slower).toMatchObject({ expected: false, severity: "warning", state: "open" });
  await pool.query(
    "insert into agent_expected_changes (agent_name, agent_version, reason) values ('worker', '3', 'another version')",
  );
  await look();
  expect(await noticesOf("regression")).toMatchObject([{ expected: false }]);
  await pool.query(
    "insert into agent_expected_changes (agent_name, agent_version, kind, reason) values ('worker', '2', 'duration', 'waits for a reply')",
  );
  await look();
  const [expected] = await noticesOf("regression");
  expect(expected).toMatchObject({
    notice_id: slower?.notice_id,
    expected: true,
    severity: "info",
    state: "open",
  });
  expect(expected?.title).toMatch(/; expected: waits for a reply$/);
  // It goes back to what it was, is over, and comes back at another time, without the mark.
  await pool.query("delete from agent_action_statistics where action_name = 'slower'");
  await look();
  await later();
  await look();
  expect(await noticesOf("regression")).toMatchObject([{ state: "closed", reopened: 0 }]);
  await hours("slower", 300, (index) => [100, 2, (index >= 270 ? 200 : 100) + 10 * noise(index)]);
  await look();
  expect(await noticesOf("regression")).toMatchObject([
    { notice_id: slower?.notice_id, state: "open", expected: false, severity: "warning", reopened: 1 },
  ]);
  // By hand: the time in which it began.
  await pool.query("insert into agent_expected_changes (from_at, until_at) values ($1, $2)", [
    new Date(judged - 31 * HOUR),
    new Date(judged - 27 * HOUR),
  ]);
  await look();
  expect(await noticesOf("regression")).toMatchObject([{ state: "open", expected: true }]);
  const [hour] = (await noticesOf("anomaly")).filter(({ kind }) => kind === "rate");
  expect(hour).toMatchObject({ expected: false });
  await pool.query("insert into agent_expected_changes (kind, from_at, until_at) values ('rate', $1, $2)", [
    new Date(judged + 10 * MINUTE),
    new Date(judged + 2 * HOUR),
  ]);
  await look();
  expect((await noticesOf("anomaly")).map(({ kind, expected: is }) => [kind, is])).toEqual([
    ["errors", false],
    ["rate", true],
  ]);
});

test("a change of who calls is told apart from a change within, with counts by version", async () => {
  // Version 1 takes 100 ms, version 2 takes 400: each as ever. More and more calls are those of version 2.
  await hours(
    "mix",
    300,
    (index) => [index >= 230 ? 20 : 180, 2, 100 + 5 * noise(index)],
    () => "1",
  );
  await hours(
    "mix",
    300,
    (index) => [index >= 230 ? 180 : 20, 2, 400 + 20 * noise(index)],
    () => "2",
  );
  await look();
  const mix = (await noticesOf("regression")).find(({ evidence }) => evidence.tool === "mix");
  expect(mix?.title).toMatch(/; mostly because other versions, projects or environments call it$/);
  const { factor, factor_within, versions } = (mix?.evidence ?? {}) as {
    factor: number;
    factor_within: number;
    versions: readonly {
      version: string;
      calls_before: number;
      calls_after: number;
      median_ms_after: number;
    }[];
  };
  expect(factor).toBeGreaterThan(2);
  expect(factor_within).toBeLessThan(1.2);
  expect(versions.map(({ version }) => version)).toEqual(["2", "1"]);
  const [two, one] = versions;
  expect(two?.calls_after).toBeGreaterThan(4 * (one?.calls_after ?? 0));
  expect(one?.calls_before).toBeGreaterThan(4 * (two?.calls_before ?? 0));
  expect(Math.round((two?.median_ms_after ?? 0) / 100)).toBe(4);
});
