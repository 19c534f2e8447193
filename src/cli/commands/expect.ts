import { choice, flag, integer, type OptionTable, option, text } from "../../config/option.js";
import {
  ARGUMENT_MODES,
  argumentModeOf,
  MATCH_MODES,
  type MatchMode,
  matchModeOf,
} from "../../expect/expectation.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand, type OptionValues } from "../framework/command.js";
import { COMPARING_OPTIONS } from "./diff.js";

export const EXPECT_OPTIONS = {
  match: option<MatchMode>(
    {
      defaultText: "what the file says, else exact",
      description:
        "exact: these calls in this order and no others; in-order: others may be between them; any-order: in any order, others too; unordered: in any order, no others; subset: no others, some may be missing; superset: as any-order.",
    },
    {
      placeholder: "MODE",
      expected: `one of ${MATCH_MODES.join(", ")}`,
      fromText: matchModeOf,
      fromCode: () => undefined,
    },
  ),
  arguments: {
    ...choice({
      of: ARGUMENT_MODES,
      defaultText: "what the file says, else exact",
      description:
        "exact: all of them; superset: those expected, and maybe others; subset: none but those expected; ignore: not looked at.",
    }),
    fromText: argumentModeOf,
  },
  label: text({
    placeholder: "LABEL",
    description: "Instead of a file: what the runs with this label did. One that the run matches is enough.",
  }),
  "most-runs": integer({
    default: 5,
    minimum: 1,
    maximum: 100,
    description: "With --label: the latest so many of them.",
  }),
  junit: text({ placeholder: "FILE", description: "Write the result as JUnit XML as well." }),
  json: flag({ description: "The result as one JSON object." }),
  ...COMPARING_OPTIONS,
  ...CLIENT_OPTIONS,
} as const satisfies OptionTable;

export type ExpectOptions = OptionValues<typeof EXPECT_OPTIONS>;

export const expectCommand = defineCommand({
  name: "expect",
  summary: "checks the calls of a run against those that are expected.",
  usage: [
    "expect RUN FILE [options]",
    "expect RUN GOLDEN_RUN [options]",
    "expect RUN --label LABEL [options]",
  ],
  details: [
    "FILE is JSON: { calls: [{ tool, arguments }] } with values or matchers such as { $regex: ... }, an eval set of Google's ADK, messages with tool_calls (agentevals), or assertions trajectory:... of promptfoo. A run is one of the database, or a file of JSON lines as show RUN --json --whole prints them.",
    "Ends with 0 when the run is as expected, and with 1 when it is not.",
  ],
  positional: "RUN...",
  options: EXPECT_OPTIONS,
  examples: [
    { command: "expect abc-123 golden.json --match in-order", does: "A check for a pipeline." },
    {
      command: "expect abc-123 --label right --match superset",
      does: "Did it do all that a run which was right did?",
    },
  ],
  run: async (input, context) =>
    (await import("../expect/run-expect.js")).runExpect(input, EXPECT_OPTIONS["most-runs"], context),
});
