import { type OptionTable, text } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, JSON_OPTIONS } from "../framework/shared-options.js";

export const HOLD_OPTIONS = {
  run: text({ placeholder: "ID", description: "With add: a run, by its correlation id." }),
  session: text({ placeholder: "ID", description: "With add: a session." }),
  where: text({
    placeholder: "KEY=VALUE",
    expected: "KEY=VALUE",
    accepts: (value) => /^[^=]+=./.test(value),
    description: "With add: user, on_behalf_of, project, agent or service.",
  }),
  until: text({
    placeholder: "TIME",
    defaultText: "released",
    description: "With add: when it ends, ISO 8601.",
  }),
  reason: text({ placeholder: "TEXT", description: "With add: why." }),
  ...JSON_OPTIONS,
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;

export const holdCommand = defineCommand({
  name: "hold",
  summary: "keeps rows from being erased, or removed for their age.",
  usage: ["hold add NAME [options]", "hold list [options]", "hold release NAME [options]"],
  details: [
    "While a hold names a row, erase refuses, and retain and cleanup_old_debug_logs() leave the row. What is done stands in the audit log.",
  ],
  positional: "ACTION...",
  options: HOLD_OPTIONS,
  examples: [
    { command: "hold add case-7 --where user=ada --reason litigation", does: "Keep what a person did." },
    { command: "hold release case-7", does: "No longer." },
  ],
  run: async (input, context) => (await import("../hold/run-hold.js")).runHold(input, context),
});
