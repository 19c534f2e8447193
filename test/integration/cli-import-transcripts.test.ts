import { appendFile, cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type TestContext, test } from "vitest";
import { createActionPublisher } from "../../exporter/index.js";
import { createDatabase } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { cli, query, stackEnv, startCli } from "./cli-program.js";

const FIXTURES = fileURLToPath(new URL("../fixtures/transcripts/", import.meta.url));
const SESSION = "59376e85-a276-4727-8069-5bb0e937ef03";

async function setUp(t: TestContext) {
  const env = stackEnv(await createDatabase(t));
  const folder = await mkdtemp(join(tmpdir(), "transcripts-"));
  t.onTestFinished(() => rm(folder, { recursive: true }));
  expect((await cli(t, ["topics", "--create", "--partitions", "1"], env)).code).toBe(0);
  expect((await cli(t, ["migrate"], env)).code).toBe(0);
  startCli(t, ["consume"], env);
  const rows = async (text: string) =>
    (await query(env.DATABASE_URL ?? "", text)) as Record<string, unknown>[];
  const count = async (text: string) => Number((await rows(`select count(*) from ${text}`))[0]?.count);
  return { env, folder, rows, count };
}

test("what came live, and what was imported before, gets no second row; sub-agents and files are there", async (t) => {
  const { env, folder, rows, count } = await setUp(t);
  await cp(FIXTURES, folder, { recursive: true });
  // As a hook tells of a call before and after it, with times and ids of its own.
  const publisher = createActionPublisher({
    brokers: env.KAFKA_BOOTSTRAP_SERVERS,
    topics: { action: env.AGENT_ACTIONS_TOPIC_ACTION ?? "" },
  });
  t.onTestFinished(() => publisher.close());
  const live = {
    session_id: SESSION,
    correlation_id: SESSION,
    agent_name: "claude-code",
    action_type: "tool_call" as const,
    action_name: "Edit",
    call_key: "toolu_01UyMnRboo5LauZ0Geua9mmo",
    source: "claude-code-hook",
    started_at: "2026-11-29T10:24:13.700Z",
  };
  expect(await publisher.publishActionEvent({ ...live, status: "running" })).toBe(true);
  const ended = { ...live, status: "ok" as const, duration_ms: 8, started_at: "2026-11-29T10:24:13.708Z" };
  expect(await publisher.publishActionEvent(ended)).toBe(true);
  await until(async () => (await count("agent_actions where state = 'ended'")) === 1);

  const first = await cli(t, ["import", "--json", folder], env);
  expect(first).toMatchObject({ code: 0 });
  expect(JSON.parse(first.stdout)).toMatchObject({
    files: 8,
    reports: 48,
    events: 48,
    unknown: 0,
    unreadable: 0,
  });
  await until(async () => (await count("agent_execution_logs")) === 7);
  await until(async () => (await count("agent_actions")) === 41);
  const stored =
    "select id, created_at, action_name, status, action_details, parent_action_id from agent_actions order by id";
  const before = await rows(stored);
  const [edit] = await rows(`
    select action.source, action.duration_ms, action.status, action_details -> 'content_hash_before' is not null as hashed,
      file_path, operation_type
    from agent_actions action join agent_file_operations on action_id = action.id
    where tool_call_id = 'toolu_01UyMnRboo5LauZ0Geua9mmo' or action_name = 'Edit' and session_id = '${SESSION}'`);
  expect(edit).toEqual({
    source: "claude-code-hook",
    duration_ms: 8,
    status: "ok",
    hashed: true,
    file_path: "/home/u/shop/hello.txt",
    operation_type: "edit",
  });
  const nested = await rows(`
    select parent.action_name as under, child.action_name, child.agent_name, child.correlation_id = parent.correlation_id as one_run
    from agent_actions child join agent_actions parent on parent.id = child.parent_action_id order by 1`);
  expect(nested).toEqual([
    { under: "Agent", action_name: "Bash", agent_name: "general-purpose", one_run: true },
    { under: "task", action_name: "bash", agent_name: "general", one_run: true },
  ]);

  const second = await cli(t, ["import", "--json", folder], env);
  expect(second.stdout).toBe(first.stdout);
  // A row that comes after them shows that they were consumed.
  expect(await publisher.publishActionEvent({ ...live, call_key: "toolu_last", status: "ok" })).toBe(true);
  await until(async () => (await count("agent_actions")) === 42);
  expect((await rows(stored)).filter(({ id }) => before.some((row) => row.id === id))).toEqual(before);
  expect(await count("agent_execution_logs")).toBe(7);
});

test("--follow takes what is added, also to a line that was half written, and reads a renamed file again", async (t) => {
  const { env, folder, count } = await setUp(t);
  const text = await readFile(join(FIXTURES, "claude-code/session.jsonl"), "utf8");
  const lines = text.split("\n");
  // Behind the first call, in the middle of the line with its result.
  const cut = text.indexOf(lines[7] ?? "") + 100;
  const file = join(folder, "session.jsonl");
  await writeFile(file, text.slice(0, cut));
  const follow = startCli(t, ["import", "--follow", "--json", folder], env);
  await until(
    async () => (await count("agent_actions where state = 'running' and action_name = 'Write'")) === 1,
  );
  await appendFile(file, text.slice(cut));
  await until(async () => (await count("agent_actions where state = 'ended'")) === 10);
  await rename(file, join(folder, "renamed.jsonl"));
  await cp(join(FIXTURES, "pi-session.jsonl"), join(folder, "z-new.jsonl"));
  await until(async () => (await count("agent_actions where source = 'pi-transcript'")) === 7);
  expect(await count("agent_actions where source = 'claude-code-transcript'")).toBe(10);
  process.kill(follow.pid, "SIGINT");
  const ended = await follow.ended;
  expect(ended.code).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({ unreadable: 0, refused: 0 });
});

test("with --resume only what was added is sent, with the calls that began before", async (t) => {
  const { env, folder, count } = await setUp(t);
  const text = await readFile(join(FIXTURES, "codex-rollout.jsonl"), "utf8");
  const lines = text.trimEnd().split("\n");
  const called = lines.findIndex((line) => line.includes("custom_tool_call"));
  const [file, state] = [join(folder, "rollout.jsonl"), join(folder, "state.json")];
  const run = async () =>
    JSON.parse((await cli(t, ["import", "--json", "--resume", state, file], env)).stdout);
  await writeFile(file, `${lines.slice(0, called + 1).join("\n")}\n`);
  expect(await run()).toMatchObject({ files: 1, events: 4 });
  expect(await run()).toMatchObject({ files: 0, files_skipped: 1, events: 0 });
  await writeFile(file, text);
  expect(await run()).toMatchObject({ files: 1, events: 4 });
  await until(async () => (await count("agent_actions where state = 'ended'")) === 6);
  expect(await count("agent_actions")).toBe(6);
});
