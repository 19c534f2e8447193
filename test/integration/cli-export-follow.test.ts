import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { startOwnPostgres } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { at, idAt } from "./ask-harness.js";
import { cli, startCli } from "./cli-program.js";
import { poolOn, settingsOf, storable } from "./store-fixture.js";

// The change feed waits for the oldest transaction of its server: it has one of its own.
const url = await startOwnPostgres();
await migrate(settingsOf(url));
const pool = poolOn(url);
const writer = createBatchWriter(pool);
const folder = await mkdtemp(join(tmpdir(), "follow-"));
afterAll(() => rm(folder, { recursive: true }));

const env = { DATABASE_URL: url };

const insert = (from: number, to: number, more: object = {}) =>
  writer.write(
    Array.from({ length: to - from }, (_, index) =>
      storable("action", {
        id: idAt(from + index, "Read"),
        correlation_id: "followed",
        agent_name: "reader",
        action_type: "tool_call",
        action_name: "Read",
        status: "ok",
        started_at: at(from + index),
        action_details: { tool_parameters: { number: from + index }, tool_result: "x".repeat(3_000) },
        ...more,
      }),
    ),
  );

const ids = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => idAt(from + index, "Read"));

async function linesOf(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  // The last one may be about to be written.
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const untilLines = (
  path: string,
  wanted: readonly string[],
  idOf = (line: Record<string, unknown>) => line.id,
) =>
  until(
    async () => {
      const seen = new Set((await linesOf(path)).map(idOf));
      return wanted.every((id) => seen.has(id));
    },
    { seen: async () => (await linesOf(path)).length },
  );

test("every action is written at least once, whole, also when the process is killed in between", async (t) => {
  const [output, cursor] = [join(folder, "siem.jsonl"), join(folder, "siem.cursor")];
  const args = ["export", "--follow", "--last", "all", "--output", output, "--cursor", cursor];
  await insert(0, 120);
  const first = startCli(t, args, env);
  await untilLines(output, ids(0, 120));
  await insert(120, 240);
  await untilLines(output, ids(120, 240));
  first.child.kill("SIGKILL");
  await first.ended;
  // What a process leaves that is killed within a line.
  await appendFile(output, '{"id":"unfinis');
  await insert(240, 300);
  const second = startCli(t, args, env);
  await untilLines(output, ids(240, 300));
  second.child.kill("SIGTERM");
  expect(await second.ended).toMatchObject({ code: 0 });
  const lines = await linesOf(output);
  expect(new Set(lines.map(({ id }) => id))).toEqual(new Set(ids(0, 300)));
  expect(lines.every(({ action_details }) => JSON.stringify(action_details).length > 3_000)).toBe(true);

  const before = lines.length;
  const third = startCli(t, args, env);
  await insert(300, 301);
  await untilLines(output, ids(300, 301));
  third.child.kill("SIGTERM");
  await third.ended;
  // What was written before the place was kept is not written again.
  expect((await linesOf(output)).length).toBe(before + 1);
});

test("as OCSF, a change has the id of the action, and filters hold", async (t) => {
  const [output, cursor] = [join(folder, "ocsf.jsonl"), join(folder, "ocsf.cursor")];
  const args = [
    "export",
    "--follow",
    "--format",
    "ocsf",
    "--agent",
    "slow",
    "--output",
    output,
    "--cursor",
    cursor,
  ];
  const program = startCli(t, args, env);
  await until(() => readFile(cursor).then(Boolean, () => false));
  const uidOf = (line: Record<string, unknown>) => (line.metadata as { uid: string }).uid;
  await insert(400, 401, { agent_name: "slow", status: "running" });
  await untilLines(output, ids(400, 401), uidOf);
  await insert(401, 402);
  await insert(400, 401, { agent_name: "slow", ended_at: at(500) });
  await until(async () => (await linesOf(output)).length >= 2, { seen: () => linesOf(output) });
  program.child.kill("SIGTERM");
  await program.ended;
  const lines = await linesOf(output);
  expect(new Set(lines.map(uidOf))).toEqual(new Set(ids(400, 401)));
  expect(lines.at(0)).toMatchObject({ status: "running" });
  expect(lines.at(-1)).toMatchObject({ status: "Success", end_time: Date.parse(at(500)) });
});

test("a place that the feed does not reach back to is told, with what to do, and nothing is passed over", async (t) => {
  const cursor = join(folder, "lost.cursor");
  const lost = { installation: "00000000-0000-0000-0000-000000000000", xactId: "1", position: "0" };
  await appendFile(cursor, JSON.stringify({ cursor: lost, saved_at: "2026-01-05T09:00:00.000Z" }));
  const ended = await cli(t, ["export", "--follow", "--cursor", cursor], env);
  expect(ended).toMatchObject({ code: 1, stdout: "" });
  expect(ended.stderr).toContain("--since 2026-01-05T09:00:00.000Z");
  for (const wrong of [
    ["--follow"],
    ["--cursor", cursor],
    ["--follow", "--cursor", cursor, "--format", "csv"],
    ["--follow", "--cursor", cursor, "run"],
    ["--follow", "--cursor", cursor, "--limit", "1"],
    ["--follow", "--cursor", cursor, "--url", "http://127.0.0.1:1"],
  ])
    expect((await cli(t, ["export", ...wrong], env)).code).toBe(64);
});
