import { describe, expect, test } from "vitest";
import { createStyle, unstyled } from "../../../src/cli/framework/output.js";

const isColoured = (isTerminal: boolean, env: NodeJS.ProcessEnv): boolean =>
  createStyle(isTerminal, env).bad("x") !== "x";

describe("colours", () => {
  test.each<[string, boolean, NodeJS.ProcessEnv, boolean]>([
    ["are on at a terminal", true, {}, true],
    ["are off in a pipe", false, {}, false],
    ["are off with NO_COLOR", true, { NO_COLOR: "1" }, false],
    ["are not turned off by an empty NO_COLOR", true, { NO_COLOR: "" }, true],
    ["are on in a pipe with FORCE_COLOR", false, { FORCE_COLOR: "1" }, true],
    ["are off with FORCE_COLOR=0", true, { FORCE_COLOR: "0" }, false],
    ["are on when forced, whatever NO_COLOR says", false, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    ["are off at a terminal that has none", true, { TERM: "dumb" }, false],
  ])("%s", (_, isTerminal, env, expected) => {
    expect(isColoured(isTerminal, env)).toBe(expected);
  });

  test("can be taken off again", () => {
    const style = createStyle(true, {});
    expect(unstyled(style.bold(style.good("text")))).toBe("text");
  });
});
