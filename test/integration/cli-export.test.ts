import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, expect, test } from "vitest";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { asker, at, serveApi } from "./ask-harness.js";
import { cli } from "./cli-program.js";
import { databaseOfTwoBuilds } from "./compare-harness.js";
import { poolOn, storable } from "./store-fixture.js";

const url = await databaseOfTwoBuilds();
const ask = asker(url);
const folder = await mkdtemp(join(tmpdir(), "export-"));
afterAll(() => rm(folder, { recursive: true }));

/** More actions than a page has, one of them with a result that lists cut. */
const LONG = 300;
await createBatchWriter(poolOn(url)).write(
  Array.from({ length: LONG }, (_, number) =>
    storable("action", {
      id: `long ${number}`,
      correlation_id: "long",
      agent_name: "reader",
      action_type: "tool_call",
      action_name: "Read",
      status: "ok",
      timestamp: at(number),
      action_details: {
        tool_parameters: { number },
        tool_result: number === 7 ? "x".repeat(20_000) : 'a "b",\n\u0007c',
      },
    }),
  ),
);

test("a run is exported whole, page by page, to a file that other commands read", async (t) => {
  const path = join(folder, "long.jsonl");
  const exported = await ask(t, ["export", "long", "--output", path]);
  expect(exported).toMatchObject({ code: 0, stdout: "" });
  expect(exported.stderr).toMatch(/^1 run, 300 actions, \d+ kB to .*long\.jsonl\n$/);
  const rows = (await readFile(path, "utf8")).trimEnd().split("\n");
  const numbers = rows.map((row) => JSON.parse(row).action_details.tool_parameters.number);
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: LONG }, (_, number) => number));
  const whole = rows.filter((row) => row.length > 20_000);
  expect(whole).toHaveLength(1);
  expect(JSON.parse(whole[0] ?? "").action_details.tool_result).toBe("x".repeat(20_000));
  expect(await ask(t, ["diff", path, "long"])).toMatchObject({ code: 0 });
});

test("runs are selected by filters, from the database and from a service", async (t) => {
  const selected = ["export", "--last", "all", "--agent", "coder"];
  const direct = await ask(t, selected);
  expect(direct.stderr).toMatch(/^2 runs, 13 actions, /);
  const runs = direct.stdout.trimEnd().split("\n");
  expect(new Set(runs.map((row) => JSON.parse(row).correlation_text))).toEqual(
    new Set(["build-8", "build-7"]),
  );
  const token = { AGENT_ACTIONS_API_TOKEN: "secret" };
  expect(await cli(t, [...selected, "--url", await serveApi(url)], token)).toEqual(direct);
  expect((await ask(t, [...selected, "--limit", "1"])).stderr).toMatch(/^1 run, 6 actions, /);
  const csv = await ask(t, ["export", "build-7", "build-7", "build-8", "--format", "csv"]);
  expect(csv.stdout.trimEnd().split("\n")).toHaveLength(1 + 13);
  const nothing = await ask(t, ["export"]);
  expect(nothing).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("--last all") });
});

test("runs are exported in typed columns that say what JSON lines say", async (t) => {
  const path = join(folder, "runs.parquet");
  const named = ["export", "long", "build-7"];
  const exported = await ask(t, [...named, "--format", "parquet", "--output", path]);
  expect(exported).toMatchObject({ code: 0, stdout: "" });
  expect(exported.stderr).toMatch(/^2 runs, 307 actions, \d+ kB to .*runs\.parquet\n$/);
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
  const lines = (await ask(t, named)).stdout.trimEnd().split("\n");
  const said = lines.map((line) => JSON.parse(line));
  expect(rows.map(({ id }) => id)).toEqual(said.map(({ id }) => id));
  expect(rows.map(({ action_details }) => action_details)).toEqual(
    said.map(({ action_details }) => action_details),
  );
  const first = said.findIndex(({ action_name }) => action_name === "mend_parser");
  expect(rows[first]).toMatchObject({
    correlation_text: "build-7",
    started_at: new Date(said[first].started_at),
    duration_ms: 42_000n,
    failed: false,
    on_behalf_of: undefined,
  });
});

test("a run is exported as a trajectory, and what that cannot say is said", async (t) => {
  const { code, stdout, stderr } = await ask(t, ["export", "build-7", "--format", "atif"]);
  expect(code).toBe(0);
  const trajectory = JSON.parse(stdout);
  expect(trajectory).toMatchObject({
    schema_version: "ATIF-v1.7",
    session_id: "build-7",
    agent: { name: "coder" },
  });
  expect(trajectory.subagent_trajectories).toMatchObject([{ agent: { name: "tester" } }]);
  expect(stderr).toContain("  observation.results: not recorded (3)\n");
  expect(stderr).toContain("1 run, 7 actions");
});

test("a run is exported as a page", async (t) => {
  const path = join(folder, "build-7.html");
  expect(await ask(t, ["export", "build-7", "--format", "html", "--output", path])).toMatchObject({
    code: 0,
  });
  const page = await readFile(path, "utf8");
  expect(page).toContain("<title>Run build-7</title>");
  expect(page.match(/<li /g)).toHaveLength(7);
});

test("what cannot be exported is said, and leaves files as they were", async (t) => {
  const path = join(folder, "kept.jsonl");
  await writeFile(path, "kept");
  const before = await readdir(folder);
  const unknown = await ask(t, ["export", "build-7", "build-9", "--output", path]);
  expect(unknown).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining('"build-9"') });
  expect(await readFile(path, "utf8")).toBe("kept");
  expect(await readdir(folder)).toEqual(before);
  expect(await ask(t, ["export", "build-9", "--format", "atif"])).toMatchObject({ code: 1, stdout: "" });
  expect(await ask(t, ["export", "build-7", "--output", folder])).toMatchObject({ code: 1 });
  for (const wrong of [
    ["export", "build-7", "--agent", "coder"],
    ["export", "build-7", "--limit", "1"],
    ["export", "--last", "1h", "--since", "2026-01-01"],
    ["export", "--format", "xml"],
    ["export", "--format", "atif"],
    ["export", "--format", "parquet"],
    ["export", "build-7", "build-8", "--format", "atif"],
  ])
    expect((await ask(t, wrong)).code).toBe(64);
});
