import type { LogOutcome, LogReader } from "../../exporter/read/logs/log-reader.js";
import type { LogRecord } from "../../exporter/read/logs/log-record.js";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import type { ActionEvent } from "../event/index.js";
import { Pause } from "./pause.js";

type LogEvent = Extract<LogOutcome, { readonly outcome: "event" }>;

/** What some log records say. Every record is one event, a part of a span, or counted. */
export interface LogRecordsReading {
  readonly events: readonly LogEvent[];
  readonly parts: readonly ReadableSpan[];
  readonly ignored: number;
  /** Beginnings of calls whose end is among the events: the end says the same and more. */
  readonly deduplicated: number;
  /** One for each record of an event that no dialect knows. */
  readonly unknownEvents: readonly string[];
}

/** Counted under this name: records of programs that write no events. */
const WITHOUT_NAME = "unnamed";

/** Reads them one by one, with a turn for others in between. */
export async function readLogRecords(
  reader: LogReader,
  records: readonly LogRecord[],
  sender: string,
): Promise<LogRecordsReading> {
  const pause = new Pause();
  const events: LogEvent[] = [];
  const parts: ReadableSpan[] = [];
  const unknownEvents: string[] = [];
  let ignored = 0;
  for (const record of records) {
    const outcome = reader.read(record, sender);
    if (outcome.outcome === "event") events.push(outcome);
    else if (outcome.outcome === "unknown") unknownEvents.push(outcome.eventName ?? WITHOUT_NAME);
    else {
      ignored++;
      if (outcome.outcome === "span_part") parts.push(outcome.span);
    }
    await pause.due();
  }
  const ended = new Set(events.filter((event) => !isRunning(event)).map(({ event }) => event.id));
  const told = events.filter((event) => !(isRunning(event) && ended.has(event.event.id)));
  return { events: told, parts, ignored, deduplicated: events.length - told.length, unknownEvents };
}

const isRunning = ({ kind, event }: LogEvent): boolean =>
  kind === "action" && (event as ActionEvent).status === "running";
