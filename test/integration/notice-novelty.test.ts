import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { DEFAULT_RULES } from "../../src/config/alert-rules.js";
import { PeriodicRules } from "../../src/notices/periodic-turn.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);
const worker = randomUUID();

async function look(): Promise<void> {
  const failures: string[] = [];
  const rules = new PeriodicRules(pool, {
    rules: DEFAULT_RULES,
    pipeline: () => ({ lag: 0, problems: [], deadLetters: 0, startedAt: Date.now() }),
    onFailure: (rule, error) => failures.push(`${rule}: ${error.message}`),
  });
  await rules.turn(worker);
  expect(failures).toEqual([]);
}

const noticesOf = async (kind: string) =>
  (
    await pool.query(
      "select severity, state, title, agent_name, correlation_id, project_name, action_ids, evidence, query from agent_actions_v1.notices where rule = 'novelty' and kind = $1 order by title",
      [kind],
    )
  ).rows;

const MINUTE = 60_000;
const failure = (agent: string, project: string | undefined, message: string, minutesAgo: number) => ({
  correlation_id: "01900000-0000-7000-8000-000000000001",
  agent_name: agent,
  project_name: project,
  action_type: "tool_call",
  action_name: "Bash",
  status: "error",
  error_message: message,
  started_at: new Date(Date.now() - minutesAgo * MINUTE).toISOString(),
  duration_ms: 10,
});
const fail = (...records: readonly object[]) => writer.write(records.map((each) => storable("action", each)));

/** As the statistics would say: the agent called the tool in that hour, or on that day. */
const counted = (
  resolution: "hour" | "day",
  agent: string,
  project: string | null,
  tool: string,
  ago: string,
) =>
  pool.query(
    `insert into agent_action_statistics (resolution, bucket_start, grouped_by, action_type, agent_name, project_name, action_name, actions, failed, running, abandoned,
       duration_count, duration_sum_ms, duration_buckets, duration_bucket_counts)
     select $1, date_trunc($1, now() - $5::interval, 'UTC'), 'combination', 'tool_call', $2, $3, $4, 3, 0, 0, 0, 0, 0, '{}', '{}'`,
    [resolution, agent, project, tool, ago],
  );

test("an error that an agent never had in a project; not one that it had, nor anything of who has just begun", async () => {
  for (const [agent, project] of [
    ["coder", "shop"],
    ["coder", "site"],
    ["o'brien\\", null],
  ] as const)
    await counted("day", agent, project, "Bash", "10 days");
  await fail(
    failure("coder", "shop", "port 8080 is in use", 60 * 24 * 5),
    failure("coder", "shop", "port 9090 is in use", 10),
    failure("coder", "site", "port 9090 is in use", 20),
    failure("coder", "shop", "cannot find module 'left'", 9),
    failure("coder", "shop", "cannot find module 'right'", 8),
    failure("o'brien\\", undefined, "disk \u202efull", 7),
    failure("new", "shop", "port 9090 is in use", 6),
  );
  await look();
  const notices = await noticesOf("new_error_group");
  expect(notices).toMatchObject([
    {
      severity: "warning",
      state: "open",
      title: "coder has an error that it never had in shop: cannot find module 'left'",
      project_name: "shop",
      evidence: { occurrences: 2, name: "Bash" },
    },
    { title: "coder has an error that it never had in site: port 9090 is in use", project_name: "site" },
    { agent_name: "o'brien\\", evidence: { occurrences: 1 } },
  ]);
  for (const { query, evidence, action_ids } of notices) {
    const { rows } = await pool.query<{ id: string }>(query);
    expect(rows.length).toBeGreaterThanOrEqual(evidence.occurrences);
    expect(rows.map(({ id }) => id)).toContain(action_ids[0]);
  }
  await look();
  expect(await noticesOf("new_error_group")).toHaveLength(3);
});

test("the first row of an error is one look into the index of a partition, and a name of any length fits in it", async () => {
  const client = await pool.connect();
  try {
    await client.query("begin; set local enable_seqscan = off");
    const { rows } = await client.query(
      `explain (costs off) select id from agent_actions where error_group = 'x' and agent_name = 'coder' and left(coalesce(project_name, ''), 200) = 'shop' order by created_at limit 1`,
    );
    const plan = rows.map((row) => String(row["QUERY PLAN"])).join("\n");
    expect(plan).toContain("Index Cond: ((error_group = 'x'::text) AND (agent_name = 'coder'::text) AND");
    expect(plan).not.toMatch(/-> {2}Sort/);
    await client.query("rollback");
  } finally {
    client.release();
  }
  const long = Array.from({ length: 3_000 }, randomUUID).join("");
  await fail(failure("a".repeat(1_000), long, "port 9090 is in use", 6));
  const { rows } = await pool.query(
    "select count(*)::integer as stored from agent_actions where project_name = $1",
    [long],
  );
  expect(rows).toEqual([{ stored: 1 }]);
});

test("a tool that an agent never called; where the statistics had to leave out names, nobody knows", async () => {
  await counted("day", "crawler", null, "Read", "10 days");
  await counted("hour", "crawler", null, "Read", "30 minutes");
  await counted("hour", "crawler", null, "Delete", "30 minutes");
  await counted("hour", "beginner", null, "Read", "30 minutes");
  await look();
  expect(await noticesOf("new_tool")).toMatchObject([
    { severity: "info", title: "crawler calls Delete, which it never did", evidence: { calls: 3 } },
  ]);
  await counted("day", "(other)", "(other)", "(other)", "5 days");
  await pool.query("update agent_notices set changed_at = now() - interval '10 minutes'");
  await look();
  expect(await noticesOf("new_tool")).toMatchObject([{ state: "closed" }]);
});
