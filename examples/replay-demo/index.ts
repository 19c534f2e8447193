/** Runs the demo's agent on a recorded run: no folder, no git, no MCP server, no Kafka, no Postgres. */
import assert from "node:assert/strict";
import { finishReplay, loadRun, type ReplayReport, replayTools, summaryOf } from "otel-agent-actions/replay";
import type { CallTool } from "../../src/cli/demo/agent/demo-agent.js";
import { FOLDER, newAgent, REPORT_FOLDER, survey } from "./survey.js";

// Another recorded run can be given: a file, or the correlation id of one in the database.
const RUN = process.argv[2] ?? new URL("recorded-run.jsonl", import.meta.url).pathname;

/** Every tool of the agent. None of them can do anything: that is left to the recorded run. */
const NAMES = [
  ...["IsTracked", "Glob", "Read", "Grep", "CountLines", "Write", "Edit", "ReadReport"],
  ...["list_directory", "read_text_file", "get_file_info"],
];
const TOOLS = Object.fromEntries(
  NAMES.map((name): [string, (parameters: object) => Promise<unknown>] => [
    name,
    async () => assert.fail(`${name} was called in the world`),
  ]),
);

async function replay(what: string, reportFolder: string): Promise<ReplayReport> {
  console.log(`${what}:`);
  const run = await loadRun(RUN);
  const tools = replayTools(TOOLS, { run });
  const call = async (tool: string, parameters: object): Promise<unknown> => {
    const found = tools[tool];
    assert.ok(found, `no tool ${tool}`);
    return found(parameters);
  };
  const connect = async () => ({
    name: "recorded",
    callTool: async (tool: string, parameters: object) => String(await call(tool, parameters)),
    close: async () => undefined,
  });
  try {
    await survey(newAgent({ callTool: call as CallTool, recordAll: true }), { connect, reportFolder });
  } catch (error) {
    console.log(`  failed: ${(error as Error).name}`);
  }
  const report = await finishReplay(run);
  console.log(`  ${summaryOf(report)}`);
  return report;
}

const same = await replay("as it was recorded", REPORT_FOLDER);
assert.equal(same.ok, true);
assert.equal(same.exact, same.calls);
assert.deepEqual(same.unused, []);
assert.equal(same.notReplayed, 0);

// After a change the agent would leave its report in the folder that it surveys.
const changed = await replay("after a change", FOLDER);
assert.equal(changed.ok, false);
assert.equal(changed.divergedAt?.tool, "Read");
console.log(`  ${changed.divergedAt.why}`);
