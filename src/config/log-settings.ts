import type { EnvReader } from "./env-reader.js";

/** The levels of pino, from all to nothing. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const DEFAULT_LOG_LEVEL: LogLevel = "info";

/** Option over `LOG_LEVEL` over `info`. Never throws: see `resolveKafkaSettings`. */
export function resolveLogLevel(
  option: LogLevel | undefined,
  env: EnvReader,
  mistakes: string[] = env.problems,
): LogLevel {
  if (option === undefined) return env.choice("LOG_LEVEL", LOG_LEVELS) ?? DEFAULT_LOG_LEVEL;
  if (LOG_LEVELS.includes(option)) return option;
  mistakes.push(`logLevel has to be one of ${LOG_LEVELS.join(", ")}`);
  return DEFAULT_LOG_LEVEL;
}
