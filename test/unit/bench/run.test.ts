import { describe, expect, test } from "vitest";
import { PARTS } from "../../../bench/parts.js";
import { readRunOptions } from "../../../bench/run-options.js";
import { runPart } from "../../../bench/run-part.js";

describe("options", () => {
  test("without any, all parts are measured in full", () => {
    expect(readRunOptions([])).toEqual({
      quick: false,
      help: false,
      only: undefined,
      json: undefined,
      from: undefined,
    });
  });

  test("parts are named with commas", () => {
    expect(readRunOptions(["--quick", "--only", "agent,install"]).only).toEqual(
      new Set(["agent", "install"]),
    );
  });

  test.each([
    [["--fast"], "--fast"],
    [["--only", "nothing"], 'There is no part "nothing". The parts are agent, '],
    [["--only", ","], "--only needs the name of a part"],
    [["--from", "results.json", "--quick"], "--from measures nothing"],
    [["agent"], "agent"],
  ])("%j is refused", (args, message) => {
    expect(() => readRunOptions(args)).toThrow(message);
  });
});

test("names of parts are different, as the summary finds them by their names", () => {
  expect(new Set(PARTS.map(({ name }) => name)).size).toBe(PARTS.length);
});

describe("a part that is run", () => {
  const run = (how: string) =>
    runPart(
      {
        name: "fixture",
        about: "",
        program: "../test/fixtures/bench/part.ts",
        args: [how],
        quickArgs: ["quick"],
      },
      how === "quick",
    );

  test.each(["full", "quick"])("has its figures: %s", async (how) => {
    const { failure, result, command } = await run(how);
    expect(failure).toBeUndefined();
    expect(result?.rows).toEqual([{ name: "answer", value: 42, unit: "ms" }]);
    expect(result?.conditions).toMatchObject({ node: process.version });
    expect(command).toBe(`npx tsx bench/../test/fixtures/bench/part.ts ${how}`);
  });

  test.each([
    ["wrong-count", "it ended with exit code 1: Error: 99 rows instead of 100"],
    ["no-number", '"answer" has no figure'],
    ["no-figures", "no such file"],
  ])("has failed: %s", async (how, message) => {
    const { failure, result } = await run(how);
    expect(failure).toContain(message);
    expect(result).toBeUndefined();
  });
});
