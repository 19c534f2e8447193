import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";
import { asker, filledDatabase, idAt, serveApi } from "./ask-harness.js";
import { cli, MAIN, startShell } from "./cli-program.js";

const url = await filledDatabase();
const service = await serveApi(url);
const ask = asker(url);

/** Commands of a page, with what it says that they print. */
const page = await readFile("docs/asking.md", "utf8");
const transcripts = [...page.matchAll(/^\$ npx agent-actions (\w+)(.*)\n((?:(?!```).*\n)*)```/gm)].map(
  ([, name = "", rest = "", output = ""]) => ({ name, command: name + rest, output }),
);
const transcriptOf = (wanted: string) => {
  const found = transcripts.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`docs/asking.md has no transcript of ${wanted}.`);
  return found;
};
/** What changes something, or is typed at, has a test of its own below. */
const READING = transcripts.filter(({ name }) => name !== "label" && name !== "history");

describe("docs/asking.md", () => {
  test("has a transcript of every command that asks", () => {
    const shown = transcripts.map(({ name }) => name);
    for (const name of [
      "runs",
      "show",
      "actions",
      "stats",
      "decisions",
      "files",
      "sessions",
      "errors",
      "report",
      "history",
      "label",
    ])
      expect(shown).toContain(name);
  });

  test.for(READING)("$command", async ({ command, output }, t) => {
    const { code, stdout } = await ask(t, command.split(" "));
    expect({ code, stdout }).toEqual({ code: 0, stdout: output });
  });
});

test("a service is asked in the same words and responds with the same", async (t) => {
  const lines = [
    ["runs", "--last", "all"],
    ["runs", "--last", "all", "--not-failed", "--csv"],
    ["show", "build-7"],
    ["show", "--last", "--agent", "tester", "--json"],
    ["stats", "--by", "agent", "--last", "all", "--fields", "actions,p50_ms"],
    ["report", "--since", "2026-01-05", "--until", "2026-01-06", "--json"],
    ["report", "--since", "2026-01-05", "--until", "2026-01-06", "--allow-list"],
    ["actions", "--last", "all", "--min-duration", "31", "--csv", "--fields", "id,action_name"],
  ];
  for (const line of lines) {
    const direct = await ask(t, line);
    const over = await cli(t, [...line, "--url", service], { TZ: "UTC", AGENT_ACTIONS_API_TOKEN: "secret" });
    expect(direct).toMatchObject({ code: 0, stderr: "" });
    expect(over).toEqual(direct);
  }
});

test("rows come by as many pages as it takes, as JSON or CSV", async (t) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  t.onTestFinished(async () => {
    await client.query("delete from agent_actions where agent_name = 'busy'");
    await client.end();
  });
  await client.query(
    `insert into agent_actions (correlation_id, agent_name, action_type, action_name, created_at, duration_ms, action_details)
     select gen_random_uuid(), 'busy', 'tool_call', 'call ' || n, timestamptz '2026-01-05 09:00Z' + n * interval '1 second', n, '{"big": 12345678901234567890}'
     from generate_series(1, 2500) as n`,
  );
  const busy = ["actions", "--agent", "busy", "--last", "all"];
  const { stdout, stderr } = await ask(t, [...busy, "--json", "--limit", "3000"]);
  const rows = stdout.trimEnd().split("\n");
  expect(rows).toHaveLength(2_500);
  expect(new Set(rows.map((row) => JSON.parse(row).action_name)).size).toBe(2_500);
  expect(rows[0]).toContain('"big": 12345678901234567890');
  expect(stderr).toBe("");

  const fields = ["--fields", "action_name,action_details"];
  const cut = await ask(t, [...busy, "--csv", "--limit", "2", ...fields]);
  expect(cut.stdout).toBe(
    'action_name,action_details\ncall 2500,"{""big"": 12345678901234567890}"\ncall 2499,"{""big"": 12345678901234567890}"\n',
  );
  expect(cut.stderr).toContain("2 of more. For the others: --limit 20");

  const script = `"${process.execPath}" "${MAIN}" ${busy.join(" ")} --json --limit 3000 | head -n 1 >/dev/null; echo "\${PIPESTATUS[0]}"`;
  const { ended } = startShell(t, script, { DATABASE_URL: url });
  expect(await ended).toMatchObject({ stdout: "0\n", stderr: "" });
});

test("nothing in a time range: 0, an empty standard output, and what to do", async (t) => {
  const { code, stdout, stderr } = await ask(t, ["runs"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("--last 7d, or --last all");
});

describe("wrong usage", () => {
  const cases: readonly [command: string, code: number, words: string][] = [
    ["runs --last yesterday", 64, "--last has to be a number with s, m, h, d or w, such as 30m, or all"],
    ["runs --last 3h --since 2026-01-01", 64, "--last and --since exclude each other"],
    ["runs --json --csv", 64, "--json and --csv exclude each other"],
    ["actions --failed --not-failed", 64, "--failed and --not-failed exclude each other"],
    ["actions --agnet coder", 64, "Did you mean --agent?"],
    ["stats --by colour", 64, "--by has to be up to 3 different ones of agent, agent_version"],
    ["runs --url ftp://example.org", 64, "--url has to be the address of a service"],
    ["report --since yesterday", 64, "--since has to be a number with s, m, h or d behind it"],
    ["report --since 2026-01-06 --until 2026-01-05", 64, "--since has to be before --until"],
    ["show", 64, "show RUN, or show --last"],
    ["show build-7 --last", 64, "show RUN, or show --last"],
    ["show build-7 --agent coder", 64, "--agent says which run is the latest"],
    ["show no-such-run", 1, "agent-actions runs --last all"],
    ["show --last --agent nobody", 1, "There is no run that fits"],
    ["runs --url http://127.0.0.1:9", 69, "http://127.0.0.1:9 does not respond"],
  ];
  test.for(cases)("%s: %i", async ([command, expected, words], t) => {
    const { code, stdout, stderr } = await ask(t, command.split(" "));
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toContain(words);
    expect(stderr).not.toContain("    at ");
  });

  test("a database that is not migrated: 78 with the command, and one that is away: 69", async (t) => {
    const empty = asker(await createDatabase(t));
    for (const command of [["runs"], ["show", "--last"], ["stats"]])
      expect(await empty(t, command)).toMatchObject({
        code: 78,
        stdout: "",
        stderr: expect.stringContaining("Run: agent-actions migrate"),
      });
    expect(await asker("postgres://127.0.0.1:9/x")(t, ["runs"])).toMatchObject({ code: 69, stdout: "" });
  });

  test("a service without or with a wrong token: 78, and an address of something else: 1", async (t) => {
    const over = (AGENT_ACTIONS_API_TOKEN?: string, path = "") =>
      cli(t, ["runs", "--url", service + path], { AGENT_ACTIONS_API_TOKEN });
    expect(await over()).toMatchObject({
      code: 78,
      stderr: expect.stringContaining("AGENT_ACTIONS_API_TOKEN"),
    });
    expect(await over("wrong")).toMatchObject({ code: 78, stderr: expect.stringContaining("is not known") });
    expect(await over("secret", "/elsewhere")).toMatchObject({ code: 1 });
  });
});

test("an action that is shown is found by its id in JSON", async (t) => {
  const { stdout } = await ask(t, ["show", "build-7", "--json"]);
  const rows = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows.map(({ depth, action_name }) => [depth, action_name])).toEqual([
    [0, "mend_parser"],
    [1, "Read"],
    [1, "choose_fix"],
    [1, "Edit"],
    [1, "run_tests"],
    [2, "Bash"],
    [2, "Bash"],
  ]);
  expect(rows[1].id).toBe(idAt(1, "Read"));
});

describe("label", () => {
  const label = (t: TestLifetime, ...args: string[]) => ask(t, ["label", ...args], { USER: "ada" });

  test("says something of a run and of an action, lists it, finds by it, takes it back", async (t) => {
    const { command, output } = transcriptOf("label");
    const added = await label(t, ...command.split(" ").slice(1));
    expect(added).toMatchObject({ code: 0, stderr: "" });
    expect(added.stdout.replace(/^\d\d:\d\d:\d\d/m, "09:30:00")).toBe(output);
    expect((await label(t, idAt(1, "Read"), "slow", "--action", "--by", "nightly")).code).toBe(0);

    const listed = await label(t, "build-7", "--json");
    expect(JSON.parse(listed.stdout)).toMatchObject({
      name: "resolved",
      kind: "outcome",
      score: 0.9,
      created_by: "ada",
    });
    const found = ["--last", "all", "--csv", "--fields", "correlation_text"];
    expect((await ask(t, ["runs", "--label", "resolved", ...found])).stdout).toBe(
      "correlation_text\nbuild-7\n",
    );
    const actions = await ask(t, ["actions", "--label", "slow", "--last", "all", "--csv", "--fields", "id"]);
    expect(actions.stdout).toBe(`id\n${idAt(1, "Read")}\n`);

    expect((await label(t, "build-7", "resolved", "--remove")).stderr).toContain("1 label taken back");
    expect((await label(t, idAt(1, "Read"), "slow", "--action", "--remove")).code).toBe(0);
    expect(await label(t, "build-7")).toMatchObject({ code: 0, stdout: "" });
  });

  test("tells of a run that has no rows, a name that is not there, and wrong usage", async (t) => {
    expect((await label(t, "not-yet", "good")).stderr).toContain("There is no row of it yet");
    expect(await label(t, "not-yet", "bad", "--remove")).toMatchObject({ code: 1 });
    expect((await label(t, "not-yet", "good", "--remove")).code).toBe(0);
    expect(await label(t, "build-7", "--score", "1")).toMatchObject({ code: 64 });
    expect(await label(t, "build-7", "two", "names")).toMatchObject({ code: 64 });
    expect(await label(t, "no-uuid", "good", "--action")).toMatchObject({ code: 64 });
  });

  test("through a service, needs a token that may write", async (t) => {
    const over = (AGENT_ACTIONS_API_TOKEN: string, ...args: string[]) =>
      cli(t, ["label", "build-7", "good", ...args, "--url", service], { AGENT_ACTIONS_API_TOKEN });
    expect(await over("reader")).toMatchObject({
      code: 78,
      stderr: expect.stringContaining("has not the scope write"),
    });
    expect((await over("secret", "--json")).stdout).toContain('"token_name":"tester"');
    expect((await over("secret", "--remove")).code).toBe(0);
  });
});

describe("history", () => {
  /** Types these lines at a terminal of 24 lines. */
  const typed = (t: TestLifetime, lines: readonly string[], args = "") => {
    const spawn = `import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)`;
    const script = `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} | python3 -c '${spawn}' "${process.execPath}" "${MAIN}" history ${args}`;
    return startShell(t, script, { DATABASE_URL: url, TZ: "UTC", TERM: "dumb" }).ended;
  };

  const newFolder = async (t: TestLifetime): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), "agent-actions-history-"));
    t.onTestFinished(() => rm(folder, { recursive: true }));
    return folder;
  };

  test("is at a terminal as the page has it", async (t) => {
    const folder = await newFolder(t);
    const { output } = transcriptOf("history");
    const typedThere = [...output.matchAll(/^history> (.*)$/gm)].map(([, line = ""]) => line);
    const { code, stdout } = await typed(
      t,
      typedThere.map((line) => line.replace("reviewer.csv", join(folder, "reviewer.csv"))),
    );
    expect(code).toBe(0);
    // The terminal shows what is typed when it likes; what is printed comes in order.
    const printed = stdout.replaceAll("\r", "").replaceAll(`${folder}/`, "");
    let from = 0;
    for (const part of output.split(/^history> .*\n/m).filter(Boolean)) {
      expect(printed.slice(from)).toContain(part);
      from = printed.indexOf(part, from) + part.length;
    }
  });

  test("lists, opens, filters and exports at a terminal", async (t) => {
    const folder = await newFolder(t);
    const [csv, json] = [join(folder, "run.csv"), join(folder, "run.json")];
    const { code, stdout } = await typed(t, [
      "2",
      "9",
      "f --agent reviewer",
      "f --agnet reviewer",
      "f",
      `e 2 ${csv}`,
      `e 2 ${csv}`,
      `e 2 ${json}`,
      "n",
      "?",
      "q",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/1 {2}✔ .*4bf92f35[\s\S]*2 {2}✖ .*build-7/);
    expect(stdout).toContain("└─ ✔ run_tests");
    expect(stdout).toContain('There is no number "9": these are 1 to 2.');
    expect(stdout).toContain("Did you mean --agent?");
    expect(stdout).toContain(`7 actions are in ${csv}.`);
    expect(stdout).toContain("EEXIST");
    expect(stdout).toContain("There are no earlier ones.");
    expect(stdout).toContain("f OPTIONS");
    expect((await readFile(csv, "utf8")).split("\n")).toHaveLength(9);
    expect(
      (await readFile(json, "utf8"))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).depth),
    ).toEqual([0, 1, 1, 1, 1, 2, 2]);
  });

  test("without a terminal: 1, and what to use instead", async (t) => {
    const { code, stderr } = await ask(t, ["history"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("agent-actions runs --json"),
    });
  });
});
