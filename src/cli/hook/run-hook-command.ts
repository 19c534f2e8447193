import { flushHooks } from "../../hook/flush-hooks.js";
import { hookEntry } from "../../hook/hook-entry.js";
import { hookSettings } from "../../hook/hook-settings.js";
import { HOOK_AGENTS, isHookAgent } from "../../hook/payloads/index.js";
import type { HOOK_OPTIONS } from "../commands/hook.js";
import { formatCount } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK, EXIT_UNAVAILABLE, UsageError } from "../framework/exit-codes.js";

export async function runHookCommand(
  { options, positionals }: CommandInput<typeof HOOK_OPTIONS>,
  { out, env }: CliContext,
): Promise<number> {
  const [agent] = positionals;
  const args = [
    ...(options.url === undefined ? [] : [`--url=${options.url.href}`]),
    ...(options.timeout === undefined ? [] : [`--timeout=${options.timeout}`]),
    ...(options["no-content"] ? ["--no-content"] : []),
    ...(options.directory === undefined ? [] : [`--directory=${options.directory}`]),
  ];
  if (options.flush) {
    const settings = hookSettings(args, env);
    const { sent, refused, waiting } = await flushHooks(settings);
    if (options.json) out.json({ sent, refused, waiting });
    else {
      const lost = refused > 0 ? `, ${refused} refused by the service and removed` : "";
      const left = waiting > 0 ? `: ${settings.url.origin} does not take them` : "";
      out.result(`${formatCount(sent, "event")} sent${lost}, ${waiting} waiting${left}`);
    }
    if (waiting > 0) return EXIT_UNAVAILABLE;
    return refused > 0 ? EXIT_FAILURE : EXIT_OK;
  }
  if (!isHookAgent(agent))
    throw new UsageError(
      `${agent === undefined ? "AGENT is missing" : `"${agent}" is no agent`}: it is one of ${Object.keys(HOOK_AGENTS).join(", ")}.`,
      "hook",
    );
  await hookEntry(agent, args, env);
  return EXIT_OK;
}
