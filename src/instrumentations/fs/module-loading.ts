import { fileURLToPath } from "node:url";

/** Deep enough to see past the functions of this package to who calls `fs`. */
const FRAMES = 12;

const OWN_FOLDER = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Whether Node's module loader reads a file: `require` inside a tool does, by the same `readFileSync` that the host has. The
 * stack shows it; reading that takes a few microseconds, and is done for calls of an agent only.
 */
export function isModuleLoading(): boolean {
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = FRAMES;
    const stack = new Error().stack ?? "";
    const callers = stack.split("\n").filter((line) => !line.includes(OWN_FOLDER));
    return callers.slice(1, 3).some((line) => line.includes("node:internal/modules/"));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
