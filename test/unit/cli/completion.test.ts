import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../../src/cli/commands/index.js";
import { COMPLETIONS } from "../../../src/cli/completion/scripts.js";
import { EXIT_USAGE } from "../../../src/cli/framework/exit-codes.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { captureOutput, quietContext } from "./captured-output.js";

const run = promisify(execFile);
const scriptFor = (shell: string): string => COMPLETIONS[shell]?.(COMMANDS) ?? "";

/** What bash offers for the last of these words. */
async function offered(...words: string[]): Promise<string[]> {
  const drive = `
    eval "$SCRIPT"
    complete -p agent-actions >/dev/null || exit 1
    COMP_WORDS=(agent-actions "$@"); COMP_CWORD=$#
    _agent_actions
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run("bash", ["--norc", "-c", drive, "bash", ...words], {
    env: { ...process.env, SCRIPT: scriptFor("bash") },
  });
  return stdout.split("\n").filter(Boolean);
}

describe("bash", () => {
  test("takes the script as it is", async () => {
    const child = run("bash", ["-n"]);
    child.child.stdin?.end(scriptFor("bash"));
    expect(await child).toEqual({ stdout: "", stderr: "" });
  });

  test("completes commands, options of the command, and values where they are few", async () => {
    expect(await offered("")).toEqual([...COMMANDS.map(({ name }) => name), "--help", "--version"]);
    expect(await offered("sp")).toEqual(["spool"]);
    expect(await offered("actions", "--to")).toEqual(["--tool"]);
    expect(await offered("actions", "--tool", "Bash", "--type", "d")).toEqual(["decision"]);
    expect(await offered("show", "--")).toContain("--timeline");
  });

  test("leaves arguments and values that may be anything to its names of files", async () => {
    expect(await offered("files", "src/")).toEqual([]);
    expect(await offered("actions", "--file", "s")).toEqual([]);
    expect(await offered("no-such-command", "--")).toEqual([]);
  });
});

test.each(["zsh", "fish"])("the script for %s names every command and every option", (shell) => {
  const script = scriptFor(shell);
  for (const { name, options } of COMMANDS) {
    expect(script).toContain(name);
    for (const option of Object.keys(options))
      expect(script).toContain(shell === "zsh" ? `--${option}[` : `from ${name}' -l ${option} `);
  }
  // Quotes come in pairs on every line, so nothing of a description ends a word.
  for (const line of script.split("\n"))
    expect(line.replaceAll("'\\''", "").replaceAll("\\'", "").split("'").length % 2).toBe(1);
});

test("the command prints the script, and names the shells where it has none", async () => {
  const out = captureOutput();
  expect(await runCli(["completion", "fish"], quietContext(out))).toBe(0);
  expect(out.results).toEqual([scriptFor("fish")]);
  expect(await runCli(["completion", "tcsh"], quietContext(out))).toBe(EXIT_USAGE);
  expect(out.progressLines.join()).toContain('There are scripts for bash, zsh, fish, not for "tcsh".');
});
