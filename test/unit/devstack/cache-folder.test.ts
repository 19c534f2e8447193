import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { cacheFolder } from "../../../src/devstack/fetch-kafka.js";

const HOME = { HOME: "/home/ann" };

test.each([
  [
    "the variable of its own, as it is",
    { ...HOME, AGENT_ACTIONS_CACHE_DIR: "/c", XDG_CACHE_HOME: "/x" },
    "linux",
    "/c",
  ],
  [
    "an absolute path, though the variable is relative",
    { AGENT_ACTIONS_CACHE_DIR: "c" },
    "linux",
    resolve("c"),
  ],
  ["XDG_CACHE_HOME", { ...HOME, XDG_CACHE_HOME: "/x" }, "linux", "/x/otel-agent-actions"],
  ["~/.cache on Linux", HOME, "linux", "/home/ann/.cache/otel-agent-actions"],
  ["~/Library/Caches on macOS", HOME, "darwin", "/home/ann/Library/Caches/otel-agent-actions"],
  ["LOCALAPPDATA on Windows", { LOCALAPPDATA: "/local" }, "win32", "/local/otel-agent-actions"],
] as const)("the cache folder is %s", (_, env, platform, folder) => {
  expect(cacheFolder(env, platform)).toBe(join(folder));
});
