import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadRun } from "../../src/replay/index.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { asker, at, serveApi } from "./ask-harness.js";
import { cli } from "./cli-program.js";
import { databaseOfTwoBuilds } from "./compare-harness.js";
import { poolOn, storable } from "./store-fixture.js";

const url = await databaseOfTwoBuilds();
const service = await serveApi(url);
const ask = asker(url);
const folder = await mkdtemp(join(tmpdir(), "compare-"));
afterAll(() => rm(folder, { recursive: true }));

const pages = await Promise.all(
  ["docs/comparing.md", "docs/expecting.md"].map((path) => readFile(path, "utf8")),
);
const transcripts = pages.flatMap((page) =>
  [...page.matchAll(/^\$ npx agent-actions (.+)\n((?:(?!```).*\n)*)```/gm)].map(
    ([, command = "", output = ""]) => ({ command, output }),
  ),
);
/** The first JSON of docs/expecting.md. */
const golden = join(folder, "golden.json");
await writeFile(golden, /^```json\n(.+?)```/ms.exec(pages[1] ?? "")?.[1] ?? "");

describe("docs/comparing.md and docs/expecting.md", () => {
  test("have transcripts", () => expect(transcripts).toHaveLength(2));

  test.for(transcripts)("$command", async ({ command, output }, t) => {
    const args = command.split(" ").map((arg) => (arg === "golden.json" ? golden : arg));
    const { stdout, stderr } = await ask(t, args);
    expect({ stdout, stderr }).toEqual({ stdout: output, stderr: "" });
  });
});

test("a run is held against a file, another run, or those with a label", async (t) => {
  const junit = join(folder, "result.xml");
  expect(await ask(t, ["expect", "build-8", golden, "--junit", junit])).toMatchObject({
    code: 1,
    stderr: "",
  });
  expect(await readFile(junit, "utf8")).toContain('tests="1" failures="1"');
  expect(
    await ask(t, ["expect", "build-8", golden, "--match", "exact", "--arguments", "ignore"]),
  ).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("superset"),
  });
  expect(await ask(t, ["expect", "build-8", "build-8"])).toMatchObject({ code: 0 });
  expect(await ask(t, ["expect", "build-8", "build-7"])).toMatchObject({ code: 1 });
  expect(await ask(t, ["expect", "build-8", "--label", "unheard"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("agent-actions label RUN unheard"),
  });
  await ask(t, ["label", "build-7", "golden"]);
  const labelled = await ask(t, [
    "expect",
    "build-8",
    "--label",
    "golden",
    "--match",
    "subset",
    "--arguments",
    "ignore",
    "--json",
  ]);
  expect(labelled.code).toBe(1);
  expect(JSON.parse(labelled.stdout).expectations[0]).toMatchObject({ name: "as build-7", extra: [2] });
  for (const wrong of [
    ["expect", "build-8"],
    ["expect", "build-8", golden, "--label", "x"],
    ["expect", "build-8", golden, "--match", "nearly"],
  ])
    expect((await ask(t, wrong)).code).toBe(64);
  await writeFile(join(folder, "broken.json"), "{");
  expect(await ask(t, ["expect", "build-8", join(folder, "broken.json")])).toMatchObject({ code: 66 });
});

test("runs are the same from the database, a service and a file, and the exit code says how they compare", async (t) => {
  const direct = await ask(t, ["diff", "build-7", "build-8", "--json"]);
  const over = await cli(t, ["diff", "build-7", "build-8", "--json", "--url", service], {
    AGENT_ACTIONS_API_TOKEN: "secret",
  });
  expect(direct).toMatchObject({ code: 1, stderr: "" });
  expect(over).toEqual(direct);

  const file = join(folder, "build-7.jsonl");
  await writeFile(file, (await ask(t, ["show", "build-7", "--json"])).stdout);
  // Files need no database.
  const files = await cli(t, ["diff", file, file], {});
  expect(files).toMatchObject({ code: 0, stderr: "" });
  const mixed = await ask(t, ["diff", file, "build-8", "--json"]);
  expect({ ...JSON.parse(mixed.stdout), a: null }).toEqual({ ...JSON.parse(direct.stdout), a: null });

  const nothing = await ask(t, [
    "diff",
    "build-8",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "--ignore",
    "Read:$.**",
  ]);
  expect(nothing.code).toBe(1);
  const usage = await ask(t, ["diff", "build-8", "build-7", "--ignore", "Read"]);
  expect(usage).toMatchObject({ code: 64, stderr: expect.stringContaining("a colon and a path") });
  const unknown = await ask(t, ["diff", "build-8", "build-9"]);
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('"build-9"') });
});

