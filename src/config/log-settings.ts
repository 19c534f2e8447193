import { choice } from "./option.js";

/** The levels of pino, from all to nothing. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_LEVEL_OPTION = choice({
  env: "LOG_LEVEL",
  of: LOG_LEVELS,
  default: "info",
  description: "JSON lines on standard output. Payloads are never logged.",
});
