import { describe, expect, test } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { COMMANDS } from "../../../src/cli/commands/index.js";
import { EXIT_OK, EXIT_USAGE } from "../../../src/cli/framework/exit-codes.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { captureOutput, quietContext } from "./captured-output.js";

async function run(...args: string[]) {
  const out = captureOutput();
  const exitCode = await runCli(args, quietContext(out));
  return { exitCode, result: out.results.join("\n"), progress: out.progressLines.join("\n") };
}

describe.each(COMMANDS.map((command) => [command.name, command] as const))(
  "agent-actions %s --help",
  (name, command) => {
    test("has the one shape of all help pages", async () => {
      const { exitCode, result } = await run(name, "--help");
      expect(exitCode).toBe(EXIT_OK);
      expect(result.startsWith(`agent-actions ${name}: ${command.summary}\n\nUsage\n`)).toBe(true);
      expect(result.indexOf("\nOptions\n")).toBeGreaterThan(0);
      expect(result.indexOf("\nExamples\n")).toBeGreaterThan(result.indexOf("\nOptions\n"));
    });

    test("names every option with its default, its environment and its choices", async () => {
      const { result } = await run(name, "--help");
      const words = result.replaceAll(/\s+/g, " ");
      for (const [option, spec] of Object.entries(command.options)) {
        expect(words).toContain(`--${option} `);
        // A link of the pages is the name of its file here.
        const description = spec.description.replaceAll(/\[([^\]]+)\]\(([\w-]+\.md)[^)]*\)/g, "$1 (docs/$2)");
        expect(words).toContain(description.replaceAll("`", ""));
        for (const variable of spec.env) expect(words).toContain(variable);
        const standard = spec.defaultText ?? (spec.placeholder && spec.default?.toString());
        if (standard) expect(words).toContain(`Default: ${standard}.`);
        if (spec.placeholder) expect(words).toContain(`--${option} ${spec.placeholder} `);
        if (spec.choices) expect(words).toContain(spec.choices.join("|"));
      }
    });

    test("has examples that the parser understands", async () => {
      expect(command.examples.length).toBeGreaterThan(0);
      for (const { command: line } of command.examples) expect(line.split(" ")).toContain(name);
    });

    test("fits 80 columns", async () => {
      const { result } = await run(name, "--help");
      expect(result.split("\n").filter((line) => line.length > 80)).toEqual([]);
    });

    test("is the same by `help`, and reached by any place of -h", async () => {
      const { result } = await run(name, "--help");
      expect((await run("help", name)).result).toBe(result);
      expect((await run(name, "-h")).result).toBe(result);
    });
  },
);

describe("agent-actions", () => {
  test("lists every command with what it does", async () => {
    const { exitCode, result } = await run("--help");
    expect(exitCode).toBe(EXIT_OK);
    const words = result.replaceAll(/\s+/g, " ");
    for (const { name, summary } of COMMANDS) expect(words).toContain(`${name} ${summary}`);
    expect(result.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("without a command shows the help on standard error and counts it as wrong usage", async () => {
    const { exitCode, result, progress } = await run();
    expect(exitCode).toBe(EXIT_USAGE);
    expect(result).toBe("");
    expect(progress).toContain("Commands");
  });

  test.each(["--version", "-V"])("%s says the version of the package", async (flag) => {
    expect(await run(flag)).toMatchObject({ exitCode: EXIT_OK, result: manifest.version });
  });

  test.each([
    [["doktor"], "Unknown command 'doktor'. Did you mean doctor?"],
    [["mirgate"], "Unknown command 'mirgate'. Did you mean migrate?"],
    [["frobnicate"], "Unknown command 'frobnicate'. There are: dev, demo,"],
    [["--verison"], "Unknown option '--verison'. Did you mean --version?"],
    [["--json", "tail"], "Unknown option '--json'. An option comes after its command."],
    [["help", "tial"], "Commands"],
    [["tail", "--josn"], "Unknown option '--josn'. Did you mean --json?\nSee: agent-actions tail --help"],
  ])("%j is wrong usage: %s", async (args, message) => {
    const { exitCode, result, progress } = await run(...args);
    expect(exitCode).toBe(EXIT_USAGE);
    expect(result).toBe("");
    expect(progress).toContain(message);
  });
});
