import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder that is used where nobody names one: below `$XDG_STATE_HOME`, or `~/.local/state`, which is for what should outlast a
 * restart and is of no worth elsewhere (https://specifications.freedesktop.org/basedir-spec/latest/). Each Kafka has one of its own, so that
 * nothing that was recorded for one is sent to another.
 */
export function defaultSpoolDirectory(env: NodeJS.ProcessEnv, brokers: readonly string[]): string {
  const state = env.XDG_STATE_HOME || join(homedir(), ".local", "state");
  const name = [...brokers]
    .sort()
    .join("+")
    .replaceAll(/[^\w.+-]/g, "_")
    .slice(0, 200);
  return join(state, "otel-agent-actions", "spool", name);
}
