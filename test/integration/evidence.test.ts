/** Rows that somebody changed past the consumer show; rows that the consumer and commands changed do not. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { pino } from "pino";
import { afterAll, expect, test } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveRetentionSettings } from "../../src/config/retention-settings.js";
import { startEvidence } from "../../src/evidence/evidence-keeper.js";
import { runEvidenceTurn } from "../../src/evidence/evidence-turn.js";
import { parseSigningKey, type SigningKey } from "../../src/evidence/note.js";
import { checkWitnessFile } from "../../src/evidence/witness-file.js";
import { retain } from "../../src/retention/retain.js";
import { eraseRows } from "../../src/store/erasure/erase-rows.js";
import { subjectOf } from "../../src/store/erasure/erasure-fields.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { poolOn, settingsOf, storable } from "./store-fixture.js";

const folder = await mkdtemp(join(tmpdir(), "agent-actions-evidence-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const KEY_FILE = join(folder, "audit.key");

async function cli(url: string, ...args: string[]): Promise<{ code: number; text: string }> {
  const out = captureOutput();
  const code = await runCli(args, quietContext(out, { DATABASE_URL: url }));
  const text = [...out.results, ...out.progressLines].join("\n");
  if (process.env.AGENT_ACTIONS_TEST_REPORT) process.stderr.write(`${args.join(" ")}\n${text}\n\n`);
  return { code, text };
}

const made = await cli("", "audit", "keygen", "example.com/agent-actions", "--key-file", KEY_FILE);
const VERIFIER_KEY = made.text.split("\n")[0] ?? "";
const KEY = parseSigningKey(await readFile(KEY_FILE, "utf8")) as SigningKey;

interface Checked {
  readonly verdict: string;
  readonly log: { readonly findings: string[]; readonly witnessed: number; readonly tree_size: number };
  readonly rows: readonly (Record<string, number> & {
    readonly kind: string;
    readonly findings: readonly { readonly what: string; readonly id: string }[];
  })[];
  readonly audit: { readonly intact: number } & Record<"changed" | "removed" | "inserted", number[]>;
}

function parsed(text: string): Checked {
  try {
    return JSON.parse(text) as Checked;
  } catch (cause) {
    throw new Error(`no JSON: ${text}`, { cause });
  }
}

interface Log {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly write: ReturnType<typeof createBatchWriter>["write"];
  /** All that is committed is in the log. */
  catchUp(): Promise<void>;
  verify(...args: string[]): Promise<Checked & { readonly code: number }>;
  /** With triggers off, as whoever owns the tables can. */
  tamper(statement: string, values?: unknown[]): Promise<void>;
}

async function startLog(t: TestLifetime): Promise<Log> {
  const url = await createDatabase(t);
  await migrate(settingsOf(url));
  const pool = poolOn(url, t);
  const writer = createBatchWriter(pool);
  return {
    url,
    pool,
    write: writer.write.bind(writer),
    async catchUp() {
      for (;;) {
        while ((await runEvidenceTurn(pool, KEY)).more);
        const { rows } = await pool.query<{ waiting: boolean }>(
          `select exists (select from agent_action_changes change, agent_evidence_log log
             where (change.xact_id, change.position) > ((change_cursor ->> 'xactId')::xid8, (change_cursor ->> 'position')::bigint))
           or exists (select from agent_evidence_queue) as waiting`,
        );
        if (rows[0]?.waiting === false) return;
      }
    },
    async verify(...args) {
      const { code, text } = await cli(
        url,
        "audit",
        "verify",
        "--verifier-key",
        VERIFIER_KEY,
        "--json",
        ...args,
      );
      // What follows is progress, on its own stream.
      return { code, ...parsed(text.split("\n")[0] ?? "") };
    },
    async tamper(statement, values) {
      const client = await pool.connect();
      await client.query("set session_replication_role = replica");
      const { rowCount } = await client.query(statement, values);
      await client.query("set session_replication_role = origin");
      client.release();
      expect(rowCount).toBeGreaterThan(0);
    },
  };
}

const STARTED = new Date().toISOString();

const action = (name: string, more: object = {}) =>
  storable("action", {
    id: name,
    correlation_id: "run",
    agent_name: "a",
    action_type: "tool_call",
    action_name: name,
    status: "ok",
    started_at: STARTED,
    user_id: "ada",
    action_details: {
      tool_parameters: { file_path: `/of/${name}`, n: "1e400" },
      tool_result: null,
      success: true,
    },
    ...more,
  });

