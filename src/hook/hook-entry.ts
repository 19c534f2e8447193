import { hookSettings } from "./hook-settings.js";
import type { HookAgent } from "./payloads/index.js";
import { runHook, standardInput } from "./run-hook.js";

/** What `agent-actions hook AGENT` does. Never rejects, and leaves the exit code 0: an agent takes any other one for an answer. */
export async function hookEntry(
  agent: HookAgent,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  try {
    await runHook(agent, hookSettings(args, env), standardInput);
  } catch (error) {
    process.stderr.write(`agent-actions hook: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
