import pino, { type Logger } from "pino";
import { isPlainObject } from "../../event/json.js";
import { oneLine } from "../format/values.js";
import type { Output } from "../framework/output.js";

/** kafkajs logs single connections, with its namespace in front; what that means for the service, the consumer logs itself. */
const KAFKAJS_LINE = /^\[\w+\] /;

/** The consumer's log for people at a terminal: warnings and errors only, one line each, among the progress. */
export function createServiceLog(out: Output): Logger {
  return pino(
    { level: "warn" },
    {
      write(line: string) {
        const entry: unknown = JSON.parse(line);
        if (!isPlainObject(entry) || KAFKAJS_LINE.test(String(entry.msg))) return;
        out.progress(out.progressStyle.warn(inWords(entry)));
      },
    },
  );
}

function inWords({ msg, err }: Record<string, unknown>): string {
  const reason = isPlainObject(err) && typeof err.message === "string" ? `: ${err.message}` : "";
  return oneLine(`consumer: ${String(msg)}${reason}`);
}
