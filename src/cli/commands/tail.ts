import { choice, flag, integer, type OptionTable, text } from "../../config/option.js";
import { ACTION_TYPES } from "../../event/action-event.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, JSON_OPTIONS } from "../framework/shared-options.js";

export const TAIL_OPTIONS = {
  project: text({ placeholder: "NAME", defaultText: "all", description: "Name or folder of a project." }),
  agent: text({ placeholder: "NAME", defaultText: "all", description: "Name of an agent." }),
  type: choice({ of: ACTION_TYPES, defaultText: "all", description: "Type of action." }),
  since: text({
    placeholder: "WHEN",
    description: "Begin with everything that began since then: 30s, 10m, 2h, 3d or an ISO 8601 time.",
  }),
  limit: integer({
    minimum: 0,
    maximum: 100_000,
    defaultText: "20, or no limit with --since",
    description: "Begin with so many rows, the latest ones.",
  }),
  "no-follow": flag({ description: "End after the rows that are there." }),
  ...JSON_OPTIONS,
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;

export const tailCommand = defineCommand({
  name: "tail",
  summary: "shows actions as their rows arrive.",
  usage: ["tail [options]"],
  details: [
    "Rows are shown as they arrive, and again when what is shown of them changes: that of a long action while it runs and when it ends. A row that turns out to be part of another action is said to be gone; with --json that is a line with removed. Rows come when no older transaction of the Postgres server is open. When Postgres is away, tail waits and goes on without a gap.",
    "It reads the change feed, which names what the consumer writes: rows that somebody inserts by hand are shown when tail begins, and not as they come.",
  ],
  options: TAIL_OPTIONS,
  examples: [
    { command: "tail --type error", does: "Errors as they come." },
    { command: "tail --agent agent-researcher --since 1h", does: "One agent, with its last hour." },
    { command: "tail --json --no-follow --limit 1000 | jq .action_name", does: "Rows for other programs." },
  ],
  run: async (input, context) => (await import("../tail/run-tail.js")).runTail(input, context),
});
