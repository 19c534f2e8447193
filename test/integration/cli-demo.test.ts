import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { textWidth } from "../../src/cli/format/table.js";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";
import { allGone, cli, descendants, query, stackEnv, startCli } from "./cli-program.js";

describe("demo", () => {
  test("shows every action of its agent as a row, and ends by itself with 0", async (t) => {
    const database = await createDatabase(t);
    const { code, stdout, stderr } = await cli(t, ["demo"], stackEnv(database));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const words of [
      /An agent surveys this folder/,
      /✔ survey_folder .*folder-scout/,
      /│ {2}└─ ✖ Read {2}last-report\.md/,
      /├─ ✔ read_sources .* code-reader/,
      /├─ ● list_directory/,
      /├─ ✖ get_file_info .*Access/,
      /agent_detection_failures +1 +1 +same/,
      /status healthy, consumer running/,
      /messages_dead_lettered 0, lag 0/,
      /things that the agent did are rows: none is missing/,
      /Try next/,
    ]) {
      expect(stdout).toMatch(words);
    }
    expect(stdout).not.toContain("differs");
    expect(stdout).not.toContain("\u001b");
    expect(stdout.split("\n").filter((line) => textWidth(line) > 80)).toEqual([]);
    const [{ rows }] = (await query(database, "select count(*)::int as rows from agent_actions")) as [
      { rows: number },
    ];
    expect(stdout).toMatch(new RegExp(`agent_actions +${rows} +${rows} +same`));
  });

  test("works in a folder that is no repository and holds next to nothing, changes nothing there, and has its loop noticed", async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, "notes.txt"), "one\ntwo\n");
    const { code, stdout } = await cli(
      t,
      ["demo", "--json", "--loop"],
      stackEnv(await createDatabase(t)),
      folder,
    );
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.loop).toMatchObject({
      notice_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind: "same_call",
      delay_ms: expect.any(Number),
    });
    expect(result.loop.calls).toBeGreaterThanOrEqual(4);
    expect(result).toMatchObject({ complete: true, missing: [], surplus: [], dead_letters: 0 });
    expect(result.counts.action.stored).toBe(result.counts.action.done);
    expect(readdirSync(folder)).toEqual(["notes.txt"]);
  });

  test("ends with 1 and names what is missing when a row does not arrive", async (t) => {
    const database = await createDatabase(t);
    const env = stackEnv(database);
    expect((await cli(t, ["migrate"], env)).code).toBe(0);
    await query(
      database,
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not here'; end $$;
       create trigger refuse before insert on agent_actions for each row when (new.action_name = 'Grep') execute function refuse()`,
    );
    const { code, stdout } = await cli(t, ["demo"], env);
    expect(code).toBe(1);
    expect(stdout).toContain("missing: tool_call Grep of code-reader");
    expect(stdout).toContain("1 dead letter");
    expect(stdout).toMatch(/agent_file_operations +10 +9 +differs|agent_file_operations +\d+ +\d+ +differs/);
    expect(stdout).not.toContain("Try next");
  });

  test("stays with --stay, and leaves nothing behind when it is interrupted", async (t) => {
    const demo = startCli(t, ["demo", "--stay"], stackEnv(await createDatabase(t)));
    const [, url] = await demo.said(/Health +(http:\S+)/);
    expect((await fetch(String(url))).status).toBe(200);
    const all = await descendants(demo.pid);
    demo.child.kill("SIGINT");
    expect(await demo.ended).toMatchObject({ code: 0 });
    await allGone(all);
  });

  test("ends in the middle when it is told to, with agent, MCP server and temporary folder", async (t) => {
    const folder = temporaryFolder(t);
    const demo = startCli(t, ["demo"], { ...stackEnv(await createDatabase(t)), TMPDIR: folder });
    await demo.said(/> lists/);
    const all = await descendants(demo.pid);
    expect(all.length).toBeGreaterThan(0);
    demo.child.kill("SIGTERM");
    expect(await demo.ended).toMatchObject({ code: 143 });
    await allGone(all);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("leaves no agent, MCP server or temporary folder behind when it is killed", async (t) => {
    const folder = temporaryFolder(t);
    const demo = startCli(t, ["demo"], { ...stackEnv(await createDatabase(t)), TMPDIR: folder });
    await demo.said(/> lists/);
    const all = await descendants(demo.pid);
    expect(all.length).toBeGreaterThan(0);
    demo.child.kill("SIGKILL");
    expect(await demo.ended).toMatchObject({ signal: "SIGKILL" });
    await allGone(all);
    expect(readdirSync(folder)).toEqual([]);
  });
});

function temporaryFolder(t: TestLifetime): string {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-cli-"));
  t.onTestFinished(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
