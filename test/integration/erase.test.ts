import { expect, test } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { correlationId } from "../../src/event/index.js";
import { eraseRows, repeatErasures } from "../../src/store/erasure/erase-rows.js";
import { ERASABLE_TABLES, subjectOf } from "../../src/store/erasure/erasure-fields.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { kafkaBootstrap, uniqueName } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { type ConsumerHarness, createHarness, untilConsumed } from "./consumer-harness.js";
import { catchUp, expectRuns, expectStatistics } from "./statistics-harness.js";
import { anyAction, migratedPool, poolOn, storable } from "./store-fixture.js";

const ADA = "ada@example.com";
const RUN = "the run of ada";

const harness = await createHarness({ partitions: 2 });
const pool = poolOn(harness.databaseUrl);

const envOf = ({ topics, databaseUrl, groupId }: ConsumerHarness): Record<string, string> => ({
  KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
  DATABASE_URL: databaseUrl,
  KAFKA_GROUP_ID: groupId,
  ...Object.fromEntries(
    Object.entries(topics).map(([role, name]) => [`AGENT_ACTIONS_TOPIC_${role.toUpperCase()}`, name]),
  ),
});

async function cli(...args: string[]): Promise<{ code: number; text: string }> {
  const out = captureOutput();
  const code = await runCli(args, quietContext(out, envOf(harness)));
  const text = [...out.results, ...out.progressLines].join("\n");
  if (process.env.AGENT_ACTIONS_TEST_REPORT) process.stderr.write(`${args.join(" ")}\n${text}\n\n`);
  return { code, text };
}

const erase = async (...args: string[]) => {
  const { code, text } = await cli("erase", ...args, "--json");
  return { code, ...(JSON.parse(text) as { rows: Record<string, number>; dead_letters: number }) };
};

/** What one person's run leaves behind, in every table. */
function recordsOf(
  run: string,
  user: string,
): readonly (readonly [Parameters<typeof harness.produce>[0], object])[] {
  const common = {
    correlation_id: run,
    user_id: user,
    session_id: `session of ${user}`,
    timestamp: "2026-11-01T10:00:00Z",
  };
  const read = {
    ...common,
    agent_name: "helper",
    action_type: "tool_call",
    action_name: "Read",
    status: "ok",
    duration_ms: 5,
    action_details: {
      tool_parameters: { file_path: `/home/${user}/notes` },
      tool_result: `mail of ${user}`,
      success: true,
    },
  };
  return [
    ["action", { ...read, id: `${run} 1` }],
    ["action", { ...read, id: `${run} 2`, action_name: "search", on_behalf_of: [user] }],
    [
      "action",
      { ...read, id: `${run} 3`, status: "running", action_details: { tool_parameters: { q: user } } },
    ],
    ["routing_decision", { ...common, selected_agent: "helper", user_request: `for ${user}` }],
    ["transformation", { ...common, source_agent: "a", target_agent: "b", user_request: `for ${user}` }],
    ["router_performance", { ...common, query_text: `for ${user}`, routing_duration_ms: 3 }],
    ["detection_failure", { ...common, user_request: `for ${user}`, failure_reason: "timeout" }],
    [
      "execution",
      {
        ...common,
        execution_id: `${run} execution`,
        agent_name: "helper",
        user_prompt: `I am ${user}`,
        status: "success",
      },
    ],
    ["label", { ...common, name: "good", text: `says ${user}` }],
  ];
}

async function send(run: string, user: string): Promise<number> {
  const records = recordsOf(run, user);
  for (const [kind, value] of records)
    await harness.produce(kind, [{ key: run, value: JSON.stringify(value) }]);
  // A record that became a dead letter.
  await harness.produce("action", [
    { key: run, value: JSON.stringify({ user_id: user, correlation_id: run }) },
  ]);
  return records.length + 1;
}

/** Tables in which a text stands anywhere, with how many rows. */
async function tablesWith(text: string): Promise<Record<string, number>> {
  const tables = await harness.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition",
  );
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await harness.query<{ rows: number }>(
      `select count(*)::int as rows from ${name} where strpos(${name}::text, $1) > 0`,
      [text],
    );
    if (row?.rows) found[name] = row.rows;
  }
  return found;
}

