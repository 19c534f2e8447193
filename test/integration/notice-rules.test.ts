import { describe, expect, test } from "vitest";
import { ago, periodicRules } from "./notice-harness.js";

const { pool, know, look, noticesOf, later, write, newRun } = await periodicRules();

const STATISTICS = `
  insert into agent_action_statistics (resolution, bucket_start, grouped_by, action_type, agent_name, action_name, actions, failed, running, abandoned,
    duration_count, duration_sum_ms, duration_buckets, duration_bucket_counts)
  select $1, $2::timestamptz, $3, 'tool_call', $4, $5, $6::bigint, 0, 0, 0, $6::bigint, 0, array[100], array[$6::bigint]`;

describe("the pipeline", () => {
  test("lag, dead letters and faults of the service are notices as long as they last", async () => {
    know({ lag: 250_000, problems: ["Kafka does not respond"], deadLetters: 3 });
    await look();
    expect(await noticesOf("pipeline")).toMatchObject([
      { kind: "dead_letters", state: "open" },
      { kind: "lag", title: "250,000 records wait in Kafka" },
      { kind: "unhealthy", title: "The service is not healthy: Kafka does not respond" },
    ]);
    know({ lag: 0, problems: [], deadLetters: 0 });
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

describe("growth", () => {
  const growth = async () => (await noticesOf("pipeline")).filter(({ kind }) => kind === "growth");
  const hours = (from: number, to: number, actions: number) =>
    pool.query(
      `insert into agent_action_statistics (resolution, bucket_start, grouped_by, action_type, actions, failed, running, abandoned, duration_count,
         duration_sum_ms, duration_buckets, duration_bucket_counts)
       select 'hour', date_trunc('hour', now(), 'UTC') - hour * interval '1 hour', 'type', 'prompt', $3, 0, 0, 0, 0, 0, '{}', '{}'
       from generate_series($1::integer, $2::integer) as hour`,
      [from, to, actions],
    );

  test("three times the busiest day is told once a week is known, and as long as it is so", async () => {
    // The last day, with 240,000 actions; two days before it with 72,000 each. Nothing stands where the next hour would move it to another day.
    await hours(1, 22, 10_910);
    await hours(25, 71, 3_000);
    await look();
    expect(await growth()).toEqual([]);
    await hours(72, 200, 3_000);
    await look();
    expect(await growth()).toMatchObject([
      {
        title: expect.stringMatching(
          /^240,020 actions in 24 hours, 3\.3 times the busiest day of the two weeks before/,
        ),
        evidence: { actions: 240_020, busiest_day: 72_000, factor: 3.33 },
        state: "open",
      },
    ]);
    // A day as busy as that, within the two weeks.
    await hours(241, 262, 10_910);
    await look();
    await later();
    await look();
    expect(await growth()).toMatchObject([{ state: "closed" }]);
    await pool.query("delete from agent_action_statistics where grouped_by = 'type'");
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
    const titles = (await noticesOf("collision")).map(({ kind, title }) => `${kind}: ${title}`).sort();
    expect(titles).toEqual([
      "both_changing: b changed /edited, which a had changed 60 s before",
      "both_changing: b changed /other content, which a had changed 60 s before",
      "both_changing: b changed /read, which a had changed 60 s before",
      "overwritten: b wrote over what a had written to /hashes 60 s before, without having read it",
      "overwritten: b wrote over what a had written to /unread 60 s before, without having read it",
    ]);
  });

  test("a change of what another has just read, and not looked at since; the first change after another's, not those that follow", async () => {
    const before = { content_hash_before: hash("4"), content_hash_after: hash("5") };
    await write("action", [
      write1("a", 9, "Read", {}, "/just read"),
      write1("b", 8, "Edit", {}, "/just read"),
      write1("b", 7, "Edit", {}, "/just read"),
      write1("a", 9, "Read", {}, "/read again"),
      write1("b", 8, "Edit", {}, "/read again"),
      write1("a", 7, "Read", {}, "/read again"),
      write1("a", 9, "Read", { content_hash_after: hash("4") }, "/that content"),
      write1("b", 8, "Edit", before, "/that content"),
      write1("a", 9, "Read", { content_hash_after: hash("3") }, "/other read"),
      write1("b", 8, "Edit", before, "/other read"),
      write1("a", 9, "Edit", {}, "/in turn"),
      write1("b", 8, "Edit", {}, "/in turn"),
      write1("a", 7, "Edit", {}, "/in turn"),
      write1("b", 6, "Edit", {}, "/in turn"),
      write1("a", 14, "Edit", {}, "/long ago"),
      write1("b", 2, "Edit", {}, "/long ago"),
      write1("a", 9, "Edit", {}, "/alone"),
      write1("a", 8, "Edit", {}, "/alone"),
    ]);
    await look();
    const shown = (await noticesOf("collision"))
      .filter(({ title }) => /just read|again|that content|other read|in turn|long ago|alone/.test(title))
      .map(({ kind, severity, title }) => `${severity} ${kind}: ${title}`);
    expect(shown.sort()).toEqual([
      "info both_changing: b changed /in turn, which a had changed 60 s before",
      "info outdated: b changed /just read, which a had read 60 s before and has not read since",
      "info outdated: b changed /that content, which a had read 60 s before and has not read since",
    ]);
  });
});
