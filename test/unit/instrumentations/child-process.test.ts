import defaultExports, * as childProcess from "node:child_process";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { afterAll, describe, expect, test, vi } from "vitest";
import { traceTool } from "../../../src/index.js";
import { ChildProcessInstrumentation } from "../../../src/instrumentations/child-process.js";
import { recording } from "./recording.js";

const recorded = recording();
const before = Object.getOwnPropertyDescriptors(defaultExports);
const instrumentation = new ChildProcessInstrumentation();
afterAll(() => instrumentation.disable());

const NODE = process.execPath;
const exits = (code: number) => ["-e", `process.exit(${code})`];

const inTool = <T>(fn: () => T): T => traceTool("work", fn, { agentName: "runner" })();
const commands = () =>
  recorded
    .rows()
    .filter(({ action_name }) => action_name !== "work")
    .map((row) => {
      const details = (row.action_details ?? {}) as Record<string, unknown>;
      return { name: row.action_name, error: row.error_type, ...details };
    });
const untilRecorded = (count: number) => vi.waitFor(() => expect(commands()).toHaveLength(count), 60_000);
const ended = (exit_code: number | null, signal: string | null = null) => ({ exit_code, signal });

describe("a command that an agent runs", () => {
  test("by spawn is recorded with its arguments and how it ended", async () => {
    const cwd = realpathSync(tmpdir());
    const child = inTool(() => childProcess.spawn(NODE, exits(0), { cwd, env: { TOKEN: "secret" } }));
    expect(await once(child, "close")).toEqual([0, null]);
    expect(commands()).toEqual([
      {
        name: "spawn",
        success: true,
        tool_parameters: { command: NODE, args: exits(0), cwd },
        tool_result: ended(0),
      },
    ]);
    expect(JSON.stringify(recorded.spans().map((span) => span.attributes))).not.toContain("secret");
  });

  test("by exec is one command, though Node runs it by execFile; also by its promise", async () => {
    await inTool(async () => {
      const { stdout } = await promisify(childProcess.exec)("echo hello");
      expect(stdout).toBe("hello\n");
      await new Promise((resolve) => childProcess.exec("exit 3", resolve));
    });
    expect(commands()).toMatchObject([
      { name: "exec", success: true, tool_parameters: { command: "echo hello", cwd: process.cwd() } },
      {
        name: "exec",
        success: false,
        error: "exit_code",
        error_message: "exited with code 3",
        tool_result: ended(3),
      },
    ]);
  });

  test("by execFile, with the output going to the host as before", async () => {
    const run = promisify(childProcess.execFile);
    const { stdout } = await inTool(() => run(NODE, ["-p", "6 * 7"]));
    expect(stdout).toBe("42\n");
    await untilRecorded(1);
    expect(commands()).toMatchObject([{ name: "execFile", success: true, tool_result: ended(0) }]);
  });

  test("synchronously", () => {
    inTool(() => {
      expect(childProcess.execSync("echo one").toString()).toBe("one\n");
      expect(childProcess.spawnSync(NODE, exits(2)).status).toBe(2);
      expect(() => childProcess.execFileSync(NODE, exits(4))).toThrow("Command failed");
    });
    expect(commands()).toMatchObject([
      { name: "execSync", success: true, tool_result: ended(0) },
      { name: "spawnSync", success: false, tool_result: ended(2) },
      { name: "execFileSync", success: false, tool_result: ended(4), error_message: "exited with code 4" },
    ]);
  });

  test("that is killed says by which signal", async () => {
    const child = inTool(() => childProcess.spawn(NODE, ["-e", "setInterval(() => {}, 1000)"]));
    await once(child, "spawn");
    child.kill("SIGTERM");
    await once(child, "close");
    expect(commands()).toMatchObject([
      { name: "spawn", success: false, error: "SIGTERM", tool_result: ended(null, "SIGTERM") },
    ]);
  });

  test("that does not exist is a failure, and its error is still one that nobody else listens to", async () => {
    const child = inTool(() => childProcess.spawn("no-such-command"));
    expect(child.listenerCount("error")).toBe(0);
    const [error] = await once(child, "error");
    expect(error).toMatchObject({ code: "ENOENT" });
    expect(inTool(() => childProcess.spawnSync("no-such-command").error)).toMatchObject({ code: "ENOENT" });
    expect(commands()).toMatchObject([
      { name: "spawn", success: false, error: "ENOENT" },
      { name: "spawnSync", success: false, error: "ENOENT" },
    ]);
    expect(() => inTool(() => childProcess.spawn(5 as never))).toThrow(TypeError);
  });
});

test("outside of any agent nothing is recorded", () => {
  childProcess.execSync("true");
  expect(recorded.spans()).toEqual([]);
});

test("disable() puts back everything as it was, for every form of import", () => {
  expect(childProcess.exec).not.toBe(before.exec?.value);
  instrumentation.disable();
  expect(Object.getOwnPropertyDescriptors(defaultExports)).toEqual(before);
  expect(childProcess.exec).toBe(before.exec?.value);
  inTool(() => childProcess.execSync("true"));
  expect(commands()).toEqual([]);
});
