import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { archiveRows } from "../../../src/retention/archive.js";

const SOURCE = {
  table: "agent_actions_w20260105",
  from: new Date("2026-01-05T00:00:00Z"),
  to: new Date("2026-01-12T00:00:00Z"),
};

/** A database whose table has these lines in this version. */
function databaseOf(version: string, lines: readonly string[]): pg.Pool {
  let left = lines;
  const client = {
    async query(text: string) {
      if (text.includes("as version")) return { rows: [{ version, rows: lines.length }] };
      if (!text.startsWith("fetch")) return { rows: [] };
      const rows = left.map((line) => ({ line }));
      left = [];
      return { rows };
    },
    release: () => undefined,
  };
  return { connect: async () => client } as unknown as pg.Pool;
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "agent-actions-archive-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

const linesOf = async (directory: string, name: string): Promise<string[]> =>
  gunzipSync(await readFile(join(directory, name)))
    .toString("utf8")
    .trimEnd()
    .split("\n");

const FIRST = "agent_actions_w20260105-2026-01-05.jsonl.gz";
const SECOND = "agent_actions_w20260105-2026-01-05-2.jsonl.gz";

test("rows that went earlier stay in their file when what is left of the week is archived", async () => {
  const directory = await folder();
  const all = ['{"id":1}', '{"id":2}'];
  await archiveRows(databaseOf("2 20", all), { directory, format: "jsonl" }, SOURCE);
  await archiveRows(databaseOf("1 10", ['{"id":2}']), { directory, format: "jsonl" }, SOURCE);
  expect(await linesOf(directory, FIRST)).toEqual(all);
  expect(await linesOf(directory, SECOND)).toEqual(['{"id":2}']);
});

test("rows that a file has as they are, are not written again, and a damaged file is", async () => {
  const directory = await folder();
  const lines = ['{"id":2}'];
  await archiveRows(databaseOf("2 20", ['{"id":1}', '{"id":2}']), { directory, format: "jsonl" }, SOURCE);
  const manifest = await archiveRows(databaseOf("1 10", lines), { directory, format: "jsonl" }, SOURCE);
  expect(await archiveRows(databaseOf("1 10", lines), { directory, format: "jsonl" }, SOURCE)).toEqual(
    manifest,
  );
  await writeFile(join(directory, SECOND), "damaged");
  await archiveRows(databaseOf("1 10", lines), { directory, format: "jsonl" }, SOURCE);
  expect(await linesOf(directory, SECOND)).toEqual(lines);
  expect(await readdir(directory)).toHaveLength(4);
});

test("a manifest that cannot be read keeps its file and the week", async () => {
  const directory = await folder();
  await archiveRows(databaseOf("2 20", ['{"id":1}']), { directory, format: "jsonl" }, SOURCE);
  await writeFile(join(directory, FIRST.replace(".jsonl.gz", ".json")), "{");
  await expect(
    archiveRows(databaseOf("1 10", ['{"id":2}']), { directory, format: "jsonl" }, SOURCE),
  ).rejects.toThrow("nothing is removed: mend it");
  expect(await linesOf(directory, FIRST)).toEqual(['{"id":1}']);
});
