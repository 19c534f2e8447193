import { type LogEntry, logLevel } from "kafkajs";
import type { Logger } from "pino";

/** One line of kafkajs's log. */
export interface KafkaLogLine {
  readonly level: "warn" | "info" | "debug";
  readonly message: string;
  /** The message with the part of kafkajs that wrote it. */
  readonly text: string;
  /** Places and errors: nothing of a record. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Where kafkajs's log goes. Its own default is the console of the host. */
export interface KafkaLog {
  /** The lowest level that is written; nothing without it. */
  readonly level?: KafkaLogLine["level"] | undefined;
  write(line: KafkaLogLine): void;
}

export const NO_LOG: KafkaLog = { write: () => undefined };

/** What of a log entry may be written: places and errors. It holds no payload, but stacks and whole responses. */
const FIELDS = ["broker", "groupId", "memberId", "topic", "partition", "error", "retryCount", "retryTime"];

const LEVELS = { warn: logLevel.WARN, info: logLevel.INFO, debug: logLevel.DEBUG } as const;

/** The options of kafkajs's client for a log. */
export function logOptions({ level, write }: KafkaLog) {
  return {
    logLevel: level === undefined ? logLevel.NOTHING : LEVELS[level],
    logCreator: () => (entry: LogEntry) => write(lineOf(entry)),
  };
}

function lineOf({ namespace, level, log: { message, ...context } }: LogEntry): KafkaLogLine {
  const present = FIELDS.filter((name) => ["string", "number"].includes(typeof context[name]));
  return {
    level: level === logLevel.DEBUG ? "debug" : level === logLevel.INFO ? "info" : "warn",
    message,
    text: `[${namespace}] ${message}`,
    fields: Object.fromEntries(present.map((name) => [name, context[name]])),
  };
}

/** The same line is not written again within this time. */
const QUIET_MILLIS = 10_000;
const MAX_REMEMBERED = 100;

/**
 * kafkajs's log in pino. One level lower than kafkajs thinks: a lost connection is an error to it, and an ordinary thing
 * to a consumer that makes itself a new one. Lines that come again and again while a broker is away are written once.
 *
 * @param onMessage called for every line, also those that are not written
 */
export function pinoLog(log: Logger, onMessage: (message: string) => void = () => undefined): KafkaLog {
  const written = new Map<string, number>();
  const isNew = (text: string): boolean => {
    const now = performance.now();
    if (now - (written.get(text) ?? Number.NEGATIVE_INFINITY) < QUIET_MILLIS) return false;
    if (written.size >= MAX_REMEMBERED) written.clear();
    written.set(text, now);
    return true;
  };
  return {
    level: log.isLevelEnabled("debug") ? "debug" : "info",
    write({ level, message, text, fields }) {
      onMessage(message);
      if (level === "debug") log.trace(text);
      else if (isNew(text)) log[level === "warn" ? "warn" : "debug"](fields, text);
    },
  };
}
