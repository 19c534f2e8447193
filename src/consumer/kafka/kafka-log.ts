import { type LogEntry, logLevel } from "kafkajs";
import type { Logger } from "pino";

/** What of a kafkajs log entry may be told: places and errors. It holds no payload, but stacks and whole responses. */
const FIELDS = ["broker", "groupId", "memberId", "topic", "partition", "error", "retryCount", "retryTime"];

/** The same line is not told again within this time. */
const QUIET_MILLIS = 10_000;
const MAX_REMEMBERED = 100;

/**
 * kafkajs's log in pino. One level lower than kafkajs thinks: a lost connection is an error to it, and an ordinary thing
 * to a consumer that makes itself a new one. Lines that come again and again while a broker is away are told once.
 */
export function kafkaLog(log: Logger, onLine: (message: string) => void = () => undefined) {
  const told = new Map<string, number>();
  return ({ namespace, level, log: entry }: LogEntry): void => {
    const { message, ...context } = entry;
    onLine(message);
    const line = `[${namespace}] ${message}`;
    if (level === logLevel.DEBUG) log.trace(line);
    else if (isNew(told, line)) write(log, level, fieldsOf(context), line);
  };
}

function write(log: Logger, level: logLevel, fields: Record<string, unknown>, line: string): void {
  if (level === logLevel.ERROR || level === logLevel.WARN) log.warn(fields, line);
  else log.debug(fields, line);
}

function isNew(told: Map<string, number>, line: string): boolean {
  const now = Date.now();
  const last = told.get(line);
  if (last !== undefined && now - last < QUIET_MILLIS) return false;
  if (told.size >= MAX_REMEMBERED) told.clear();
  told.set(line, now);
  return true;
}

function fieldsOf(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present = FIELDS.filter((name) => ["string", "number"].includes(typeof context[name]));
  return Object.fromEntries(present.map((name) => [name, context[name]]));
}
