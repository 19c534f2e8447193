import { HOOK_OPTIONS } from "../../config/hook-options.js";
import { flag, type OptionTable } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";

export const SETUP_OPTIONS = {
  url: {
    ...HOOK_OPTIONS.url,
    env: [],
    defaultText: "http://127.0.0.1:8080",
    description: "Address of the service that telemetry and hooks are sent to.",
  },
  "no-telemetry": flag({ description: "Leave the agent's telemetry as it is." }),
  "no-hooks": flag({ description: "Leave the agent's hooks as they are." }),
  "no-content": flag({
    description: "Tell names, times and outcomes, and no arguments, results or prompts.",
  }),
  mcp: flag({
    description:
      "Let the agent ask what agents did, too: the tools of mcp, by an entry in its list of servers.",
  }),
  remove: flag({ description: "Take back what setup has written, and nothing else." }),
  "dry-run": flag({ description: "Show the change, and write nothing." }),
  yes: flag({ description: "Write without asking." }),
} as const satisfies OptionTable;

export const setupCommand = defineCommand({
  name: "setup",
  summary: "makes a coding agent tell what it does.",
  usage: ["setup AGENT [options]", "setup AGENT --remove [options]"],
  details: [
    "AGENT is claude-code, codex, gemini-cli, qwen-code, cursor, copilot-cli, opencode or vscode. Shows what it would change in the agent's configuration, and asks on a terminal before it writes. What is there stays, comments too; a value that is there already is named and not replaced. What an earlier setup of the agent wrote, and this one is not asked for, is taken back; --remove takes back all of it, and nothing else.",
  ],
  positional: "[AGENT]",
  options: SETUP_OPTIONS,
  examples: [
    { command: "setup claude-code --dry-run", does: "Look first." },
    { command: "setup codex --yes --url http://logs.example:8080", does: "For a service elsewhere." },
    { command: "setup vscode --mcp", does: "Only the tools to ask with." },
    { command: "setup claude-code --remove", does: "As it was before." },
  ],
  run: async (input, context) => (await import("../setup/run-setup.js")).runSetup(input, context),
});