const COMMON = { correlation_id: "run", timestamp: new Date().toISOString() };
const others = () => [
  storable("routing_decision", {
    ...COMMON,
    selected_agent: "a",
    confidence_score: 0.1234,
    user_request: "x",
  }),
  storable("transformation", { ...COMMON, source_agent: "a", target_agent: "b" }),
  storable("router_performance", { ...COMMON, query_text: "x", routing_duration_ms: 3 }),
  storable("detection_failure", { ...COMMON, user_request: "x", failure_reason: "timeout" }),
  storable("execution", {
    ...COMMON,
    execution_id: "e",
    agent_name: "a",
    user_prompt: "x",
    status: "success",
  }),
];

const wrong = ({ rows }: Checked) =>
  rows.flatMap(({ findings }) => findings.map(({ what, id }) => [what, id] as const));

test("what is stored, merged, taken up from before the log, erased, masked and removed for its age is in order", async (t) => {
  const log = await startLog(t);
  await log.write([action("from before"), ...others()]);
  await log.catchUp();
  const begun = await cli(log.url, "audit", "checkpoint");
  const checkpoint = join(folder, "begun");
  await writeFile(checkpoint, begun.text);

  await log.write([action("running", { status: "running" }), action("second")]);
  await log.catchUp();
  await log.write([action("running", { duration_ms: 7 })]);
  const old = new Date(Date.now() - 40 * 86_400_000).toISOString();
  await log.write([
    action("old", { started_at: old, correlation_id: "other" }),
    action("aged", { started_at: old, correlation_id: "other" }),
  ]);
  await log.catchUp();
  const { signal } = new AbortController();
  await eraseRows(log.pool, subjectOf("run", "run"), { mode: "mask", signal });
  await log.catchUp();
  const settings = (options: object) => resolveRetentionSettings(options, new EnvReader({}));
  await retain(log.pool, settings({ contentsDays: 30 }), signal);
  await log.catchUp();
  expect(await log.verify("--checkpoint", checkpoint)).toMatchObject({
    code: 0,
    verdict: "intact",
    log: { findings: [], witnessed: 1 },
    audit: { intact: 2, changed: [], removed: [], inserted: [] },
  });
  await retain(log.pool, settings({ days: 14 }), signal);
  await eraseRows(log.pool, subjectOf("agent", "b"), { mode: "remove", signal });
  await eraseRows(log.pool, subjectOf("run", "run"), { mode: "remove", signal });
  await log.catchUp();
  const end = await log.verify("--checkpoint", checkpoint);
  expect(end).toMatchObject({ code: 0, verdict: "intact" });
  expect(end.rows[0]).toMatchObject({ kind: "action", intact: 0, aged: 2, erased: 3 });
  const { rows } = await log.pool.query("select count(*)::int as rows from agent_actions");
  expect(rows).toEqual([{ rows: 0 }]);
});

test("one row changed, one removed and one inserted past the consumer are named; so are file operations and other tables", async (t) => {
  const log = await startLog(t);
  const names = ["changed", "removed", "file", "score", "untouched"];
  await log.write([
    ...names.map((name) => action(name, name === "file" ? { action_name: "Read" } : {})),
    ...others(),
  ]);
  await log.catchUp();
  const idOf = async (name: string): Promise<string> => {
    const { rows } = await log.pool.query<{ id: string }>(
      "select id::text from agent_actions where action_details::text like $1",
      [`%/of/${name}"%`],
    );
    return rows[0]?.id ?? "";
  };
  const [changed, removed, file] = [await idOf("changed"), await idOf("removed"), await idOf("file")];
  expect((await log.verify()).code).toBe(0);
  await log.tamper("update agent_actions set duration_ms = 1 where id = $1", [changed]);
  await log.tamper("delete from agent_actions where id = $1", [removed]);
  await log.tamper("update agent_file_operations set file_path = '/elsewhere' where action_id = $1", [file]);
  await log.tamper("update agent_routing_decisions set confidence_score = confidence_score + 0.0001");
  await log.tamper(
    "insert into agent_actions (correlation_id, agent_name, action_type, action_name) values (gen_random_uuid(), 'a', 'tool_call', 'x')",
  );
  const { rows } = await log.pool.query<{ id: string }>(
    "select id::text from agent_actions where action_name = 'x'",
  );
  const found = await log.verify();
  expect(found).toMatchObject({ code: 1, verdict: "tampered", log: { findings: [] } });
  expect(wrong(found)).toEqual(
    expect.arrayContaining([
      ["changed", changed],
      ["removed", removed],
      ["changed", file],
      ["inserted", rows[0]?.id],
    ]),
  );
  expect(wrong(found)).toHaveLength(5);
  expect(found.rows.map((row) => [row.kind, row.changed])).toContainEqual(["routing_decision", 1]);
  const { code, text } = await cli(log.url, "audit", "verify", "--key-file", KEY_FILE);
  expect(code).toBe(1);
  expect(text).toContain("TAMPERED WITH");
  expect(text).toContain(`removed: action ${removed}`);
});

