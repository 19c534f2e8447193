import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { createDatabase } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { jsonRequest, toolSpan } from "../unit/otlp/otlp-bodies.js";
import { cli, query, stackEnv, startCli } from "./cli-program.js";

interface Row {
  readonly id: string;
  readonly action_name: string;
  readonly created_at: string;
}

interface Setup {
  readonly env: Record<string, string>;
  readonly folder: string;
  rows(): Promise<Row[]>;
}

/** Topics, a migrated database, a consumer, and a folder for files. */
async function setUp(t: TestContext): Promise<Setup> {
  const env = stackEnv(await createDatabase(t));
  const folder = await mkdtemp(join(tmpdir(), "import-"));
  t.onTestFinished(() => rm(folder, { recursive: true }));
  expect((await cli(t, ["topics", "--create", "--partitions", "1"], env)).code).toBe(0);
  expect((await cli(t, ["migrate"], env)).code).toBe(0);
  startCli(t, ["consume"], env);
  const rows = async () =>
    (await query(
      env.DATABASE_URL ?? "",
      "select id, action_name, created_at::text from agent_actions order by id",
    )) as Row[];
  return { env, folder, rows };
}

const line = (index: number): string => `${jsonRequest([toolSpan(index)])}\n`;

test("a second import gives no second row, and rows have the times of the spans", async (t) => {
  const { env, folder, rows } = await setUp(t);
  const [lines, jaeger] = [join(folder, "spans.jsonl"), join(folder, "jaeger.json")];
  await writeFile(lines, [0, 1, 2].map(line).join(""));
  const tags = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "from-jaeger" };
  const span = {
    traceID: "00000000000000000000000000000001",
    spanID: "0000000000000002",
    operationName: "execute_tool",
    startTime: 1_700_000_000_250_000,
    duration: 5_000,
    tags: Object.entries(tags).map(([key, value]) => ({ key, type: "string", value })),
    processID: "p1",
  };
  const processes = { p1: { serviceName: "agent", tags: [] } };
  await writeFile(jaeger, JSON.stringify({ data: [{ traceID: span.traceID, spans: [span], processes }] }));

  const dry = await cli(t, ["import", "--dry-run", "--json", lines, jaeger], env);
  expect(JSON.parse(dry.stdout)).toMatchObject({ files: 2, spans: 4, events: 4, unreadable: 0 });
  const first = await cli(t, ["import", lines, jaeger], env);
  expect(first).toMatchObject({ code: 0, stdout: "4 events sent of 4 spans in 2 files\n" });
  expect(first.stderr).toContain(`${jaeger}: 1 span, 1 event`);
  await until(async () => (await rows()).length >= 4);
  const before = await rows();
  expect(before.map(({ action_name: name }) => name).sort()).toEqual([
    "from-jaeger",
    "tool-0",
    "tool-1",
    "tool-2",
  ]);
  const stored = before.find(({ action_name: name }) => name === "from-jaeger");
  expect(new Date(stored?.created_at ?? "").toISOString()).toBe("2023-11-14T22:13:20.250Z");

  const second = await cli(t, ["import", lines, jaeger], env);
  expect(second.stdout).toBe(first.stdout);
  // A row that comes after them shows that they were consumed.
  await writeFile(lines, line(9));
  await cli(t, ["import", lines], env);
  await until(async () => (await rows()).some(({ action_name: name }) => name === "tool-9"));
  expect((await rows()).filter(({ action_name: name }) => name !== "tool-9")).toEqual(before);
});

test("with --correct rows of an older version are corrected, and it is said what changes", async (t) => {
  const { env, folder, rows } = await setUp(t);
  const file = join(folder, "spans.jsonl");
  await writeFile(file, [0, 1, 2].map(line).join(""));
  await cli(t, ["import", file], env);
  await until(async () => (await rows()).length >= 3);
  // As an older version would have read two of them, and this one the third.
  const misread = `update agent_actions set action_name = 'misread', action_details = '{"note": "kept"}'`;
  await query(
    env.DATABASE_URL ?? "",
    `${misread}, producer = 'otel-agent-actions@0.0.9' where action_name <> 'tool-2'`,
  );
  await query(env.DATABASE_URL ?? "", `${misread} where action_name = 'tool-2'`);
  const names = async () => (await rows()).map(({ action_name: name }) => name).sort();

  const dry = await cli(t, ["import", "--correct", "--dry-run", file], env);
  expect(dry.stdout.split("\n").slice(0, 3)).toEqual([
    "3 events would be sent of 3 spans in 1 file",
    "3 rows would be corrected of 3 that are there already",
    expect.stringMatching(/^ {2}action_details.success: 3$/),
  ]);
  expect(dry.stdout).toContain("  action_name: 2\n");
  expect(await cli(t, ["import", file], env)).toMatchObject({ code: 0 });
  const corrected = await cli(t, ["import", "--correct", "--json", file], env);
  expect(JSON.parse(corrected.stdout).corrections).toMatchObject({ found: 3, fields: { action_name: 2 } });
  await until(async () => (await names()).includes("tool-1"));
  expect(await names()).toEqual(["misread", "tool-0", "tool-1"]);
  const again = await cli(t, ["import", "--correct", "--dry-run", "--json", file], env);
  expect(JSON.parse(again.stdout).corrections).toEqual({ found: 3, corrected: 0, fields: {} });
});

test("with --resume only what is new is sent, and what is done is passed over", async (t) => {
  const { env, folder, rows } = await setUp(t);
  const [file, state] = [join(folder, "spans.jsonl"), join(folder, "state.json")];
  const run = async () =>
    JSON.parse((await cli(t, ["import", "--json", "--resume", state, file], env)).stdout);
  await writeFile(file, [0, 1].map(line).join(""));
  expect(await run()).toMatchObject({ files: 1, files_skipped: 0, events: 2 });
  expect(await run()).toMatchObject({ files: 0, files_skipped: 1, events: 0 });
  await appendFile(file, line(2));
  expect(await run()).toMatchObject({ files: 1, files_skipped: 0, events: 1 });
  await writeFile(file, line(3));
  expect(await run()).toMatchObject({ files: 1, events: 1 });
  await until(async () => (await rows()).length >= 4);
  expect((await rows()).map(({ action_name: name }) => name).sort()).toEqual([
    "tool-0",
    "tool-1",
    "tool-2",
    "tool-3",
  ]);
  expect(JSON.parse(await readFile(state, "utf8"))).toMatchObject({ version: 1 });
  await writeFile(state, "{}");
  expect(await cli(t, ["import", "--resume", state, file], env)).toMatchObject({ code: 66 });
});

test("what cannot be read is named and left out, the rest is sent, and the exit code says so", async (t) => {
  const { env, folder, rows } = await setUp(t);
  const file = join(folder, "spans.jsonl");
  await writeFile(file, `${line(0)}{"what":"ever"}\nnot json\n${line(1)}`);
  const ended = await cli(t, ["import", "--json", file], env);
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.stdout)).toMatchObject({ events: 2, unreadable: 2 });
  expect(ended.stderr).toContain(`${file}: line 2: found an object with "what": none of the known forms`);
  expect(ended.stderr).toContain(`${file}: line 3: not JSON`);
  await until(async () => (await rows()).length >= 2);
  expect(await cli(t, ["import", join(folder, "none.json")], env)).toMatchObject({
    code: 66,
    stderr: expect.stringContaining("cannot be read"),
  });
});
