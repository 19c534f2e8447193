#!/usr/bin/env node
import { isHookAgent } from "../hook/payloads/index.js";

const [command, agent, ...more] = process.argv.slice(2);
// A hook is a process for every step of an agent: it loads nothing of the command line.
const isHook =
  command === "hook" && isHookAgent(agent) && !more.some((arg) => ["--help", "-h", "--flush"].includes(arg));
// The exit code is set, not enforced: what is still being written to a pipe gets written.
if (isHook) await (await import("../hook/hook-entry.js")).hookEntry(agent, more, process.env);
else process.exitCode = await (await import("./command-line.js")).commandLine(process.argv.slice(2));
