import { expect, test } from "vitest";
import { runCli } from "../../../src/cli/run-cli.js";
import { captureOutput, quietContext } from "./captured-output.js";

const run = async (...args: string[]) => {
  const out = captureOutput();
  const code = await runCli(["notices", ...args], quietContext(out));
  return { code, said: out.progressLines.join("\n") };
};

// A filter that is not heard would mark or mute more than somebody asked for.
test.each([
  [["expect", "--project", "shop", "--agent-version", "9"], "--project does not go with notices expect"],
  [["expect", "--run", "r", "--agent-version", "9"], "--run does not go with notices expect"],
  [["mute", "--agent", "a", "--severity", "critical"], "--severity does not go with notices mute"],
  [["ack", "8d3f01aa", "--agent", "a"], "--agent does not go with notices ack"],
  [["expected", "--agent", "a"], "--agent does not go with notices expected"],
  [["mutes", "--csv"], "--csv does not go with notices mutes"],
  [["--tool", "t"], "--tool does not go with notices; it goes with notices expect"],
  [["expect", "--agent-version", "9", "--kind", "bogus"], "--kind has to be one of rate, errors, duration"],
  [
    ["expect", "--since", "2026-01-02T00:00:00Z", "--until", "2026-01-01T00:00:00Z"],
    "--until has to be later than --since",
  ],
])("notices %j is refused: %s", async (args, sentence) => {
  const { code, said } = await run(...args);
  expect(said).toContain(sentence);
  expect(code).toBe(64);
});
