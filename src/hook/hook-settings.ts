/** The settings of a hook, read without the table of options, whose loading would cost more than the hook. A test holds both to each other. */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { HookSettings } from "./run-hook.js";

export const DEFAULT_HOOK_URL = "http://127.0.0.1:8080";
export const DEFAULT_HOOK_TIMEOUT_MILLIS = 1_000;

/** @throws Error that says what would be right */
export function hookSettings(args: readonly string[], env: NodeJS.ProcessEnv): HookSettings {
  const given = (name: string): string | undefined => {
    const joined = args.find((arg) => arg.startsWith(`--${name}=`));
    if (joined !== undefined) return joined.slice(name.length + 3);
    const at = args.indexOf(`--${name}`);
    return at === -1 ? undefined : args[at + 1];
  };
  const url = given("url") ?? env.AGENT_ACTIONS_HOOK_URL ?? DEFAULT_HOOK_URL;
  if (!URL.canParse(url))
    throw new Error(`--url has to be the address of a service, not ${JSON.stringify(url)}`);
  const timeout = Number(
    given("timeout") ?? env.AGENT_ACTIONS_HOOK_TIMEOUT_MS ?? DEFAULT_HOOK_TIMEOUT_MILLIS,
  );
  const capture = env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT?.trim().toLowerCase();
  return {
    url: new URL(url),
    token: env.AGENT_ACTIONS_HOOK_TOKEN || undefined,
    timeoutMillis: timeout > 0 ? timeout : DEFAULT_HOOK_TIMEOUT_MILLIS,
    directory: given("directory") ?? env.AGENT_ACTIONS_HOOK_DIRECTORY ?? ownFolder(env),
    captureContent:
      !args.includes("--no-content") &&
      (capture === undefined || !["false", "event_only", "no_content"].includes(capture)),
  };
}

function ownFolder({ XDG_STATE_HOME: state, HOME }: NodeJS.ProcessEnv): string | undefined {
  if (state !== undefined && isAbsolute(state)) return join(state, "otel-agent-actions", "hooks");
  try {
    return join(HOME || homedir(), ".local", "state", "otel-agent-actions", "hooks");
  } catch {
    return undefined;
  }
}