test("details that a list of the API cuts are compared whole", async (t) => {
  const long = (run: string, end: string) =>
    storable("action", {
      id: `${run} 1`,
      correlation_id: run,
      agent_name: "reader",
      action_type: "tool_call",
      action_name: "Read",
      status: "ok",
      timestamp: at(0),
      action_details: { tool_parameters: { path: "a" }, tool_result: "x".repeat(9_000) + end },
    });
  await createBatchWriter(poolOn(url)).write([long("long-1", "1"), long("long-2", "2"), long("long-3", "2")]);
  const { code, stdout } = await ask(t, ["diff", "long-1", "long-2", "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout).differences[0].outcome.differences[0].b).toMatch(/x2$/);
  expect(await ask(t, ["diff", "long-2", "long-3"])).toMatchObject({ code: 0 });

  // Cut in a list, whole on demand; a replay reads it whole from wherever.
  const cut = await ask(t, ["show", "long-2", "--json"]);
  expect(JSON.parse(cut.stdout).truncated).toEqual(["action_details.tool_result"]);
  const whole = await ask(t, ["show", "long-2", "--json", "--whole"]);
  expect(JSON.parse(whole.stdout).action_details.tool_result).toHaveLength(9_001);
  expect(await ask(t, ["show", "long-2", "--whole"])).toMatchObject({ code: 64 });
  const file = join(folder, "long-2.jsonl");
  await writeFile(file, whole.stdout);
  for (const run of [
    await loadRun(file),
    await loadRun("long-2", { databaseUrl: url }),
    await loadRun("long-2", { url: service, token: "secret" }),
  ])
    expect(run.take("Read", { path: "a" }, undefined)?.result).toMatch(/^x{9000}2$/);
  await expect(loadRun("long-2", { url: service, token: "wrong" })).rejects.toThrow("status 401");
  await expect(loadRun("long-9", { url: service, token: "secret" })).rejects.toThrow('"long-9"');
  await expect(loadRun(join(folder, "none.jsonl"))).rejects.toThrow("none.jsonl cannot be read");
});

test("many runs are compared by what they have in common, and labels say how they ended", async (t) => {
  await ask(t, ["label", "build-8", "wrong"]);
  const { code, stdout } = await ask(t, [
    "diff",
    "--many",
    "--agent",
    "coder",
    "--last",
    "all",
    "--bad",
    "wrong",
    "--json",
  ]);
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report.runs.map(({ succeeded }: { succeeded: boolean }) => succeeded)).toEqual([false, true]);
  expect(report.consensus.map((step: { action_name: string }) => step.action_name)).toContain("Read");
  expect(report.over_represented).toMatchObject({ selectedRuns: 1, otherRuns: 1 });
  const against = await ask(t, [
    ...["diff", "--many", "build-7", "build-8", "--json"],
    ...["--baseline", "agent=reviewer", "--baseline", "last=all"],
  ]);
  expect(against.code).toBe(0);
  const { baseline, over_represented } = JSON.parse(against.stdout);
  expect(over_represented).toMatchObject({ selectedRuns: 2, otherRuns: baseline.length });
  expect(over_represented.properties).toContainEqual(
    expect.objectContaining({ kind: "agent", value: "coder", selected: 2, others: 0 }),
  );
  // By its text and by its UUID it is the same run, which counts as selected.
  for (const same of [
    ["--baseline", "build-7"],
    ["--baseline", "agent=coder", "--baseline", "last=all"],
  ])
    expect(await ask(t, ["diff", "--many", "build-7", "build-8", ...same])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("baseline"),
    });
  expect(await ask(t, ["diff", "build-7", "build-8", "--baseline", "build-7"])).toMatchObject({ code: 64 });
  const one = await ask(t, ["diff", "--many", "--agent", "reviewer", "--last", "all"]);
  expect(one).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("two runs at least") });
  expect(await ask(t, ["diff", "build-7", "build-8", "--good", "right"])).toMatchObject({ code: 64 });
});

test("a run is played back from the database, and only safe tools are called once more", async (t) => {
  const played = await ask(t, ["replay", "build-8", "--play"]);
  expect(played).toMatchObject({ code: 0, stderr: "" });
  expect(
    played.stdout
      .split("\n")
      .slice(0, 5)
      .map((line) => line.trim().replace(/ {2,}/g, "  ")),
  ).toEqual([
    "build-8",
    "6 actions in 31.0 s",
    "0:00.0  ▶ coder: mend_parser",
    '0:01.0  ● Read {"file_path":"src/parse.ts"}  14 ms',
    '0:02.0  ● Grep {"path":"src","pattern":"skipBlanks"}  40 ms',
  ]);
  const log = join(folder, "called.txt");
  const module = join(folder, "tools.mjs");
  await writeFile(
    module,
    `import { appendFileSync } from "node:fs";
     const call = (name) => (input) => { appendFileSync(${JSON.stringify(log)}, name + " "); return name === "Bash" ? "all passed" : null; };
     export const safe = ["Bash", "Grep"];
     export const tools = { Bash: call("Bash"), Grep: call("Grep"), Edit: call("Edit"), Read: call("Read") };`,
  );
  const again = await ask(t, ["replay", "build-8", "--tools", module, "--only-safe", "--json"]);
  expect(
    again.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).outcome),
  ).toEqual(["skipped", "unchanged", "skipped", "unchanged"]);
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(await readFile(log, "utf8")).toBe("Grep Bash ");
  expect((await ask(t, ["replay", "build-7", "--tools", module, "--only-safe"])).code).toBe(1);
  for (const wrong of [
    ["--tools", module],
    [],
    ["--play", "--tools", module, "--only-safe"],
    ["--play", "--speed", "0"],
  ])
    expect((await ask(t, ["replay", "build-8", ...wrong])).code).toBe(64);
  await writeFile(module, "export const tools = {};");
  expect(await ask(t, ["replay", "build-8", "--tools", module, "--only-safe"])).toMatchObject({
    code: 66,
    stderr: expect.stringContaining("has to export safe"),
  });
});

test("what a line of a file must be is said with its number", async (t) => {
  const path = join(folder, "broken.jsonl");
  await writeFile(path, '{"action_type":"tool_call","action_name":"Read"}\nnot json\n');
  const { code, stderr } = await cli(t, ["diff", path, path], {});
  expect(code).toBe(66);
  expect(stderr).toContain(`${path}, line 2: a JSON object is expected`);
});