test("a person is erased from every table and derived row, stays so under a replay and a redrive, and may come back", async () => {
  const consumer = await harness.start();
  const sent = (await send(RUN, ADA)) + (await send("the run of bob", "bob@example.com"));
  await untilConsumed(consumer, sent);
  await catchUp(pool);
  expect(await tablesWith(ADA)).toMatchObject({ agent_actions: 3, agent_runs: 1, agent_file_operations: 1 });
  const before = await tablesWith("bob@example.com");

  expect(await erase("--where", `user=${ADA}`, "--dry-run")).toMatchObject({
    code: 0,
    rows: { agent_actions: 3, agent_execution_logs: 1, agent_action_labels: 1 },
    dead_letters: 1,
  });
  expect(await tablesWith(ADA)).toMatchObject({ agent_actions: 3 });
  const { code, text } = await cli("erase", "--where", `user=${ADA}`, "--reason", "asked for it");
  expect(code).toBe(0);
  expect(text).toContain("agent_actions: 3 removed");
  expect(text).toContain("dead letters: 1 marked as erased");
  expect(text).toMatch(/Kafka still holds records[\s\S]*action: until \d{4}-/);

  await catchUp(pool);
  expect(await tablesWith(ADA)).toEqual({});
  expect(await tablesWith(RUN)).toEqual({});
  expect(await tablesWith("bob@example.com")).toEqual(before);
  await expectStatistics(pool);
  await expectRuns(pool);
  const [entry] = await harness.query("select action, subject, details from agent_audit_log");
  expect(entry).toMatchObject({
    action: "erase",
    subject: expect.stringMatching(/^user sha256:[0-9a-f]{64}$/),
    details: { mode: "remove", reason: "asked for it", rows: { agent_actions: 3 } },
  });

  // All of it is read once more, by a group that begins anew.
  const again = await harness.start({ groupId: `${harness.groupId}-again` });
  await untilConsumed(again, sent);
  expect(again.metrics()).toMatchObject({
    messages_skipped: 9,
    skipped: { erased: 9 },
    messages_inserted: 0,
  });
  expect(await tablesWith(ADA)).toEqual({});
  const shown = await cli("dlq", "list", "--all", "--json");
  expect(
    shown.text
      .split("\n")
      .map((line) => (JSON.parse(line) as { state: string }).state)
      .sort(),
  ).toEqual(["erased", "open", "open", "open"]);
  await again.stop();

  // What she does from now on is stored.
  await harness.produce("action", [
    {
      key: "k",
      value: JSON.stringify({
        ...recordsOf("another run", ADA)[0]?.[1],
        timestamp: new Date(Date.now() + 60_000),
      }),
    },
  ]);
  await until(async () => (await tablesWith(ADA)).agent_actions === 1);
  await consumer.stop();
}, 120_000);

test("a run is masked: rows, names and counts stay, contents and persons go, and events do not bring them back", async () => {
  const consumer = await harness.start();
  const run = "the masked run";
  const user = "eve@example.com";
  const before = consumer.metrics().messages_consumed;
  const sent = await send(run, user);
  await untilConsumed(consumer, before + sent);
  await catchUp(pool);
  const counts = await tablesWith(correlationId(run).uuid);
  await erase("--run", run, "--mode", "mask");
  await catchUp(pool);
  expect(await tablesWith(user)).toEqual({});
  expect(await tablesWith(run)).toEqual({});
  expect(await tablesWith(correlationId(run).uuid)).toEqual(counts);
  await expectStatistics(pool);
  const [action] = await harness.query(
    "select agent_name, action_name, duration_ms, action_details from agent_actions where correlation_id = $1 and state = 'ended' order by action_name limit 1",
    [correlationId(run).uuid],
  );
  expect(action).toEqual({
    agent_name: "helper",
    action_name: "Read",
    duration_ms: 5,
    action_details: { success: true },
  });
  // The end of the action that was running, and all of it again.
  const end = { ...recordsOf(run, user)[2]?.[1], status: "ok" };
  await harness.produce("action", [{ key: run, value: JSON.stringify(end) }]);
  const more = await send(run, user);
  await untilConsumed(consumer, before + sent + more + 1);
  expect(await tablesWith(user)).toEqual({});
  expect(consumer.metrics().skipped.erased).toBe(10);
  await consumer.stop();
}, 120_000);

test("what is held is not erased; what was asked for wrongly is said so", async () => {
  const consumer = await harness.start();
  const before = consumer.metrics().messages_consumed;
  await untilConsumed(consumer, before + (await send("the held run", "kim@example.com")));
  await harness.query("insert into agent_holds (name, field, value) values ('case-1', 'run', $1)", [
    correlationId("the held run").uuid,
  ]);
  const held = await cli("erase", "--where", "user=kim@example.com");
  expect(held.code).toBe(1);
  expect(held.text).toContain("9 rows are held by case-1: nothing was erased");
  expect(await tablesWith("kim@example.com")).toMatchObject({ agent_actions: 3 });
  await harness.query("update agent_holds set until = now() where name = 'case-1'");
  expect(await erase("--where", "user=kim@example.com")).toMatchObject({
    code: 0,
    rows: { agent_actions: 3 },
  });
  for (const args of [[], ["--run", "a", "--session", "b"], ["--where", "colour=red"], ["--where", "user"]])
    expect(await cli("erase", ...args)).toMatchObject({ code: 64 });
  await expect(harness.query("delete from agent_audit_log")).rejects.toMatchObject({ code: "42501" });
}, 120_000);

