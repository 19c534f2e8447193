import { describe, expect, test } from "vitest";
import { type CommandInput, defineCommand } from "../../../src/cli/framework/command.js";
import { UsageError } from "../../../src/cli/framework/exit-codes.js";
import { runCommandLine } from "../../../src/cli/framework/program.js";
import { choice, flag, integer, text } from "../../../src/config/option.js";
import { captureOutput, quietContext } from "./captured-output.js";

const fetchCommand = defineCommand({
  name: "fetch",
  summary: "fetches.",
  usage: ["fetch"],
  options: {
    json: flag({ description: "JSON." }),
    "no-wait": flag({ description: "Do not wait." }),
    project: text({ placeholder: "NAME", description: "Project." }),
    count: integer({ minimum: 1, maximum: 10, default: 3, description: "How many." }),
    type: choice({ of: ["tool_call", "decision"], description: "Type." }),
  },
  examples: [],
  run: async () => 0,
});

const runner = defineCommand({ ...fetchCommand, takesProgram: true });
const reader = defineCommand({ ...fetchCommand, positional: "FILE" });

async function input(
  args: string[],
  command = fetchCommand,
): Promise<CommandInput<typeof fetchCommand.options>> {
  const inputs: CommandInput<typeof fetchCommand.options>[] = [];
  const run: typeof command.run = async (given) => inputs.push(given);
  await runCommandLine([{ ...command, run }], ["fetch", ...args], quietContext(captureOutput()));
  const [given] = inputs;
  if (given === undefined) throw new Error("expected the command to run");
  return given;
}

async function complaint(args: string[], command = fetchCommand): Promise<string> {
  const error: unknown = await input(args, command).catch((thrown: unknown) => thrown);
  if (error instanceof UsageError) return error.message;
  throw error;
}

describe("a command line", () => {
  test("gives flags as booleans, and leaves what it does not say undefined", async () => {
    const { options } = await input([]);
    expect(options).toEqual({
      json: false,
      "no-wait": false,
      project: undefined,
      count: undefined,
      type: undefined,
    });
  });

  test("reads values after a blank and after an equals sign", async () => {
    const { options } = await input([
      "--project",
      "a",
      "--count=7",
      "--type=decision",
      "--json",
      "--no-wait",
    ]);
    expect(options).toEqual({ json: true, "no-wait": true, project: "a", count: 7, type: "decision" });
  });

  test("a value may begin with a dash after an equals sign", async () => {
    expect((await input(["--project=-x"])).options.project).toBe("-x");
  });

  test.each(["--help", "-h"])("%s asks for help, whatever else is there", async (asked) => {
    const out = captureOutput();
    const args = ["fetch", "--count", "2", asked];
    expect(await runCommandLine([{ ...reader, run: async () => 1 }], args, quietContext(out))).toBe(0);
    expect(out.results.join()).toContain("agent-actions fetch: fetches.");
  });

  test.each([
    [["--jsn"], "Unknown option '--jsn'. Did you mean --json?"],
    [["--projct", "a"], "Unknown option '--projct'. Did you mean --project?"],
    [["--zzzzzz"], "Unknown option '--zzzzzz'."],
    [["-x"], "Unknown option '-x'."],
    [["--json=yes"], "--json takes no value."],
    [["--project"], "--project needs a value: --project NAME"],
    [
      ["--project", "--json"],
      "--project needs a value. A value that begins with a dash is written --project=--json",
    ],
    [["--type", "decisoin"], '--type has to be one of tool_call, decision, not "decisoin".'],
    [["--count", "eleven"], '--count has to be a whole number from 1 to 10, not "eleven".'],
    [["--count", "11"], '--count has to be a whole number from 1 to 10, not "11".'],
    [["--count", "-1"], '--count has to be a whole number from 1 to 10, not "-1".'],
    [["--count", "1.5"], '--count has to be a whole number from 1 to 10, not "1.5".'],
    [["surplus"], "Too many arguments for 'fetch'. Expected 0 arguments but got 1."],
    [["--", "ls"], '"--" has no meaning here.'],
  ])("%j is refused: %s", async (args, message) => {
    expect(await complaint(args)).toBe(message);
  });

  test("the complaint names the command whose help to read", async () => {
    await expect(input(["--x"])).rejects.toThrow(expect.objectContaining({ command: "fetch" }));
  });

  test("everything after -- belongs to the program, options and a second -- included", async () => {
    const { options, rest } = await input(["--json", "--", "node", "--help", "--", "-x"], runner);
    expect(rest).toEqual(["node", "--help", "--", "-x"]);
    expect(options.json).toBe(true);
  });

  test("a forgotten -- is explained", async () => {
    expect(await complaint(["node", "agent.js"], runner)).toContain('A program to run goes after "--".');
  });

  test("-- needs a program behind it", async () => {
    expect(await complaint(["--"], runner)).toBe('A program to run has to follow "--".');
  });

  test("a positional argument is taken, and missed when it is not there", async () => {
    expect((await input(["-"], reader)).positionals).toEqual(["-"]);
    expect(await complaint([], reader)).toBe("FILE is missing.");
  });
});
