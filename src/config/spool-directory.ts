import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** What the folder of those is called who have no Kafka. */
export const WITHOUT_KAFKA = "without-kafka";

/**
 * The folder that is used where nobody names one: below `$XDG_STATE_HOME`, or `~/.local/state`, which is for what should outlast a
 * restart and is of no worth elsewhere (https://specifications.freedesktop.org/basedir-spec/latest/). Each Kafka has one of its own, so that
 * nothing that was recorded for one is sent to another. `undefined` for a user without a home, as containers have them.
 */
export function defaultSpoolDirectory(
  env: NodeJS.ProcessEnv,
  brokers: readonly string[],
): string | undefined {
  const state = stateFolder(env);
  const name = [...brokers]
    .sort()
    .join("+")
    .replaceAll(/[^\w.+-]/g, "_")
    .slice(0, 200);
  return state && join(state, "otel-agent-actions", "spool", name);
}

// The specification has relative paths ignored.
function stateFolder({ XDG_STATE_HOME }: NodeJS.ProcessEnv): string | undefined {
  if (XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME;
  try {
    return join(homedir(), ".local", "state");
  } catch {
    return undefined;
  }
}
