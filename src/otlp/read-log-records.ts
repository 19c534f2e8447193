import type { LogOutcome, LogReader } from "../../exporter/read/logs/log-reader.js";
import type { LogRecord } from "../../exporter/read/logs/log-record.js";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import type { ActionEvent } from "../event/index.js";
import { Pause } from "./pause.js";
import { type UnknownEvent, unknownEvent } from "./unknown-events.js";

type LogEvent = Extract<LogOutcome, { readonly outcome: "event" }>;

/** What some log records say. Every record is one event, a part of a span, or counted. */
export interface LogRecordsReading {
  readonly events: readonly LogEvent[];
  readonly parts: readonly ReadableSpan[];
  readonly ignored: number;
  /** Beginnings of calls whose end is among the events; what only the beginning says is in the event of the end. */
  readonly deduplicated: number;
  /** One for each record of an event that no dialect knows. */
  readonly unknownEvents: readonly UnknownEvent[];
}

/** Reads them one by one, with a turn for others in between. */
export async function readLogRecords(
  reader: LogReader,
  records: readonly LogRecord[],
  sender: string,
): Promise<LogRecordsReading> {
  const pause = new Pause();
  const events: LogEvent[] = [];
  const parts: ReadableSpan[] = [];
  const unknownEvents: UnknownEvent[] = [];
  let ignored = 0;
  for (const record of records) {
    const outcome = reader.read(record, sender);
    if (outcome.outcome === "event") events.push(outcome);
    else if (outcome.outcome === "unknown") unknownEvents.push(unknownEvent(record, outcome.eventName));
    else {
      ignored++;
      if (outcome.outcome === "span_part") parts.push(outcome.span);
    }
    await pause.due();
  }
  const whole = withBeginnings(events);
  return { events: whole, parts, ignored, deduplicated: events.length - whole.length, unknownEvents };
}

/** As the consumer merges two events about one action: what the end does not say, its beginning does. */
function withBeginnings(events: readonly LogEvent[]): readonly LogEvent[] {
  const begun = new Map(events.filter(isRunning).map((one) => [one.event.id, one.event as ActionEvent]));
  const ended = new Set<string | undefined>();
  const whole = events.flatMap((one) => {
    const end = one.event as ActionEvent;
    const beginning = isRunning(one) ? undefined : begun.get(end.id);
    if (beginning === undefined) return one;
    ended.add(end.id);
    const action_details = { ...beginning.action_details, ...end.action_details };
    return { ...one, event: { ...beginning, ...end, action_details } as LogEvent["event"] };
  });
  return whole.filter((one) => !(isRunning(one) && ended.has(one.event.id)));
}

const isRunning = ({ kind, event }: LogEvent): boolean =>
  kind === "action" && (event as ActionEvent).status === "running";
