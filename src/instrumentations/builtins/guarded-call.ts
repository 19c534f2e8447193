import { guarded } from "../../tracing/guard.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import { isInsideAgent } from "./inside-agent.js";

let inside = false;

/**
 * Whether a call of a module of Node is an agent's own. Not where Node does its work by other functions of the module (`exec` by
 * `execFile`, `appendFile` by `writeFile`): that is one call.
 */
export function isAgentsCall(recorder: SpanRecorder): boolean {
  return recorder.enabled && !inside && guarded("the active span could not be read", isInsideAgent) === true;
}

/** Makes the host's call. What it calls before it returns is part of it. */
export function asOneCall<T>(call: () => T): T {
  const outer = inside;
  inside = true;
  try {
    return call();
  } finally {
    inside = outer;
  }
}
