import { expect, test } from "vitest";
import { diffRuns } from "../../../src/mcp/tools/diff-runs.js";

test("a comparison for which the API takes too long says what the API says", async () => {
  const problem = { status: 504, detail: "The query took too long: ask for a shorter time range." };
  const ask = async (path: string) =>
    path.startsWith("/actions")
      ? Response.json(problem, { status: 504 })
      : Response.json({ correlation_id: "a" });
  const context = { ask, sql: undefined, maxCharacters: 20_000 };
  await expect(diffRuns.call({ a: "a", b: "b" }, context)).rejects.toMatchObject({
    name: "ToolRefusal",
    message: problem.detail,
  });
});
