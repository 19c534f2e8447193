import { flag, integer, type OptionTable, option, text } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand, type OptionValues } from "../framework/command.js";
import { COMPARING_OPTIONS } from "./diff.js";

const SLOWEST = 0.1;
const FASTEST = 1_000;

export const REPLAY_OPTIONS = {
  play: flag({ description: "Play the run back: what began and ended, at the pace of the run." }),
  speed: option<number, 1>(
    { default: 1, description: "With --play: how many times as fast." },
    {
      placeholder: "N",
      expected: `a number from ${SLOWEST} to ${FASTEST}`,
      fromText: (given) => {
        const speed = Number(given);
        return given.trim() !== "" && speed >= SLOWEST && speed <= FASTEST ? speed : undefined;
      },
      fromCode: () => undefined,
    },
  ),
  idle: integer({
    default: 2_000,
    minimum: 0,
    unit: "milliseconds",
    placeholder: "MS",
    description: "With --play: time in which nothing happens is shortened to this, at speed 1.",
  }),
  tools: text({
    placeholder: "FILE",
    description:
      "Call tools once more, with the recorded arguments, and compare: a module that exports tools (an object, list, Map or MCP client) and safe, the names of those that only read.",
  }),
  "only-safe": flag({
    description: "Has to stand beside --tools: no tool is called that the module does not name in safe.",
  }),
  "timeout-ms": integer({
    default: 30_000,
    minimum: 1,
    maximum: 3_600_000,
    unit: "milliseconds",
    description: "With --tools: how long one call may take.",
  }),
  junit: text({ placeholder: "FILE", description: "With --tools: write the result as JUnit XML as well." }),
  json: flag({ description: "With --tools: one JSON object for each call." }),
  ...COMPARING_OPTIONS,
  ...CLIENT_OPTIONS,
} as const satisfies OptionTable;

export type ReplayOptions = OptionValues<typeof REPLAY_OPTIONS>;

export const replayCommand = defineCommand({
  name: "replay",
  summary: "plays a run back, or calls its tools once more.",
  usage: ["replay RUN --play [options]", "replay RUN --tools FILE --only-safe [options]"],
  details: [
    "While a run is played: space pauses, n or → goes to the next moment, + and - change the speed, e goes to the end, q quits. Without a terminal everything is printed at once.",
    "--tools calls tools that the module names in safe, one after another, and no others; it ends with 1 when a result has changed. To give recorded results back to an agent's code: replayTools of otel-agent-actions/replay.",
  ],
  positional: "RUN",
  options: REPLAY_OPTIONS,
  examples: [
    { command: "replay abc-123 --play --speed 5", does: "Watch it again, five times as fast." },
    {
      command: "replay abc-123 --tools ./tools.mjs --only-safe",
      does: "Do its reading tools still give the same?",
    },
  ],
  run: async (input, context) =>
    input.options.tools === undefined
      ? (await import("../replay/run-play.js")).runPlay(input, REPLAY_OPTIONS, context)
      : (await import("../replay/run-rerun.js")).runRerun(input, REPLAY_OPTIONS["timeout-ms"], context),
});
