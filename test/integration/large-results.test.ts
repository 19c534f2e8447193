/** Results that are too large for a record: from a real agent over Kafka to Postgres, and back whole. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createApi } from "../../src/api/api.js";
import { createApiDatabase } from "../../src/api/database.js";
import { runCli } from "../../src/cli/run-cli.js";
import { resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveRetentionSettings } from "../../src/config/retention-settings.js";
import { correlationId } from "../../src/event/index.js";
import { pathOfFile } from "../../src/large-results/large-result-file.js";
import { loadRun, replayTool } from "../../src/replay/index.js";
import { retain } from "../../src/retention/retain.js";
import { startNode } from "../helpers/run-node.js";
import { kafkaBootstrap, uniqueName } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { leftInSpool } from "../unit/spool/left-in-spool.js";
import { createHarness } from "./consumer-harness.js";
import { poolOn } from "./store-fixture.js";

const SECRET = `ghp_${"aB3dE6gH9j".repeat(3)}aB3dE6`;
const harness = await createHarness();
const pool = poolOn(harness.databaseUrl);
await harness.start();

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-large-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json.gz"));

const kafkaEnv = (brokers = kafkaBootstrap()) => ({
  KAFKA_BOOTSTRAP_SERVERS: brokers,
  AGENT_ACTIONS_TOPIC_ACTION: harness.topics.action,
});

/** The agent of test/fixtures/large-results, to its end; what its processor counted. */
async function runAgent(folder: string, run: string, env: Record<string, string> = {}) {
  const agent = startNode(["test/fixtures/large-results/agent.mjs"], {
    ...kafkaEnv(),
    AGENT_ACTIONS_LARGE_RESULTS: folder,
    AGENT_ACTIONS_EXPORTER_SHUTDOWN_TIMEOUT_MS: "600000",
    RUN: run,
    SECRET,
    PAGE: "whole",
    ...env,
  });
  const { code, stdout, stderr } = await agent.ended;
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}");
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly details: Record<string, never> & {
    readonly tool_result_whole?: { sha256: string; bytes: number };
  };
}

async function rowsOf(run: string, count: number): Promise<readonly Row[]> {
  let rows: Row[] = [];
  await until(async () => {
    rows = await harness.query(
      `select id, action_details #>> '{tool_parameters,url}' as name, action_details as details from agent_actions
       where correlation_id = $1 order by created_at`,
      [correlationId(run).uuid],
    );
    return rows.length >= count;
  });
  return rows;
}

function apiWith(folder: string | undefined) {
  const env = folder === undefined ? {} : { AGENT_ACTIONS_LARGE_RESULTS: folder };
  const api = createApi({
    settings: resolveApiSettings({}, new EnvReader(env)),
    host: "127.0.0.1",
    database: createApiDatabase(pool),
    access: {
      authorize: async (headers) => ({
        name: "reader",
        projects: headers.get("x-projects")?.split(","),
        hasToken: true,
        scopes: ["read"],
      }),
    },
    onDefect: (error) => {
      throw error;
    },
  });
  return async (path: string, headers: Record<string, string> = {}) => {
    const response = await api(
      new Request(`http://localhost/api/v1${path}`, { headers: { host: "localhost", ...headers } }),
    );
    return { status: response.status, text: await response.text() };
  };
}

