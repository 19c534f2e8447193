import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run, startExampleStack } from "../examples/example-stack.js";

const stack = await startExampleStack();

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "agent-files-")));
});
afterAll(() => rm(folder, { recursive: true }));

async function played(file: string, service: string, instrumentations?: string): Promise<void> {
  const { code, stderr } = await run(
    process.execPath,
    ["--import", "otel-agent-actions/register", `test/fixtures/register/${file}`, folder],
    {
      ...stack.env,
      OTEL_SERVICE_NAME: service,
      ...(instrumentations && { AGENT_ACTIONS_INSTRUMENTATIONS: instrumentations }),
    },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  await stack.untilStored();
}

const fileRows = (service: string) =>
  stack.query(
    `select operation_type, file_path, tool_name, bytes_read::int, bytes_written::int, file.success, file.agent_name
       from agent_file_operations file join agent_actions action on action.id = file.action_id
      where service_name = $1 order by file.created_at`,
    [service],
  );

const commandRows = (service: string) =>
  stack.query(
    `select action_name, action_details->'tool_parameters'->>'command' as command, action_details->'tool_parameters'->>'cwd' as cwd,
            action_details->'tool_result' as ended, (action_details->>'success')::boolean as success
       from agent_actions where service_name = $1 and action_details->'tool_parameters' ? 'command' order by created_at`,
    [service],
  );

test("files and commands of an agent become rows where the environment asks for it, in each form of import", async () => {
  await played("files.mjs", "esm", "fs,child-process");
  const notes = { file_path: join(folder, "notes.md"), agent_name: "builder" };
  const nothing = { bytes_read: null, bytes_written: null };
  const read = { ...notes, ...nothing, operation_type: "read", tool_name: "Read" };
  expect(await fileRows("esm")).toEqual([
    { ...notes, ...nothing, operation_type: "write", tool_name: "Write", bytes_written: 7, success: true },
    { ...read, bytes_read: 7, success: true },
    { ...read, bytes_read: 7, success: true },
    { ...notes, ...nothing, operation_type: "delete", tool_name: "Delete", success: true },
    { ...read, success: false },
  ]);
  const command = { command: process.execPath, cwd: folder };
  expect(await commandRows("esm")).toEqual([
    { ...command, action_name: "execFile", ended: { exit_code: 0, signal: null }, success: true },
    { ...command, action_name: "spawnSync", ended: { exit_code: 3, signal: null }, success: false },
  ]);
});

test("also of a program of CommonJS that takes functions out of the modules", async () => {
  await played("files.cjs", "cjs", "fs,child-process");
  expect((await fileRows("cjs")).map((row) => [row.operation_type, row.bytes_written])).toEqual([
    ["write", 5],
    ["delete", null],
  ]);
  expect(await commandRows("cjs")).toMatchObject([
    { action_name: "execSync", command: "echo built", success: true },
  ]);
});

test("are not recorded where nobody asks", async () => {
  await played("files.mjs", "silent");
  const rows = await stack.query("select action_name from agent_actions where service_name = 'silent'");
  expect(rows).toEqual([{ action_name: "build" }]);
});
