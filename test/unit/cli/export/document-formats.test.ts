import { expect, test } from "vitest";
import { readDocumentRun } from "../../../../src/cli/export/document-formats.js";

async function* rows(...texts: (string | undefined)[]) {
  yield* texts;
}
const row = '{"id":"1","action_type":"tool_call","action_name":"Read"}';

test("a run that is too large for a document is refused with the way out", async () => {
  const { actions, gone } = await readDocumentRun(rows(row, undefined, row));
  expect(actions).toHaveLength(2);
  expect(gone).toBe(1);
  await expect(readDocumentRun(rows(row, row), row.length)).rejects.toThrow("--format jsonl");
  expect((await readDocumentRun(rows(row), row.length)).actions).toHaveLength(1);
});
