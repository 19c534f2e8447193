import { spawnSync } from "node:child_process";

// Each in a process of its own: an instrumentation patches its library once.
for (const program of [
  ["langchain.mjs"],
  ["langchain.mjs", "hidden"],
  ["openai-agents.mjs"],
  ["openai-agents.mjs", "hidden"],
]) {
  const { status } = spawnSync(process.execPath, program, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
