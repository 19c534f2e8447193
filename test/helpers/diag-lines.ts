import { type DiagLogger, DiagLogLevel, diag } from "@opentelemetry/api";
import { afterEach, beforeEach } from "vitest";

export interface DiagLine {
  readonly level: "error" | "warn" | "info" | "debug" | "verbose";
  readonly text: string;
}

/** What is said through `diag` in each test of the file. */
export function diagLines(): readonly DiagLine[] {
  const lines: DiagLine[] = [];
  const at =
    (level: DiagLine["level"]) =>
    (...parts: unknown[]) =>
      void lines.push({ level, text: parts.map(String).join(" ") });
  const logger: DiagLogger = {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    verbose: at("verbose"),
  };
  beforeEach(() => {
    lines.length = 0;
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
    lines.length = 0;
  });
  afterEach(() => diag.disable());
  return lines;
}

export const textsAt = (lines: readonly DiagLine[], level: DiagLine["level"]): string[] =>
  lines.filter((line) => line.level === level).map(({ text }) => text);
