import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DEFAULT_ALERTS, DEFAULT_RULES } from "../../src/config/alert-rules.js";
import { PeriodicRules } from "../../src/notices/periodic-turn.js";
import type { PipelineFacts } from "../../src/notices/rules/periodic-rule.js";
import { simulate } from "../../src/notices/simulate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);
const worker = randomUUID();
const MINUTE = 60_000;

const failures: string[] = [];
let facts: PipelineFacts = { lag: 0, problems: [], deadLetters: 0, startedAt: Date.now() };
/** Asks every rule, whether it is due or not. */
async function look(): Promise<void> {
  const rules = new PeriodicRules(pool, {
    rules: DEFAULT_RULES,
    pipeline: () => facts,
    onFailure: (rule, error) => failures.push(`${rule}: ${error.message}`),
  });
  await rules.turn(worker);
  expect(failures).toEqual([]);
}

const noticesOf = async (rule: string) =>
  (
    await pool.query<{ kind: string; state: string; title: string; agent_name: string | null }>(
      "select kind, state, title, agent_name, action_ids, evidence from agent_actions_v1.notices where rule = $1 order by kind, began_at, title",
      [rule],
    )
  ).rows;

/** As if no rule had found it for a while. */
const later = () => pool.query("update agent_notices set changed_at = now() - interval '10 minutes'");

const write = (kind: "action" | "execution", records: readonly object[]) =>
  writer.write(records.map((record) => storable(kind, record)));
const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE).toISOString();
let runs = 0;
const newRun = (): string => `01900000-0000-7000-8000-${String(++runs).padStart(12, "0")}`;

const STATISTICS = `
  insert into agent_action_statistics (resolution, bucket_start, grouped_by, action_type, agent_name, action_name, actions, failed, running, abandoned,
    duration_count, duration_sum_ms, duration_buckets, duration_bucket_counts)
  select $1, $2::timestamptz, $3, 'tool_call', $4, $5, $6::bigint, 0, 0, 0, $6::bigint, 0, array[100], array[$6::bigint]`;

describe("the pipeline", () => {
  test("lag, dead letters and faults of the service are notices as long as they last", async () => {
    facts = { ...facts, lag: 250_000, problems: ["Kafka does not respond"], deadLetters: 3 };
    await look();
    expect(await noticesOf("pipeline")).toMatchObject([
      { kind: "dead_letters", state: "open" },
      { kind: "lag", title: "250,000 records wait in Kafka" },
      { kind: "unhealthy", title: "The service is not healthy: Kafka does not respond" },
    ]);
    facts = { ...facts, lag: 0, problems: [], deadLetters: 0 };
    await look();
    expect((await noticesOf("pipeline")).map(({ state }) => state)).toEqual(["open", "open", "open"]);
    await later();
    await look();
    expect((await noticesOf("pipeline")).map(({ state }) => state)).toEqual(["closed", "closed", "closed"]);
  });

  test("a producer whose events have not arrived", async () => {
    await pool.query(
      `insert into agent_producers (producer_epoch, status, service_name, host_name, first_seen_at, last_seen_at, sequences, settled_sequence, given_up)
       values ('e1', 'gone', 'shop', 'web-1', now() - interval '1 hour', now(), '{[1,8),[11,21)}', 20, 1)`,
    );
    await look();
    const [lost] = (await noticesOf("pipeline")).filter(({ kind }) => kind === "lost");
    expect(lost).toMatchObject({
      title: "2 events of shop on web-1 have not arrived, and nobody says why",
      evidence: { lost: 2, missing: 3 },
    });
  });
});

describe("silence", () => {
  const speak = (agent: string, hoursAgo: readonly number[]) =>
    pool.query(
      `insert into agent_action_statistics (resolution, bucket_start, grouped_by, action_type, agent_name, actions, failed, running, abandoned,
         duration_count, duration_sum_ms, duration_buckets, duration_bucket_counts)
       select 'hour', date_trunc('hour', now()) - hours * interval '1 hour', 'agent', 'tool_call', $1, 5, 0, 0, 0, 0, 0, '{}', '{}' from unnest($2::integer[]) as hours`,
      [agent, hoursAgo],
    );
  const every = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

  test("an agent that always spoke is missed; one that rests, one that is new, and a pipeline without anybody are not", async () => {
    await speak("steady", every(8, 24 * 10));
    // Twelve hours a day.
    await speak(
      "by day",
      every(8, 24 * 10).filter((hours) => hours % 24 >= 8 && hours % 24 < 20),
    );
    await speak("new", every(8, 24 * 3));
    await look();
    expect(await noticesOf("silence")).toEqual([]);
    await speak("other", [0]);
    await look();
    expect(await noticesOf("silence")).toMatchObject([
      { agent_name: "steady", kind: "agent", evidence: { longest_pause_hours: 0 } },
    ]);
    await speak("steady", [0]);
    await later();
    await look();
    expect(await noticesOf("silence")).toMatchObject([{ state: "closed" }]);
  });
});

