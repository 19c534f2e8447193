import { expect, test } from "vitest";
import { runNode } from "../helpers/run-node.js";

// 200 MB of arguments, asked for and used; remembered are at most 32 MiB.
test("an agent with thousands of large calls runs in a small heap, and every call is delivered", async () => {
  const { code, stdout, stderr } = await runNode([
    "--max-old-space-size=96",
    "test/fixtures/memory/agent.mjs",
  ]);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ ended: 3_800, acked: 1_800, ignored: 2_000 });
  expect(code).toBe(0);
});
