/** Leaves of the evidence log that went for their age: what is left proves what it proved, and what went otherwise shows. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, expect, test } from "vitest";

import { runCli } from "../../src/cli/run-cli.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveRetentionSettings } from "../../src/config/retention-settings.js";
import { runEvidenceTurn } from "../../src/evidence/evidence-turn.js";
import { createEvidenceService } from "../../src/evidence/http-route.js";
import { latestCheckpoint } from "../../src/evidence/log-table.js";
import { parseSigningKey, type SigningKey } from "../../src/evidence/note.js";
import { pruneEvidence, readPruned } from "../../src/evidence/prune.js";
import { retain } from "../../src/retention/retain.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase } from "../helpers/stack.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { poolOn, settingsOf, storable } from "./store-fixture.js";

const folder = await mkdtemp(join(tmpdir(), "agent-actions-pruned-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function cli(url: string, ...args: string[]): Promise<{ code: number; text: string }> {
  const out = captureOutput();
  const code = await runCli(args, quietContext(out, { DATABASE_URL: url }));
  return { code, text: [...out.results, ...out.progressLines].join("\n") };
}

const keyFile = join(folder, "audit.key");
const made = await cli("", "audit", "keygen", "example.com/agent-actions", "--key-file", keyFile);
const VERIFIER_KEY = made.text.split("\n")[0] ?? "";
const KEY = parseSigningKey(await readFile(keyFile, "utf8")) as SigningKey;

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

const actions = (count: number, days: number, run: string) =>
  Array.from({ length: count }, (_, at) =>
    storable("action", {
      id: `${run}-${at}`,
      correlation_id: run,
      agent_name: "a",
      action_type: "tool_call",
      action_name: "Read",
      started_at: daysAgo(days),
      action_details: { tool_parameters: { file_path: "/a" }, success: true },
    }),
  );

/** All that is committed is in the log: here nobody else has a transaction open. */
async function catchUp(pool: pg.Pool): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    const turn = await runEvidenceTurn(pool, KEY);
    const { rows } = await pool.query<{ waiting: boolean }>(
      `select exists (select from agent_action_changes change, agent_evidence_log
         where (change.xact_id, change.position) > ((change_cursor ->> 'xactId')::xid8, (change_cursor ->> 'position')::bigint))
       or exists (select from agent_evidence_queue) as waiting`,
    );
    quiet = turn.more || turn.leaves > 0 || rows[0]?.waiting !== false ? 0 : quiet + 1;
  }
}

interface Verified {
  readonly verdict: string;
  readonly log: {
    readonly findings: readonly string[];
    readonly minimum_index: number;
    readonly witnessed: number;
  };
  readonly limits: readonly string[];
}

/** The beginning of the bundle with the first leaf about an action of the run. A row that was there before the log may have two leaves. */
async function bundleOf(pool: pg.Pool, run: string): Promise<number> {
  const { rows } = await pool.query<{ first: number }>(
    `select min(leaf_index)::float8 as first from agent_evidence_leaves join agent_actions on id = row_id
     where correlation_id = correlation_uuid($1)`,
    [run],
  );
  const first = rows[0]?.first ?? 0;
  return first - (first % 256);
}

const SOON = () => new Date(Date.now() + 1_000);

