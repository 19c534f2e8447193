import { type DiagLogger, DiagLogLevel, diag } from "@opentelemetry/api";
import { EnvReader } from "../../src/config/env-reader.js";
import { hasDiagLogger } from "../../src/internal/api-global.js";

const LEVELS = ["none", "error", "warn", "info", "debug", "verbose", "all"] as const;

/**
 * Shows what the API's `diag` says at `OTEL_LOG_LEVEL` and above, on stderr: stdout belongs to the host. Does nothing without
 * that variable, or when a logger is set already. Losses and outages are said without it, too: delivery-log.ts.
 */
export function showDiagOnStderr(env: NodeJS.ProcessEnv = process.env): void {
  const level = new EnvReader(env).choice("OTEL_LOG_LEVEL", LEVELS);
  if (level === undefined || hasDiagLogger()) return;
  diag.setLogger(stderrLogger(), { logLevel: DiagLogLevel[level.toUpperCase() as Uppercase<typeof level>] });
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
