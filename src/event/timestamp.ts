/** A point in time: whole milliseconds for arithmetic, ISO 8601 in UTC with up to microseconds for PostgreSQL. */
export interface Timestamp {
  readonly epochMillis: number;
  readonly iso: string;
}

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** 0001-01-01 and 9999-12-31: years with four digits are what PostgreSQL and every JSON reader agree on. */
export const EARLIEST_MILLIS = -62_135_596_800_000;
export const LATEST_MILLIS = 253_402_300_799_999;

/**
 * Reads ISO 8601 with or without a zone (none means UTC), or epoch milliseconds as a number or digits.
 * Microseconds are kept, what is finer is cut. `undefined` for anything else.
 */
export function parseTimestamp(value: unknown): Timestamp | undefined {
  if (typeof value === "number") return fromEpochMillis(value);
  if (typeof value !== "string") return undefined;
  if (value !== last.text) last = { text: value, time: fromText(value) };
  return last.time;
}

// The time of an event is read as a field, and once more for its id.
let last: { readonly text: string; readonly time: Timestamp | undefined } = { text: "", time: undefined };

function fromText(value: string): Timestamp | undefined {
  const canonical = fromCanonical(value);
  if (canonical !== undefined) return canonical;
  const text = value.trim();
  return /^-?\d{5,}(?:\.\d+)?$/.test(text) ? fromEpochMillis(Number(text)) : fromIso(text);
}

/** The point in time that many milliseconds after 1970; fractions become microseconds. */
export function fromEpochMillis(epochMillis: number): Timestamp | undefined {
  if (!(epochMillis >= EARLIEST_MILLIS && epochMillis <= LATEST_MILLIS)) return undefined;
  // The fraction is taken by itself: milliseconds of the year 5000 times a thousand no longer fit a double.
  const millis = Math.floor(epochMillis);
  const micros = Math.round((epochMillis - millis) * 1_000);
  return micros === 1_000 ? withMicros(millis + 1, 0) : withMicros(millis, micros);
}

// What our own producers and most others write.
const CANONICAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}(?:\d{3})?Z$/;
const LAST_DAY_OF_ALL_MONTHS = "28";

function fromCanonical(text: string): Timestamp | undefined {
  if (!CANONICAL.test(text)) return undefined;
  if (text.slice(8, 10) > LAST_DAY_OF_ALL_MONTHS && !isCalendarDay(text.slice(0, 10))) return undefined;
  const epochMillis = Date.parse(text);
  return epochMillis >= EARLIEST_MILLIS ? { epochMillis, iso: text } : undefined;
}

function fromIso(text: string): Timestamp | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, date, minutes = "00:00", seconds = "00", fraction = "", zone = "Z"] = match;
  const millis = Date.parse(
    `${date}T${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}${isoZone(zone)}`,
  );
  if (!isCalendarDay(date) || !(millis >= EARLIEST_MILLIS && millis <= LATEST_MILLIS)) return undefined;
  return withMicros(millis, Number(fraction.slice(3, 6).padEnd(3, "0")));
}

// V8 reads 30 February as 2 March; PostgreSQL refuses it.
function isCalendarDay(date = ""): boolean {
  const month = Number(date.slice(5, 7));
  const day = Number(date.slice(8, 10));
  if (month < 1 || month > 12 || day < 1) return false;
  if (month !== 2) return day <= 30 + ((month + (month >> 3)) & 1);
  const year = Number(date.slice(0, 4));
  return day <= (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28);
}

function isoZone(zone: string): string {
  if (zone.toUpperCase() === "Z") return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function withMicros(epochMillis: number, micros: number): Timestamp {
  const iso = new Date(epochMillis).toISOString();
  return { epochMillis, iso: micros === 0 ? iso : `${iso.slice(0, -1)}${String(micros).padStart(3, "0")}Z` };
}
