import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createDeedList, type Deed } from "../../../src/cli/demo/agent/deed-list.js";
import { listByWalking } from "../../../src/cli/demo/agent/list-files.js";
import { countCode, isCode, readText, searchFiles } from "../../../src/cli/demo/agent/read-code.js";
import { createRouter } from "../../../src/cli/demo/agent/route-request.js";
import { compareDeeds, deedInWords, programName } from "../../../src/cli/demo/demo-result.js";
import { shellQuoted } from "../../../src/cli/dev/address-table.js";

describe("comparing what was done with what is stored", () => {
  const deed = (name: string, more: Partial<Deed> = {}): Deed => ({
    kind: "action",
    agent: "scout",
    type: "tool_call",
    name,
    failed: false,
    ...more,
  });

  test("order does not matter, numbers do", () => {
    const done = [deed("Read"), deed("Read"), deed("Grep")];
    expect(compareDeeds(done, [deed("Grep"), deed("Read"), deed("Read")])).toEqual({
      missing: [],
      surplus: [],
    });
    expect(compareDeeds(done, [deed("Read"), deed("Grep")])).toEqual({
      missing: [deed("Read")],
      surplus: [],
    });
    expect(compareDeeds(done, [...done, deed("Grep")])).toEqual({ missing: [], surplus: [deed("Grep")] });
  });

  test.each<[string, Partial<Deed>]>([
    ["agent", { agent: "reader" }],
    ["type", { type: "decision" }],
    ["kind", { kind: "execution" }],
    ["outcome", { failed: true }],
  ])("another %s is another deed", (_, change) => {
    const other = deed("Read", change);
    expect(compareDeeds([deed("Read")], [other])).toEqual({ missing: [deed("Read")], surplus: [other] });
  });

  test("a deed can be told", () => {
    expect(deedInWords(deed("Read", { failed: true }))).toBe("tool_call Read of scout (failed)");
    expect(deedInWords(deed("scout", { kind: "routing_decision", agent: null, type: null }))).toBe(
      "routing_decision scout",
    );
  });

  test("the deeds keeps what it is told", () => {
    const deeds = createDeedList();
    deeds.action("scout", "tool_call", "Read", { failed: true });
    deeds.event("execution", "success");
    expect(deeds.deeds).toEqual([
      deed("Read", { failed: true }),
      deed("success", { kind: "execution", agent: null, type: null }),
    ]);
  });
});

describe("the demo's router", () => {
  const route = createRouter([
    { name: "a", keywords: ["survey", "folder"] },
    { name: "b", keywords: ["folder", "count", "lines", "code"] },
  ]);

  test("weighs every agent by the share of its keywords, best first", () => {
    const { candidates, evaluated, cacheHit } = route("Survey this folder!");
    expect(candidates).toEqual([
      { agent: "a", confidence: 1, matched: ["survey", "folder"] },
      { agent: "b", confidence: 0.25, matched: ["folder"] },
    ]);
    expect({ evaluated, cacheHit }).toEqual({ evaluated: 2, cacheHit: false });
  });

  test("answers the same question from its cache", () => {
    const first = route("count lines");
    expect(route("count lines")).toMatchObject({
      candidates: first.candidates,
      cacheHit: true,
      evaluated: 0,
    });
  });

  test("finds nobody for what nobody can", () => {
    expect(route("sing").candidates).toEqual([]);
  });
});

describe("the demo's tools", () => {
  const root = mkdtempSync(join(tmpdir(), "agent-actions-tools-"));
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  test("list, read, search and count what is really there", async () => {
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    write("a.ts", "one\n// TODO two\nthree");
    write("deep/b.py", "# FIXME\n");
    write("deep/empty.py", "");
    write("node_modules/x/index.js", "TODO\n");
    write(".hidden/c.ts", "TODO\n");
    write("picture.png", "TODO");

    const files = await listByWalking(root);
    expect(files.map(({ path }) => path).sort()).toEqual([
      "a.ts",
      "deep/b.py",
      "deep/empty.py",
      "picture.png",
    ]);
    const code = files.filter(isCode);
    expect(code.map(({ path }) => path).sort()).toEqual(["a.ts", "deep/b.py"]);
    expect(await readText(join(root, "a.ts"))).toMatchObject({ bytes: 21, lines: 3 });
    expect(await searchFiles(root, code, /\b(TODO|FIXME)\b/)).toEqual([
      { path: "a.ts", line: 2 },
      { path: "deep/b.py", line: 1 },
    ]);
    expect(await countCode(root, code)).toEqual({ ts: 3, py: 1 });
    await expect(readText(join(root, "nothing.md"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

test("what is suggested to be typed can be typed", () => {
  expect(programName({})).toBe("agent-actions");
  expect(programName({ npm_lifecycle_event: "demo" })).toBe("npx agent-actions");
  expect(shellQuoted("postgres://postgres:abc@127.0.0.1:5432/agent_actions")).not.toContain("'");
  expect(shellQuoted("a b'c")).toBe("'a b'\\''c'");
});