test("rows that went for their age excuse no more rows than went", async (t) => {
  const log = await startLog(t);
  const old = new Date(Date.now() - 40 * 86_400_000).toISOString();
  const kept = { started_at: old, correlation_id: "kept" };
  await log.write([action("one", { started_at: old }), action("held", kept)]);
  await log.catchUp();
  await log.pool.query("insert into agent_holds (name, field, value) values ('h', 'project', 'p')");
  await log.tamper("update agent_actions set debug_mode = (action_name = 'one')");
  const touched = await log.verify();
  expect(touched.rows[0]?.changed).toBeGreaterThan(0);
  await log.pool.query("select cleanup_old_debug_logs()");
  await log.catchUp();
  // One went by cleaning up; the other was removed by hand in the same range of time.
  await log.tamper("delete from agent_actions where action_name = 'held'");
  expect((await log.verify()).rows[0]).toMatchObject({ aged: 1, removed: 1 });
});

test("a log that was changed itself does not pass: leaves, tiles, checkpoints, the audit log, and another key", async (t) => {
  const log = await startLog(t);
  await log.write(Array.from({ length: 300 }, (_, at) => action(`action ${at}`)));
  await log.catchUp();
  const saved = join(folder, "saved");
  await writeFile(saved, (await cli(log.url, "audit", "checkpoint")).text);
  await log.pool.query("insert into agent_audit_log (action, subject) values ('drop', 'x')");
  await log.catchUp();
  await log.write([action("later")]);
  await log.catchUp();
  expect((await log.verify("--checkpoint", saved)).code).toBe(0);

  /** Tries it, and puts everything back. */
  const findings = async (...statements: string[]): Promise<string> => {
    const backup =
      "agent_evidence_leaves, agent_evidence_tiles, agent_evidence_checkpoints, agent_evidence_log, agent_audit_log".split(
        ", ",
      );
    for (const table of backup) await log.pool.query(`create table copy_${table} as table ${table}`);
    for (const statement of statements) await log.tamper(statement);
    const { code, ...found } = await log.verify("--checkpoint", saved);
    expect(code).toBe(1);
    for (const table of backup) {
      await log.pool.query(`set session_replication_role = replica; truncate ${table}`);
      await log.pool.query(
        table === "agent_audit_log"
          ? `insert into ${table} overriding system value select * from copy_${table}`
          : `insert into ${table} select * from copy_${table}`,
      );
      await log.pool.query(`drop table copy_${table}; set session_replication_role = origin`);
    }
    expect((await log.verify("--checkpoint", saved)).code).toBe(0);
    return [...found.log.findings, JSON.stringify(found.audit)].join("\n");
  };
  await expect(log.pool.query("delete from agent_evidence_leaves")).rejects.toThrow("only grows");
  expect(
    await findings("update agent_evidence_leaves set row_sha256 = sha256('x') where leaf_index = 7"),
  ).toContain("Leaf 7");
  expect(await findings("delete from agent_evidence_leaves where leaf_index = 7")).toContain("Leaf 7");
  expect(
    await findings(
      "update agent_evidence_tiles set hashes = overlay(hashes placing sha256('x') from 33 for 32) where level = 0 and number = 0",
    ),
  ).toContain("another root");
  expect(await findings("delete from agent_evidence_tiles where level = 0 and number = 0")).toContain(
    "tile 0/0",
  );
  expect(await findings("delete from agent_evidence_checkpoints")).toContain("one was removed");
  expect(
    await findings("update agent_evidence_checkpoints set note = replace(note, 'example', 'elpmaxe')"),
  ).toContain("not signed");
  // The log as it was before, as a restored backup has it: only the checkpoint from elsewhere shows it.
  expect(
    await findings(
      "update agent_evidence_log set tree_size = 5",
      "delete from agent_evidence_leaves where leaf_index >= 5",
    ),
  ).toContain("an older database was restored");
  expect(await findings("update agent_audit_log set subject = 'y'")).toContain('"changed":[1]');
  expect(await findings("delete from agent_audit_log")).toContain('"removed":[1]');

  const foreign = join(folder, "foreign.key");
  await cli("", "audit", "keygen", "example.com/agent-actions", "--key-file", foreign);
  const other = parseSigningKey(await readFile(foreign, "utf8")) as SigningKey;
  await expect(runEvidenceTurn(log.pool, other)).rejects.toThrow("another key");
  expect((await cli(log.url, "audit", "verify", "--key-file", foreign)).code).toBe(1);
});

