import { MCP_OPTIONS } from "../../config/mcp-settings.js";
import type { OptionTable } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand } from "../framework/command.js";

export const MCP_COMMAND_OPTIONS = {
  "max-characters": MCP_OPTIONS.maxCharacters,
  ...CLIENT_OPTIONS,
} as const satisfies OptionTable;

export const mcpCommand = defineCommand({
  name: "mcp",
  summary: "lets language models ask what agents did, by MCP.",
  usage: ["mcp [options]"],
  details: [
    "A server on standard input and output, for programs that start it; a running service has the same tools at /mcp. Seven tools, none of which changes anything: describe, find_runs, run_skeleton, get_actions, diff_runs, notices and query_sql.",
    "query_sql needs AGENT_ACTIONS_MCP_SQL_DATABASE_URL, of a role that may read the views and nothing else.",
  ],
  options: MCP_COMMAND_OPTIONS,
  examples: [
    { command: "mcp", does: "Asks the database that the environment names." },
    {
      command: "mcp --url http://127.0.0.1:8080",
      does: "Asks a running service.",
    },
  ],
  run: async ({ options }, context) => (await import("../mcp/run-mcp.js")).runMcp(options, context),
});