async function cli(folder: string, ...args: string[]) {
  const out = captureOutput();
  const env = { ...kafkaEnv(), DATABASE_URL: harness.databaseUrl, AGENT_ACTIONS_LARGE_RESULTS: folder };
  const code = await runCli(args, quietContext(out, env));
  return { code, text: out.results.join("\n"), said: out.progressLines.join("\n") };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

test("a result of 12 MB is kept whole, once, without its credentials, and given back in every way", async () => {
  const folder = temporary();
  const run = uniqueName("whole");
  const stats = await runAgent(folder, run);
  expect(stats).toMatchObject({ ended: 4, acked: 4, held: 0, queuedBytes: 0 });
  expect(stats.largeResults).toMatchObject({ kept: 3, waiting: 0, notKept: { failed: 0, unfinished: 0 } });
  // The same page twice is one file.
  expect(filesIn(folder)).toHaveLength(2);

  const rows = await rowsOf(run, 4);
  const large = rows.find(({ name }) => name === "/large");
  const whole = large?.details.tool_result_whole;
  expect(whole?.bytes).toBeGreaterThan(12_000_000);
  expect(rows.find(({ name }) => name === "/again")?.details.tool_result_whole).toEqual(whole);
  expect(String(large?.details.tool_result).length).toBeLessThan(40_000);
  expect(String(large?.details.tool_result)).toContain(`sha256 ${whole?.sha256}]`);
  expect(await harness.count("agent_large_results")).toBe(3);

  const ask = apiWith(folder);
  const path = `/actions/${large?.id}/contents/tool_result`;
  const { status, text } = await ask(path);
  expect(status).toBe(200);
  expect(sha256(text)).toBe(whole?.sha256);
  expect(Buffer.byteLength(text)).toBe(whole?.bytes);
  const { page } = JSON.parse(text);
  // One is where the content was handed over in two parts.
  expect(page.split("[redacted]")).toHaveLength(3);
  expect(page).not.toContain(SECRET.slice(0, 12));
  expect(page.slice(0, 999_970)).toBe(
    "All work and no play makes a dull page, line after line.\n".repeat(20_000).slice(0, 999_970),
  );
  const small = rows.find(({ name }) => name === "/small");
  expect(await ask(`/actions/${small?.id}/contents/tool_result`)).toEqual({
    status: 200,
    text: '{"page": "small"}',
  });
  expect((await ask(path, { "x-projects": "another" })).status).toBe(404);
  expect((await ask(`/actions/${large?.id}/contents/secret`)).status).toBe(400);
  expect((await ask(`/actions/${large?.id}/contents/decision_result`)).status).toBe(404);
  expect((await apiWith(undefined)(path)).status).toBe(503);

  const shown = await cli(folder, "show", run, "--json", "--whole");
  const lines = shown.text.split("\n").map((line) => JSON.parse(line));
  expect(lines.map(({ action_details: { tool_result: result } }) => result?.page?.length ?? result)).toEqual([
    5,
    page.length,
    page.length,
    "written",
  ]);
  expect(lines[3].action_details.tool_parameters.content).toHaveLength(page.length - 12_000_000 + 600_000);

  // Served back from the database, with the folder and without.
  const env = { DATABASE_URL: harness.databaseUrl };
  const served = await loadRun(run, {
    env: { ...env, AGENT_ACTIONS_LARGE_RESULTS: folder },
    // Credentials are hidden in it: that is for the test to accept.
    complete: { readPage: ({ result }) => result },
  });
  const readPage = replayTool("readPage", async (_: { url: string }) => ({ page: "" }), { run: served });
  expect((await readPage({ url: "/small" })).page).toBe("small");
  expect((await readPage({ url: "/large" })).page).toBe(page);
  const without = replayTool("readPage", async (_: { url: string }) => ({ page: "" }), {
    run: await loadRun(run, { env }),
  });
  await without({ url: "/small" });
  await expect(without({ url: "/large" })).rejects.toMatchObject({
    name: "IncompleteResultError",
    how: "elsewhere",
  });

  // One whose file is missing: the rows are there with its beginning, and nobody takes them for whole.
  const file = pathOfFile(folder, whole?.sha256 ?? "");
  renameSync(file, `${file}.away`);
  const says = expect.stringContaining("2 large results not found in the folder of large results");
  const begun = await cli(folder, "show", run, "--json", "--whole");
  expect(begun).toMatchObject({ code: 0, said: says });
  const exported = await cli(folder, "export", run, "--large-results");
  expect(exported).toMatchObject({ code: 1, said: says });
  expect([begun, exported].map(({ text: rows }) => rows.split("\n").length)).toEqual([4, 4]);
  renameSync(`${file}.away`, file);
  expect(await cli(folder, "export", run, "--large-results")).toMatchObject({
    code: 0,
    said: expect.not.stringContaining("large result"),
  });

  // A file that somebody changed is refused by its name.
  writeFileSync(file, "something else");
  const refused = await ask(path);
  expect(refused.status).toBe(409);
  expect(refused.text).toContain(whole?.sha256);
  await expect(loadRun(run, { env: { ...env, AGENT_ACTIONS_LARGE_RESULTS: folder } })).rejects.toMatchObject({
    name: "LargeResultError",
    reason: "changed",
  });
});

test("a file goes with the last row that uses it: erased, masked, held, without its contents", async () => {
  const folder = temporary();
  const runs = ["erased", "masked", "aged"].map((name) => uniqueName(name)) as [string, string, string];
  const before = await harness.count("agent_large_results");
  for (const run of runs) await runAgent(folder, run, { BYTES: "700000", PAGE: "shared" });
  for (const run of runs) await rowsOf(run, 4);
  // All runs read the same pages.
  expect(filesIn(folder)).toHaveLength(2);
  const [erased, masked, aged] = runs;

  const plan = await cli(folder, "erase", "--run", erased, "--no-kafka", "--dry-run", "--json");
  expect(JSON.parse(plan.text).rows.agent_large_results).toBe(2);
  await cli(folder, "erase", "--run", erased, "--no-kafka");
  expect(filesIn(folder)).toHaveLength(2);
  await cli(folder, "erase", "--run", masked, "--mode", "mask", "--no-kafka");
  expect(filesIn(folder)).toHaveLength(2);

  await cli(folder, "hold", "add", "case-1", "--run", aged);
  const settings = resolveRetentionSettings({ contentsDays: 1, largeResults: folder }, new EnvReader({}));
  const apply = () => retain(pool, settings, new AbortController().signal);
  await harness.query(
    "update agent_actions set created_at = created_at - interval '3 days' where correlation_id = $1",
    [correlationId(aged).uuid],
  );
  await harness.query(
    `update agent_large_results used set action_created_at = action.created_at from agent_actions action
     where action.id = used.action_id and action.correlation_id = $1`,
    [correlationId(aged).uuid],
  );
  expect((await apply())?.largeResults).toBe(0);
  expect(filesIn(folder)).toHaveLength(2);
  await cli(folder, "hold", "release", "case-1");
  expect((await apply())?.largeResults).toBe(2);
  expect(filesIn(folder)).toEqual([]);
  const [{ noted } = { noted: undefined }] = await harness.query<{ noted: unknown }>(
    `select action_details #> '{contents_removed,large_results}' as noted from agent_actions
     where correlation_id = $1 and action_details #> '{contents_removed,large_results,tool_parameters}' is not null`,
    [correlationId(aged).uuid],
  );
  expect(noted).toMatchObject({ tool_parameters: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  expect(await harness.count("agent_large_results")).toBe(before);
});

test("who erases without the folder is told, and whoever has it removes the file", async () => {
  const folder = temporary();
  const run = uniqueName("elsewhere");
  await runAgent(folder, run, { BYTES: "700000", PAGE: "elsewhere" });
  await rowsOf(run, 4);
  const out = captureOutput();
  await runCli(
    ["erase", "--run", run, "--no-kafka"],
    quietContext(out, { DATABASE_URL: harness.databaseUrl }),
  );
  expect(out.results.join("\n")).toContain("large results: 2 are still in their folder");
  expect(filesIn(folder)).toHaveLength(2);
  const { text } = await cli(folder, "retain");
  expect(text).toContain("large results: 2 removed");
  expect(filesIn(folder)).toEqual([]);
  const [{ details } = { details: undefined }] = await harness.query<{ details: unknown }>(
    "select details from agent_audit_log where action = 'retain' order by number desc limit 1",
  );
  expect(details).toMatchObject({ large_results: 2 });
});

test("an agent that is killed between the file and the row leaves a file without a row, and the next process sends the event", async () => {
  const folder = temporary();
  const spool = temporary();
  const run = uniqueName("killed");
  const agent = startNode(["test/fixtures/large-results/agent.mjs"], {
    // Nothing listens there.
    ...kafkaEnv("127.0.0.1:9"),
    AGENT_ACTIONS_LARGE_RESULTS: folder,
    AGENT_ACTIONS_EXPORTER_SPOOL: "always",
    AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: spool,
    WAY: "killed",
    BYTES: "3000000",
    PAGE: "killed",
    RUN: run,
    SECRET,
  });
  await agent.said("kept");
  agent.process.kill("SIGKILL");
  await agent.ended;
  expect(filesIn(folder)).toHaveLength(1);
  const replayed = await cli(folder, "spool", "replay", "--directory", spool);
  expect(replayed.code, replayed.said).toBe(0);
  const [row] = await rowsOf(run, 1);
  const { status, text } = await apiWith(folder)(`/actions/${row?.id}/contents/tool_result`);
  expect(status).toBe(200);
  expect(JSON.parse(text).page.length).toBeGreaterThan(2_999_000);
});

test.each([
  { way: "ends", spool: "overflow", says: "tool_result_whole", files: 1 },
  { way: "exits", spool: "overflow", says: "unfinished", files: 0 },
  { way: "dies", spool: "always", says: "unfinished", files: 0 },
  { way: "ends", spool: "overflow", says: "failed", files: 0, folder: "/dev/null/large" },
])("without Kafka, a process that $way leaves one event in the spool, which says $says", async (one) => {
  const folder = one.folder ?? temporary();
  const spool = temporary();
  const agent = startNode(["test/fixtures/large-results/agent.mjs"], {
    ...kafkaEnv("127.0.0.1:9"),
    AGENT_ACTIONS_LARGE_RESULTS: folder,
    AGENT_ACTIONS_EXPORTER_SPOOL: one.spool,
    AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: spool,
    // On a slow machine the thread takes long.
    AGENT_ACTIONS_EXPORTER_FLUSH_TIMEOUT_MS: "600000",
    WAY: one.way,
    BYTES: "2000000",
    RUN: uniqueName("ends"),
    PAGE: "ends",
    SECRET,
  });
  const { stderr } = await agent.ended;
  const left = await leftInSpool(spool);
  expect(left, stderr).toHaveLength(1);
  const { action_details: details } = JSON.parse(left[0]?.value.toString() ?? "{}");
  const { tool_result: result, tool_result_whole: whole, tool_result_not_kept: notKept } = details;
  expect(whole === undefined ? notKept : "tool_result_whole").toBe(one.says);
  expect(JSON.stringify(details)).not.toContain(SECRET.slice(0, 12));
  expect(JSON.stringify(result)).toContain("[trimmed: ");
  expect(one.folder === undefined ? filesIn(folder).length : 0).toBe(one.files);
});
