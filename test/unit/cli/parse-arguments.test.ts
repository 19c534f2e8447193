import { describe, expect, test } from "vitest";
import { type CommandInput, defineCommand } from "../../../src/cli/framework/command.js";
import { parseArguments } from "../../../src/cli/framework/parse-arguments.js";
import { UsageError } from "../../../src/cli/framework/usage-error.js";

const fetchCommand = defineCommand({
  name: "fetch",
  summary: "fetches.",
  usage: ["fetch"],
  options: {
    json: { type: "flag", description: "JSON." },
    project: { type: "text", value: "NAME", description: "Project." },
    count: { type: "integer", value: "N", minimum: 1, maximum: 10, default: 3, description: "How many." },
    type: { type: "choice", of: ["tool_call", "decision"], description: "Type." },
  },
  examples: [],
  run: async () => 0,
});

const runner = defineCommand({ ...fetchCommand, takesProgram: true });
const reader = defineCommand({ ...fetchCommand, positional: { name: "FILE", required: true } });

function input(args: string[], command = fetchCommand): CommandInput<typeof fetchCommand.options> {
  const parsed = parseArguments(command, args);
  if (parsed.outcome !== "input") throw new Error("expected input");
  return parsed.input;
}

function complaint(args: string[], command = fetchCommand): string {
  try {
    parseArguments(command, args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error("expected a usage error");
}

describe("parseArguments", () => {
  test("gives flags as booleans, defaults where they are, and leaves the rest undefined", () => {
    expect(input([]).options).toEqual({ json: false, project: undefined, count: 3, type: undefined });
  });

  test("reads values after a blank and after an equals sign", () => {
    expect(input(["--project", "a", "--count=7", "--type=decision", "--json"]).options).toEqual({
      json: true,
      project: "a",
      count: 7,
      type: "decision",
    });
  });

  test("a value may begin with a dash after an equals sign", () => {
    expect(input(["--project=-x"]).options.project).toBe("-x");
  });

  test.each(["--help", "-h"])("%s asks for help, whatever else is there", (flag) => {
    expect(parseArguments(reader, ["--count", "2", flag])).toEqual({ outcome: "help" });
  });

  test.each([
    [["--jsn"], "Unknown option --jsn. Did you mean --json?"],
    [["--projct", "a"], "Unknown option --projct. Did you mean --project?"],
    [["--zzzzzz"], "Unknown option --zzzzzz."],
    [["-x"], "Unknown option -x."],
    [["--json=yes"], "--json takes no value."],
    [["--project"], "--project needs a value: --project NAME"],
    [
      ["--project", "--json"],
      "--project needs a value. A value that begins with a dash is written --project=--json",
    ],
    [
      ["--type", "decisoin"],
      '--type has to be one of tool_call, decision, not "decisoin". Did you mean decision?',
    ],
    [["--count", "eleven"], '--count has to be a whole number from 1 to 10, not "eleven".'],
    [["--count", "11"], '--count has to be a whole number from 1 to 10, not "11".'],
    [["--count", "-1"], '--count has to be a whole number from 1 to 10, not "-1".'],
    [["--count", "1.5"], '--count has to be a whole number from 1 to 10, not "1.5".'],
    [["surplus"], 'Unexpected argument "surplus".'],
    [["--", "ls"], '"--" has no meaning here.'],
  ])("%j is answered with: %s", (args, message) => {
    expect(complaint(args)).toBe(message);
  });

  test("the complaint names the command whose help to read", () => {
    expect(() => parseArguments(fetchCommand, ["--x"])).toThrow(
      expect.objectContaining({ command: "fetch" }),
    );
  });

  test("everything after -- belongs to the program, options and a second -- included", () => {
    const { options, rest } = input(["--json", "--", "node", "--help", "--", "-x"], runner);
    expect(rest).toEqual(["node", "--help", "--", "-x"]);
    expect(options.json).toBe(true);
  });

  test("a forgotten -- is explained", () => {
    expect(complaint(["node", "agent.js"], runner)).toBe(
      'Unexpected argument "node". A program to run goes after "--": -- node ...',
    );
  });

  test("-- needs a program behind it", () => {
    expect(complaint(["--"], runner)).toBe('A program to run has to follow "--".');
  });

  test("a positional argument is taken, and missed when it is not there", () => {
    expect(input(["-"], reader).positionals).toEqual(["-"]);
    expect(complaint([], reader)).toBe("FILE is missing.");
  });
});
