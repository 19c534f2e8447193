import { textAt } from "../dialects/common/attributes.js";
import type { LogRecord } from "./log-record.js";

/**
 * The names that a record gives to its event, the most telling first. `event_name` is younger than the programs that write events: these put the name into the
 * attribute `event.name`, the body, or a part of it into each of them.
 */
export function eventNames({ eventName, body, attributes }: LogRecord): readonly string[] {
  const inBody = typeof body === "string" && NAME.test(body) ? body : "";
  const names = [eventName, inBody, textAt(attributes, "event.name") ?? ""].filter((name) => NAME.test(name));
  // One with a prefix says whose event it is.
  return [...new Set(names)].sort((one, other) => Number(other.includes(".")) - Number(one.includes(".")));
}

/** A message is not taken for a name. */
const NAME = /^[A-Za-z][\w.-]{0,99}$/;
