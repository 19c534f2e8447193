import { HOOK_OPTIONS as SETTINGS } from "../../config/hook-options.js";
import { flag, type OptionTable } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { JSON_OPTIONS } from "../framework/shared-options.js";

export const HOOK_OPTIONS = {
  url: SETTINGS.url,
  timeout: SETTINGS.timeoutMillis,
  directory: SETTINGS.directory,
  "no-content": flag({ description: "Tell no arguments, results and prompts." }),
  flush: flag({ description: "Send what waits since no service took it, and say how much is left." }),
  ...JSON_OPTIONS,
} as const satisfies OptionTable;

export const hookCommand = defineCommand({
  name: "hook",
  summary: "sends what a coding agent tells its hooks.",
  usage: ["hook AGENT [options] < EVENT", "hook --flush [options]"],
  details: [
    "AGENT is claude-code, codex, cursor, gemini-cli or copilot-cli. Reads the event on standard input and sends it to the service; when that does not take it in time, the event is kept in a file that a later hook sends. It writes nothing to standard output and ends with 0 whatever happens, so it changes nothing of what the agent does. A token: AGENT_ACTIONS_HOOK_TOKEN.",
  ],
  positional: "[AGENT]",
  options: HOOK_OPTIONS,
  examples: [
    { command: "hook claude-code --url http://127.0.0.1:8080 < event.json", does: "As an agent does it." },
    { command: "hook --flush", does: "When the service is back, and no agent runs." },
  ],
  run: async (input, context) => (await import("../hook/run-hook-command.js")).runHookCommand(input, context),
});