test("nothing slips in while a run is erased that is being written", async (t) => {
  const own = await migratedPool(t);
  const writers = [createBatchWriter(own), createBatchWriter(own)];
  const run = uniqueName("run");
  let isOver = false;
  const write = async (writer: (typeof writers)[number]) => {
    for (let at = 0; !isOver; at++) {
      const events = Array.from({ length: 20 }, (_, index) =>
        anyAction({ correlation_id: index % 2 === 0 ? run : "another", user_id: `${at}` }),
      );
      await writer.write(events);
    }
  };
  const writing = writers.map(write);
  const rows = async () => {
    const { rows: counted } = await own.query<{ run: number; other: number }>(
      "select count(*) filter (where correlation_id = $1)::int as run, count(*) filter (where correlation_id <> $1)::int as other from agent_actions",
      [correlationId(run).uuid],
    );
    return counted[0] ?? { run: 0, other: 0 };
  };
  await until(async () => (await rows()).run > 100);
  await eraseRows(own, subjectOf("run", run), { mode: "remove", signal: new AbortController().signal });
  const { other } = await rows();
  await until(async () => (await rows()).other > other + 100);
  isOver = true;
  await Promise.all(writing);
  expect((await rows()).run).toBe(0);
}, 120_000);

test("the end of an action that does not say whose it is brings nothing back; nor do rows of a backup, once it is repeated", async (t) => {
  const own = await migratedPool(t);
  const writer = createBatchWriter(own);
  const started = {
    id: "1",
    correlation_id: "run",
    agent_name: "a",
    action_type: "tool_call",
    action_name: "t",
    started_at: "2026-11-01T00:00:00Z",
  };
  await writer.write([storable("action", { ...started, status: "running", user_id: ADA })]);
  await eraseRows(own, subjectOf("user", ADA), { mode: "remove", signal: new AbortController().signal });
  expect(await writer.write([storable("action", { ...started, status: "ok" })])).toMatchObject({
    erased: 1,
    inserted: 0,
    perKind: { action: { erased: 1, inserted: 0 } },
  });
  const rows = async () =>
    (await own.query("select user_id, on_behalf_of from agent_actions order by 1")).rows;
  expect(await rows()).toEqual([]);

  // Rows of a backup, put in beside the ledger: of a person by name or among others, from before and from after.
  await own.query(
    `insert into agent_actions (correlation_id, agent_name, action_type, action_name, user_id, on_behalf_of, created_at)
     select gen_random_uuid(), 'a', 'decision', 'd', user_id, on_behalf_of, created_at
     from (values ($1, null, now() - interval '1 day'), ('bob', array[$1, 'carl'], now() - interval '1 day'), ($1, null, now() + interval '1 day'), ('bob', null, now()))
       as backup (user_id, on_behalf_of, created_at)`,
    [ADA],
  );
  const signal = new AbortController().signal;
  await eraseRows(own, subjectOf("on_behalf_of", "nobody"), { mode: "remove", signal });
  expect(await repeatErasures(own, signal)).toMatchObject({ agent_actions: 1 });
  const left = [
    { user_id: ADA, on_behalf_of: null },
    { user_id: "bob", on_behalf_of: [ADA, "carl"] },
    { user_id: "bob", on_behalf_of: null },
  ];
  expect(await rows()).toEqual(expect.arrayContaining(left));
  expect(await rows()).toHaveLength(3);
  await eraseRows(own, subjectOf("on_behalf_of", ADA), { mode: "mask", signal });
  await own.query("update agent_actions set on_behalf_of = $1 where user_id is null", [[ADA]]);
  expect(await repeatErasures(own, signal)).toMatchObject({ agent_actions: 1 });
  expect(await rows()).toEqual(
    expect.arrayContaining([left[0], left[2], { user_id: null, on_behalf_of: null }]),
  );
});

test("every table that knows a run, a session or a person is one that erasing knows", async () => {
  const rows = await harness.query<{ name: string }>(
    `select distinct relname as name from pg_class join pg_attribute on attrelid = pg_class.oid
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition and not attisdropped
       and attname in ('correlation_id', 'session_id', 'user_id', 'on_behalf_of')`,
  );
  // Derived from rows, or hanging on them: erase-summaries.ts and erase-rows.ts.
  const others = [
    "agent_action_keys",
    "agent_action_span_attributions",
    "agent_action_shares",
    "agent_file_operations",
    "agent_notices",
    "agent_run_executions",
    "agent_run_parts",
    "agent_runs",
    "agent_statistics_marks",
  ];
  expect(rows.map(({ name }) => name).sort()).toEqual(
    [...ERASABLE_TABLES.map(({ table }) => table), ...others].sort(),
  );
});
