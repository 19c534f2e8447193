import { writeSync } from "node:fs";
import { type DiagLogger, diag } from "@opentelemetry/api";
import { hasDiagLogger } from "../../src/internal/api-global.js";

const STDERR = 2;

/** Logs to `diag` only: nothing where the host has set no logger for it. */
export const log = (): DiagLogger => diag.createComponentLogger({ namespace: "otel-agent-actions" });

/** Logs what nobody may miss: to `diag`, and where the host has set no logger for it, to stderr. */
export function say(level: "warn" | "info", message: string): void {
  // Written at once: the process may be about to end.
  if (hasDiagLogger()) log()[level](message);
  else writeToStderr(`otel-agent-actions: ${message}\n`);
}

function writeToStderr(line: string): void {
  try {
    writeSync(STDERR, line);
  } catch {
    // A host that has closed its stderr, or does not read it, does not want to know.
  }
}
