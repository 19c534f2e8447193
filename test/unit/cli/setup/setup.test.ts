import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCli } from "../../../../src/cli/run-cli.js";
import { AGENT_SETUPS } from "../../../../src/cli/setup/agent-setups.js";
import { captureOutput, quietContext } from "../captured-output.js";

async function home() {
  const path = await mkdtemp(join(tmpdir(), "setup-"));
  onTestFinished(() => rm(path, { recursive: true }));
  const run = async (...args: string[]) => {
    const out = captureOutput();
    const context = { ...quietContext(out), env: { HOME: path } };
    const exitCode = await runCli(["setup", ...args], context);
    return { exitCode, result: out.results.join("\n"), progress: out.progressLines.join("\n") };
  };
  const read = (name: string) => readFile(join(path, name), "utf8");
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text, { mode: 0o640 });
  };
  return { path, run, read, write };
}

const MINE = '{\n  // mine\n  "hooks": { "PreToolUse": [{ "matcher": "Bash", "hooks": [] }] },\n}\n';

test("shows the change, writes it with --yes, and takes it back to the letter", async () => {
  const { run, read, write, path } = await home();
  await write(".claude/settings.json", MINE);
  const dry = await run("claude-code", "--dry-run");
  expect(dry).toMatchObject({ exitCode: 0 });
  expect(dry.result).toContain('+     "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:8080"');
  expect(await read(".claude/settings.json")).toBe(MINE);

  expect(await run("claude-code", "--yes")).toMatchObject({ exitCode: 0 });
  const written = await read(".claude/settings.json");
  expect(written).toContain("// mine");
  expect(written).toMatch(/hook claude-code --url http:\/\/127\.0\.0\.1:8080/);
  expect((await stat(join(path, ".claude/settings.json"))).mode & 0o777).toBe(0o640);
  expect(await run("claude-code", "--yes")).toMatchObject({
    exitCode: 0,
    result: "claude-code is set up already.",
  });
  // Another address takes the place of the first one.
  expect((await run("claude-code", "--yes", "--url", "http://h:1")).result).toContain('"http://h:1"');
  expect(await read(".claude/settings.json")).not.toContain("8080");

  expect(await run("claude-code", "--remove", "--yes")).toMatchObject({ exitCode: 0 });
  expect(await read(".claude/settings.json")).toBe(MINE);
  expect((await run("claude-code", "--remove", "--yes")).result).toBe(
    "There is nothing of ours to take back.",
  );
});

test("writes the entry of the tools to ask with where it is asked for, and takes it back with the next setup", async () => {
  const { run, read } = await home();
  await run("cursor", "--yes", "--mcp", "--url", "http://h:1/");
  const { mcpServers } = JSON.parse(await read(".cursor/mcp.json"));
  expect(mcpServers["agent-actions"].command).toBe(process.execPath);
  expect(mcpServers["agent-actions"].args.slice(1)).toEqual(["mcp", "--url", "http://h:1"]);
  await run("cursor", "--yes", "--url", "http://h:1/");
  await expect(read(".cursor/mcp.json")).rejects.toThrow("ENOENT");
  expect(await read(".cursor/hooks.json")).toContain("http://h:1");
});

test("says what there is to set up where nothing was asked for", async () => {
  const { run } = await home();
  const { exitCode, progress } = await run("vscode");
  expect(exitCode).toBe(64);
  expect(progress).toContain("There is: mcp.");
});

test("takes back its own from a file that was changed since, and nothing else", async () => {
  const { run, read, write } = await home();
  await run("codex", "--yes");
  await write(".codex/config.toml", `model = "m"\n${await read(".codex/config.toml")}`);
  expect((await run("codex", "--remove", "--yes")).result).toMatch(
    /what was ours taken out of \S+config\.toml/,
  );
  expect(await read(".codex/config.toml")).toBe('model = "m"\n');
  await expect(read(".codex/hooks.json")).rejects.toThrow("ENOENT");
});

test.each(Object.keys(AGENT_SETUPS))(
  "%s: what was made for it is gone when it is taken back",
  async (agent) => {
    const { run, path } = await home();
    const folder = process.cwd();
    process.chdir(path);
    onTestFinished(() => process.chdir(folder));
    const { exitCode, result } = await run(agent, "--yes", "--no-content", "--mcp");
    expect(exitCode).toBe(0);
    const [, file = ""] = /: (\S+?),? .*written\.$/m.exec(result) ?? [];
    const written = await readFile(file, "utf8");
    expect(written).not.toMatch(/LOG_TOOL_DETAILS|log_user_prompt|"logPrompts": true/);
    const removal = await run(agent, "--remove", "--yes");
    expect(removal.exitCode).toBe(0);
    expect(removal.result).toContain(`${file} removed`);
    expect(removal.result).not.toContain("written");
    await expect(stat(file)).rejects.toThrow("ENOENT");
  },
);

test("a link stays a link, and a file that cannot be read is not touched", async () => {
  const { run, read, write, path } = await home();
  await write("dotfiles/settings.json", "{}\n");
  await mkdir(join(path, ".claude"));
  await symlink(join(path, "dotfiles/settings.json"), join(path, ".claude/settings.json"));
  await run("claude-code", "--yes", "--no-telemetry");
  expect(await read("dotfiles/settings.json")).toContain("hook claude-code");
  await write(".gemini/settings.json", "{broken");
  const broken = await run("gemini-cli", "--yes");
  expect(broken.exitCode).toBe(1);
  expect(broken.progress).toMatch(/settings\.json cannot be changed: line 1 is no JSON/);
  expect(await read(".gemini/settings.json")).toBe("{broken");
});

test("without a terminal it writes only with --yes", async () => {
  const { run, read } = await home();
  expect(await run("cursor")).toMatchObject({ exitCode: 1 });
  await expect(read(".cursor/hooks.json")).rejects.toThrow("ENOENT");
  expect(await run("clippy")).toMatchObject({ exitCode: 64 });
});
