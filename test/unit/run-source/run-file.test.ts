import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readRunFile } from "../../../src/run-source/run-file.js";

const ID = "01900000-0000-7000-8000-000000000001";

async function fileOf(rows: readonly object[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "agent-actions-run-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, "runs.jsonl");
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path;
}

const action = (name: string, of: object) => ({ action_type: "tool_call", action_name: name, ...of });

async function namesOf(path: string, run?: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of readRunFile(path, run)) names.push(name);
  return names;
}

test("a run of a file with several is named by its correlation id, or by what its producer called it", async () => {
  const path = await fileOf([
    action("a", { correlation_id: ID, correlation_text: "booking" }),
    action("b", { correlation_id: "other" }),
    action("c", { correlation_id: ID, correlation_text: "booking" }),
  ]);
  expect(await namesOf(path, ID)).toEqual(["a", "c"]);
  expect(await namesOf(path, "booking")).toEqual(["a", "c"]);
  expect(await namesOf(path, "other")).toEqual(["b"]);
  await expect(namesOf(path)).rejects.toThrow("Say which");
  await expect(namesOf(path, "none")).rejects.toThrow('no actions of the run "none"');
});
