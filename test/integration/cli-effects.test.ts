import { expect, test } from "vitest";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { asker, at, filledDatabase, idAt } from "./ask-harness.js";
import { poolOn, storable } from "./store-fixture.js";

const url = await filledDatabase();
const ask = asker(url);

const COMMIT = "1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d";
const PULL = "https://git.example/o/r/pull/7";

const call = (seconds: number, name: string, tool_parameters: object, tool_result?: unknown, more = {}) => ({
  id: idAt(seconds, name),
  correlation_id: "release-1",
  agent_name: "releaser",
  action_type: "tool_call",
  action_name: name,
  status: "ok",
  started_at: at(seconds),
  action_details: { tool_parameters, ...(tool_result !== undefined && { tool_result }) },
  ...more,
});

await createBatchWriter(poolOn(url)).write(
  [
    call(200, "Write", { file_path: "/work/shop/CHANGES.md", content: "x" }, { type: "create" }),
    call(201, "Edit", { file_path: "/work/shop/src/parse.ts", old_string: "a", new_string: "b" }),
    // Longer than a list shows.
    call(
      202,
      "Bash",
      { command: "git commit -am 'Mend the parser'" },
      `${"x".repeat(5_000)}\n[main 1a2b3c4] Mend the parser`,
    ),
    call(203, "Bash", { command: "cd /work/shop && git log -1 1a2b3c4" }, "commit 1a2b3c4"),
    call(204, "open_pull", { title: "Mend" }, { html_url: `${PULL}/files` }),
    call(205, "Bash", { command: "git push" }, undefined, { status: "error", error_message: "denied" }),
    call(206, "fetch", { url: PULL }, "\u001b[31mred \u202e", { correlation_id: "review-1" }),
    call(207, "Bash", { command: "git log" }, "1a2b3c4 Mend the parser", { correlation_id: "review-1" }),
    call(208, "Bash", { command: `git revert ${COMMIT}` }, "done", { correlation_id: "revert-1" }),
    call(209, "fetch", { url: `${PULL}0` }, "another one"),
  ].map((event) => storable("action", event)),
);

test("effects of a run: files, commands, requests and tools, with what can be undone", async (t) => {
  const { code, stdout, stderr } = await ask(t, ["effects", "release-1"]);
  expect({ code, stdout: stdout.trimEnd().split(/\n+/), stderr }).toEqual({
    code: 0,
    stdout: [
      "Files",
      "FILE                     CHANGE   CALLS  UNDONE  WHY",
      "/work/shop/CHANGES.md    created      1  yes     it was not there before: remov…",
      "/work/shop/src/parse.ts  changed      1  yes     each edit says what stood ther…",
      "Commands",
      "COMMAND                           UNDONE      WHY",
      "git commit -am 'Mend the parser'  yes         the commit before is still there",
      "git log -1 1a2b3c4                only reads  it only reads",
      "Requests",
      "TOOL   HOST         CALLS  UNDONE    WHY",
      "fetch  git.example      1  not said  what the tool does is not said",
      "Other tools",
      "TOOL       CALLS  UNDONE    WHY",
      "open_pull      1  not said  what the tool does is not said",
    ],
    stderr: "1 call failed, and part of what they were to do may have happened.\n",
  });
  const { files } = JSON.parse((await ask(t, ["effects", "release-1", "--json"])).stdout);
  expect(files[0]).toEqual({
    path: "/work/shop/CHANGES.md",
    change: "created",
    calls: 1,
    before: null,
    after: null,
    action_id: idAt(200, "Write"),
    reversible: "yes",
    why: "it was not there before: remove it",
  });
  const reader = await ask(t, ["effects", "4bf92f3577b34da6a3ce929d0e0e4736"]);
  expect(reader).toMatchObject({
    stdout: "",
    stderr: "1 call only read files.\nThe run changed nothing that is recorded.\n",
  });
  expect(await ask(t, ["effects", "release-9"])).toMatchObject({ code: 1, stdout: "" });
  for (const wrong of [["effects"], ["effects", "a", "b"]]) expect((await ask(t, wrong)).code).toBe(64);
});

test.for([
  [
    COMMIT,
    [
      ["release-1", "made"],
      ["review-1", "printed"],
      ["revert-1", "named"],
    ],
  ],
  [
    "1A2B3C4",
    [
      ["release-1", "made"],
      ["review-1", "printed"],
      ["revert-1", "named"],
    ],
  ],
  [
    PULL,
    [
      ["release-1", "made"],
      ["review-1", "named"],
    ],
  ],
  [`${PULL}0`, [["release-1", "named"]]],
  [
    "src/parse.ts",
    [
      ["release-1", "wrote"],
      ["build-7", "wrote"],
    ],
  ],
  [
    "/work/shop/src/parse.ts",
    [
      ["release-1", "wrote"],
      ["build-7", "wrote"],
    ],
  ],
  ["arse.ts", []],
  ["0000000", []],
] as const)("origin of %s", async ([target, expected], t) => {
  const { code, stdout } = await ask(t, ["origin", target, "--last", "all", "--json"]);
  expect(code).toBe(0);
  const origins = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  expect(origins.map(({ run, how }) => [run, how])).toEqual(expected);
});

test("origins are a table without control characters; without a time range they are those of a week", async (t) => {
  const { stdout } = await ask(t, ["origin", COMMIT, "--last", "all", "--agent", "releaser"]);
  expect(stdout.split("\n").slice(0, 2)).toEqual([
    "STARTED           RUN        HOW      AGENT     ACTION  EVIDENCE",
    "2026-01-05 09:03  release-1  made     releaser  Bash    …xxx [main 1a2b3c4] Men…",
  ]);
  const nothing = await ask(t, ["origin", COMMIT]);
  expect(nothing).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("--last 30d") });
  const one = await ask(t, ["origin", COMMIT, "--last", "all", "--limit", "1"]);
  expect(one.stderr).toContain("1 of 3 runs");
  for (const wrong of [
    ["origin"],
    ["origin", "a", "b"],
    ["origin", "a", "--last", "1h", "--since", "2026-01-01"],
  ])
    expect((await ask(t, wrong)).code).toBe(64);
});
