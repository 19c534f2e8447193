import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run, startExampleStack } from "./example-stack.js";

const pathOf = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;
const PROGRAM = [pathOf("node_modules/tsx/dist/cli.mjs"), pathOf("examples/replay-demo/index.ts")];
const README = await readFile(pathOf("examples/replay-demo/README.md"), "utf8");

test("the demo's agent runs without its world, and one that was changed is caught where it diverges", async () => {
  // An empty folder, and no git to be found.
  const nowhere = await mkdtemp(join(tmpdir(), "replay-demo-"));
  onTestFinished(() => rm(nowhere, { recursive: true, force: true }));
  const { code, stdout, stderr } = await run(process.execPath, PROGRAM, { PATH: nowhere }, nowhere);
  expect(code, stderr).toBe(0);
  expect(README).toContain(`\n\`\`\`\n${stdout}\`\`\`\n`);
  expect(stdout).toContain("  reused 15/15, exact 15\n");
});

test("a run that record.ts has just recorded is served back from the database in the same way", async () => {
  const stack = await startExampleStack();
  const recorded = await stack.runExample("replay-demo/record.ts");
  expect(recorded.stdout).toContain("(MCP) check the report: 3 calls, 1 refused");
  await stack.untilStored();
  const [row] = await stack.query("select distinct correlation_id::text as id from agent_actions");
  const { code, stdout, stderr } = await run(process.execPath, [...PROGRAM, String(row?.id)], stack.env);
  expect(code, stderr).toBe(0);
  expect(README).toContain(`\n\`\`\`\n${stdout}\`\`\`\n`);
});
