import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * Where fetched files are kept between runs: `AGENT_ACTIONS_CACHE_DIR`, else `otel-agent-actions` in the user's cache
 * folder as each system has it (XDG Base Directory on Linux, Library/Caches on macOS, LOCALAPPDATA on Windows).
 */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  if (env.AGENT_ACTIONS_CACHE_DIR) return resolve(env.AGENT_ACTIONS_CACHE_DIR);
  return join(userCacheFolder(env, platform), "otel-agent-actions");
}

function userCacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  const home = env.HOME || homedir();
  if (platform === "darwin") return join(home, "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA || join(homedir(), "AppData", "Local");
  return join(home, ".cache");
}