test("a log that was emptied is told by a checkpoint from elsewhere, or by what is left of it", async (t) => {
  const log = await startLog(t);
  const none = await log.verify();
  expect(none).toEqual({ code: 75, verdict: "unknown", reason: "no_log" });
  await log.write([action("one")]);
  await log.catchUp();
  const saved = join(folder, "before it was emptied");
  await writeFile(saved, `${(await cli(log.url, "audit", "checkpoint")).text}\n\n`);
  await checkWitnessFile(saved, log.pool, KEY.verifier);
  const whole = await log.verify("--checkpoint", saved);
  expect(whole).toMatchObject({ code: 0, is_beginning: false, begun_at: expect.any(String) });
  expect(whole.log).toMatchObject({ tree_size: expect.any(Number), signed_at: expect.any(String) });

  await log.tamper("delete from agent_evidence_log");
  expect(await log.verify()).toMatchObject({ code: 1, verdict: "tampered", reason: "log_gone" });
  await log.pool.query(await emptyingCommands());
  expect(await log.verify()).toEqual(none);
  expect(await log.verify("--checkpoint", saved)).toMatchObject({
    code: 1,
    verdict: "tampered",
    reason: "log_gone",
    log: { findings: [expect.stringContaining("this database has no log")] },
  });
  const words = await cli(log.url, "audit", "verify", "--verifier-key", VERIFIER_KEY, "--checkpoint", saved);
  expect(words.code).toBe(1);
  expect(words.text).toMatch(/^TAMPERED WITH\n {2}- The log is gone/);
  const keyless = await cli(log.url, "audit", "verify", "--checkpoint", saved);
  expect(keyless.text).toContain("give --verifier-key");
  const other = join(folder, "of another log.key");
  const made = await cli("", "audit", "keygen", "example.com/other", "--key-file", other, "--json");
  expect(JSON.parse(made.text.split("\n")[0] ?? "")).toEqual({
    verifier_key: expect.stringMatching(/^example\.com\/other\+/),
    key_file: other,
  });
  const unsigned = await cli(log.url, "audit", "verify", "--key-file", other, "--checkpoint", saved);
  expect(unsigned).toMatchObject({ code: 75, text: expect.stringContaining("not signed by the key") });

  // A service begins another one, which is no better. It says so, and leaves the file of its witness as it is.
  const lines: string[] = [];
  const keeper = startEvidence({
    settings: { keyFile: KEY_FILE, intervalMillis: 100, witnessFile: saved, witnessTopic: undefined },
    key: KEY,
    postgres: settingsOf(log.url),
    log: pino({ level: "warn" }, { write: (line: string) => void lines.push(line) }),
    isWriting: () => false,
    produce: () => Promise.resolve(),
  });
  const before = await readFile(saved, "utf8");
  try {
    await until(() => keeper.metrics().witness_failures > 0, { seen: () => lines });
  } finally {
    await keeper.stop(60_000);
  }
  const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const [begun, refused] = ["since", "witness"].map((member) => said.find((line) => member in line));
  expect(begun).toMatchObject({ level: 40, since: expect.any(String) });
  expect(begun?.msg).toContain("a new evidence log begins");
  expect(refused).toMatchObject({ level: 50, witness: saved });
  expect(refused?.reason).toMatch(/signed checkpoint of \d+ leaves.+Nothing is added to the file/);
  expect(await readFile(saved, "utf8")).toBe(before);
  await log.catchUp();
  expect((await log.verify()).code).toBe(0);
  expect((await log.verify("--checkpoint", saved)).code).toBe(1);
});

/** As the documentation has them. */
async function emptyingCommands(): Promise<string> {
  const text = await readFile(new URL("../../docs/evidence.md", import.meta.url), "utf8");
  const block = /```sql\n(begin;[^`]+)```/.exec(text)?.[1];
  if (block === undefined) throw new Error("docs/evidence.md has no commands that empty the log");
  return block;
}

test("what became of the log's place in the feed is in the log, and rows are added again", async (t) => {
  const log = await startLog(t);
  await log.write([action("one")]);
  await log.catchUp();
  await log.pool.query("update agent_actions_installation set id = gen_random_uuid()");
  await log.write([action("two")]);
  const { lost } = await runEvidenceTurn(log.pool, KEY);
  expect(lost).toBe(true);
  expect((await log.verify()).code).toBe(75);
  await log.catchUp();
  await log.write([action("not in the log yet")]);
  expect((await log.verify()).rows[0]).toMatchObject({ on_the_way: 1, inserted: 0 });
  await log.catchUp();
  const again = await log.verify();
  expect(again).toMatchObject({ code: 0, verdict: "intact" });
  expect(again.rows[0]).toMatchObject({ intact: 3, on_the_way: 0 });
});