describe("stuck", () => {
  const running = (name: string, type: string, minutes: number) => ({
    correlation_id: newRun(),
    agent_name: "coder",
    action_type: type,
    action_name: name,
    status: "running",
    started_at: ago(minutes),
  });

  test("a call far beyond its tool's longest, and a decision that waits", async () => {
    await pool.query(STATISTICS, [
      "day",
      new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000),
      "tool",
      null,
      "build",
      5_000,
    ]);
    await pool.query(STATISTICS, [
      "day",
      new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000),
      "tool",
      null,
      "rare",
      20,
    ]);
    await write("action", [
      running("build", "tool_call", 10),
      running("rare", "tool_call", 600),
      running("approve", "decision", 20),
      running("approve soon", "decision", 5),
    ]);
    await look();
    const stuck = await noticesOf("stuck");
    expect(stuck.map(({ kind, title }) => `${kind}: ${title}`)).toEqual([
      expect.stringMatching(/^action: build of coder has run for 10 min; 999 of 1,000 calls take/),
      "approval: coder has waited for a decision on approve for 20 min",
    ]);
  });

  test("runs whose agent is gone are one notice an agent and hour", async () => {
    for (let index = 0; index < 3; index++)
      await pool.query(
        `insert into agent_runs (correlation_id, state, started_at, last_activity_at, actions, tool_calls, decisions, errors, successes, failed_actions, executions, failed_executions, agents)
         values ($1, 'abandoned', now(), date_trunc('hour', now()), 1, 1, 0, 0, 0, 0, 0, 0, '{crawler}')`,
        [newRun()],
      );
    await look();
    expect((await noticesOf("stuck")).filter(({ kind }) => kind === "abandoned")).toMatchObject([
      { title: "3 runs of crawler stopped without an end: the process is gone", agent_name: "crawler" },
    ]);
  });
});

describe("collisions", () => {
  const write1 = (agent: string, minutes: number, tool: string, hashes: object = {}, path = "/src/a.ts") => ({
    correlation_id: "01900000-0000-7000-8000-00000000c011",
    agent_name: agent,
    action_type: "tool_call",
    action_name: tool,
    started_at: ago(minutes),
    duration_ms: 10,
    status: "ok",
    action_details: { tool_parameters: { file_path: path }, tool_result: { ...hashes } },
  });
  const hash = (digit: string): string => digit.repeat(64);

  test("a write over what another has written since, unless it was read, is another content, or is an edit", async () => {
    await write("action", [
      write1("a", 9, "Write", {}, "/unread"),
      write1("b", 8, "Write", {}, "/unread"),
      write1("a", 9, "Write", {}, "/read"),
      write1("b", 8.5, "Read", {}, "/read"),
      write1("b", 8, "Write", {}, "/read"),
      write1("a", 9, "Write", {}, "/edited"),
      write1("b", 8, "Edit", {}, "/edited"),
      write1("a", 9, "Write", { content_hash_before: hash("1"), content_hash_after: hash("2") }, "/hashes"),
      write1("b", 8, "Write", { content_hash_before: hash("2"), content_hash_after: hash("3") }, "/hashes"),
      write1(
        "a",
        9,
        "Write",
        { content_hash_before: hash("1"), content_hash_after: hash("2") },
        "/other content",
      ),
      write1(
        "b",
        8,
        "Write",
        { content_hash_before: hash("7"), content_hash_after: hash("3") },
        "/other content",
      ),
      write1("a", 9, "Write", {}, "/own"),
      write1("a", 8, "Write", {}, "/own"),
    ]);
    await look();
    const titles = (await noticesOf("collision")).map(({ title }) => title).sort();
    expect(titles).toEqual([
      "b wrote over what a had written to /hashes 60 s before, without having read it",
      "b wrote over what a had written to /unread 60 s before, without having read it",
    ]);
  });
});

describe("hours and weeks", () => {
  const HOUR = 60 * MINUTE;
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
});
