import { type DiagLogger, DiagLogLevel, diag } from "@opentelemetry/api";
import { EnvReader } from "../../src/config/env-reader.js";

const LEVELS = ["none", "error", "warn", "info", "debug", "verbose", "all"] as const;

/**
 * Shows what the API's `diag` says at `OTEL_LOG_LEVEL` and above, on stderr: stdout belongs to the host. Does nothing without
 * that variable, or when a logger is set already.
 */
export function showDiagOnStderr(env: NodeJS.ProcessEnv = process.env): void {
  const level = new EnvReader(env).choice("OTEL_LOG_LEVEL", LEVELS);
  if (level === undefined || hasLogger()) return;
  diag.setLogger(stderrLogger(), { logLevel: DiagLogLevel[level.toUpperCase() as Uppercase<typeof level>] });
}

// The API has no question for this; its globals are the same for every copy of version 1.
function hasLogger(): boolean {
  const globals: unknown = Reflect.get(globalThis, Symbol.for("opentelemetry.js.api.1"));
  return typeof globals === "object" && globals !== null && "diag" in globals;
}

function stderrLogger(): DiagLogger {
  const at =
    (level: string) =>
    (...parts: unknown[]) =>
      void process.stderr.write(`${level} ${parts.map(String).join(" ")}\n`);
  return {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    verbose: at("verbose"),
  };
}