test("leaves go that no row needs; proofs, checkpoints and rows after them are as right as before, and other gaps show", async (t) => {
  const url = await createDatabase(t);
  await migrate(settingsOf(url));
  const pool = poolOn(url, t);
  const { signal } = new AbortController();
  const verify = async (...more: string[]): Promise<Verified> => {
    const { text } = await cli(url, "audit", "verify", "--verifier-key", VERIFIER_KEY, "--json", ...more);
    return JSON.parse(text.split("\n")[0] ?? "") as Verified;
  };
  const writer = createBatchWriter(pool);
  await writer.write(actions(300, 100, "old"));
  await catchUp(pool);
  const early = join(folder, "early");
  await writeFile(early, (await latestCheckpoint(pool))?.note ?? "");
  await writer.write(actions(300, 110, "older"));
  await writer.write(actions(300, 1, "new"));
  await catchUp(pool);
  const late = join(folder, "late");
  await writeFile(late, (await latestCheckpoint(pool))?.note ?? "");

  // While rows are there, their leaves are.
  expect(await pruneEvidence(pool, SOON(), signal)).toBe(0);
  await catchUp(pool);
  expect(await readPruned(pool)).toEqual({ before: 0, audit: 0 });

  const before = await bundleOf(pool, "new");
  expect(before).toBeGreaterThanOrEqual(512);
  await retain(pool, resolveRetentionSettings({ days: 60 }, new EnvReader({})), signal);
  await catchUp(pool);
  await pruneEvidence(pool, SOON(), signal);
  // It is said and signed before it is done, and once.
  await pruneEvidence(pool, SOON(), signal);
  expect(await readPruned(pool)).toEqual({ before: 0, audit: 0 });
  await catchUp(pool);
  expect(await readPruned(pool)).toMatchObject({ before });
  const leavesBefore = async () =>
    (
      await pool.query("select count(*)::int as rows from agent_evidence_leaves where leaf_index < $1", [
        before,
      ])
    ).rows[0]?.rows;
  expect(await leavesBefore()).toBe(before);
  expect(await verify("--checkpoint", late)).toMatchObject({
    verdict: "intact",
    log: { minimum_index: before },
  });
  const retained = await retain(
    pool,
    resolveRetentionSettings({ days: 60, evidenceDays: 60 }, new EnvReader({})),
    signal,
  );
  expect(retained?.rows).toMatchObject({ agent_evidence_leaves: before });
  expect(await leavesBefore()).toBe(0);
  await catchUp(pool);

  const checked = await verify("--checkpoint", late, "--checkpoint", early);
  expect(checked).toMatchObject({ verdict: "intact", log: { minimum_index: before, witnessed: 2 } });
  expect(checked.limits.join()).toContain(`Leaves before ${before} went for their age`);

  const proved = JSON.parse(
    (await cli(url, "audit", "prove", "--verifier-key", VERIFIER_KEY, "--leaf", `${before + 9}`, "--json"))
      .text,
  );
  expect(proved).toMatchObject({ index: before + 9 });
  expect(
    await cli(url, "audit", "prove", "--verifier-key", VERIFIER_KEY, "--leaf", `${before - 1}`),
  ).toMatchObject({
    code: 1,
    text: expect.stringContaining(
      `no leaf ${before - 1} any more: those before ${before} went for their age`,
    ),
  });
  expect((await cli(url, "audit", "prove", "--verifier-key", VERIFIER_KEY, "--from-size", "300")).code).toBe(
    0,
  );

  const service = createEvidenceService({
    postgres: settingsOf(url),
    access: { authorize: async () => ({}) } as never,
    hosts: undefined,
    onDefect: (error) => {
      throw error;
    },
  });
  t.onTestFinished(() => service.stop());
  const status = async (path: string) =>
    (await service.route(new Request(`http://127.0.0.1${path}`), undefined)).status;
  const bundle = before / 256;
  const paths = [
    "/tile/0/000",
    `/tile/entries/00${bundle - 1}`,
    `/tile/0/00${bundle}.p/9`,
    `/tile/entries/00${bundle}.p/9`,
    "/tile/1/000.p/2",
  ];
  expect(await Promise.all(paths.map(status))).toEqual([200, 404, 200, 200, 200]);

  // Nobody removes more than a leaf says, but who turns triggers off, and that shows.
  await expect(
    pool.query("delete from agent_evidence_leaves where leaf_index = $1", [before]),
  ).rejects.toThrow(/only grows/);
  const client = await pool.connect();
  await client.query("set session_replication_role = replica");
  await client.query("delete from agent_evidence_leaves where leaf_index < $1", [before + 8]);
  client.release(true);
  const torn = await verify();
  expect(torn.verdict).toBe("tampered");
  expect(torn.log.findings).toHaveLength(8);
});

test("a held row keeps its leaf, and those after it; a leaf that nobody signed lets nothing go", async (t) => {
  const url = await createDatabase(t);
  await migrate(settingsOf(url));
  const pool = poolOn(url, t);
  const { signal } = new AbortController();
  const writer = createBatchWriter(pool);
  await writer.write(actions(300, 100, "old"));
  await catchUp(pool);
  await writer.write(actions(1, 100, "held"));
  await catchUp(pool);
  await writer.write(actions(600, 100, "later"));
  await pool.query(
    "insert into agent_holds (name, field, value) select 'case', 'run', correlation_uuid('held')",
  );
  await catchUp(pool);
  const before = await bundleOf(pool, "held");
  expect(before).toBeGreaterThanOrEqual(256);
  await retain(pool, resolveRetentionSettings({ days: 60 }, new EnvReader({})), signal);
  await catchUp(pool);
  await pruneEvidence(pool, SOON(), signal);
  await catchUp(pool);
  expect(await readPruned(pool)).toMatchObject({ before });

  const client = await pool.connect();
  await client.query("set session_replication_role = replica");
  await client.query(
    `insert into agent_evidence_leaves (leaf_index, kind, details, logged_at)
     select tree_size, 'log', '{"what":"pruned","before":${before + 512}}', now() from agent_evidence_log`,
  );
  await client.query("delete from agent_evidence_leaves where leaf_index < $1", [before + 512]);
  client.release(true);
  const { code, text } = await cli(url, "audit", "verify", "--verifier-key", VERIFIER_KEY);
  expect(code).toBe(1);
  expect(text).toContain("it was inserted");
});
