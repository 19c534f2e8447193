import pino, { type Logger } from "pino";
import { isPlainObject } from "../../event/json.js";
import { oneLine } from "../format/one-line.js";
import type { Output } from "../framework/output.js";

/** The consumer's log for people at a terminal: warnings and errors only, one line each, among the progress. */
export function createServiceLog(out: Output): Logger {
  return pino(
    { level: "warn" },
    { write: (line: string) => out.progress(out.progressStyle.warn(inWords(line))) },
  );
}

function inWords(line: string): string {
  const entry: unknown = JSON.parse(line);
  if (!isPlainObject(entry)) return `consumer: ${oneLine(line)}`;
  const { msg, err } = entry;
  const reason = isPlainObject(err) && typeof err.message === "string" ? `: ${err.message}` : "";
  return oneLine(`consumer: ${String(msg)}${reason}`);
}
