/** The binary forms of PostgreSQL's types (`*_recv` in its source), written from the text that a column has. */

/** What a writer returns for a text that it does not know for sure how to write. */
export const UNWRITABLE = -1;

export interface ElementWriter {
  /** The type's id, the same in every PostgreSQL: `src/include/catalog/pg_type.dat`. */
  readonly oid: number;
  /** The most bytes that this text takes. */
  readonly fits: (text: string) => number;
  /** Writes without the length before it; returns how many bytes, or {@link UNWRITABLE}. */
  readonly write: (text: string, into: Buffer, at: number) => number;
}

/** A UTF-16 unit takes at most three bytes in UTF-8. */
const utf8Bytes = (text: string): number => text.length * 3;

/** Up to here a loop is faster than the call of the encoder. */
const SHORT_CHARS = 40;

function writeText(text: string, into: Buffer, at: number): number {
  const { length } = text;
  if (length > SHORT_CHARS) return into.write(text, at);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return into.write(text, at);
    into[at + index] = code;
  }
  return length;
}

/** Version 1 of the form, then the JSON text. */
function writeJsonb(text: string, into: Buffer, at: number): number {
  into[at] = 1;
  return writeText(text, into, at + 1) + 1;
}

const UUID_CHARS = 36;

function writeUuid(text: string, into: Buffer, at: number): number {
  if (text.length !== UUID_CHARS) return UNWRITABLE;
  let to = at;
  for (let from = 0; from < UUID_CHARS; from += 2) {
    if (from === 8 || from === 13 || from === 18 || from === 23) {
      if (text.charCodeAt(from) !== DASH) return UNWRITABLE;
      from++;
    }
    const byte = (hexDigit(text.charCodeAt(from)) << 4) | hexDigit(text.charCodeAt(from + 1));
    if (byte < 0) return UNWRITABLE;
    into[to++] = byte;
  }
  return 16;
}

const DASH = 0x2d;

/** Negative for anything but a lower-case hexadecimal digit. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}

function writeInteger(text: string, into: Buffer, at: number): number {
  const number = Number(text);
  if (number !== (number | 0) || text.length === 0 || text.trim() !== text) return UNWRITABLE;
  into.writeInt32BE(number, at);
  return 4;
}

function writeBigint(text: string, into: Buffer, at: number): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || text.length === 0 || text.trim() !== text) return UNWRITABLE;
  return writeInt64(number, into, at);
}

const TWO_32 = 2 ** 32;

function writeInt64(number: number, into: Buffer, at: number): number {
  const high = Math.floor(number / TWO_32);
  into.writeInt32BE(high, at);
  into.writeUInt32BE(number - high * TWO_32, at + 4);
  return 8;
}

function writeBoolean(text: string, into: Buffer, at: number): number {
  if (text !== "true" && text !== "false") return UNWRITABLE;
  into[at] = text === "true" ? 1 : 0;
  return 1;
}

/** What `parseTimestamp` writes: UTC with milliseconds or microseconds. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:\d{3})?Z$/;
/** Days before each month of a year that begins with March, so that a leap day is the last. */
const DAYS_BEFORE = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];
/** From 1 March of the year 0 to 1 January 2000, from which PostgreSQL counts microseconds. */
const POSTGRES_EPOCH_DAY = 730_425;
/** Up to the year 2285 microseconds are whole numbers in a double. */
const LAST_YEAR = 2_284;
const FIRST_YEAR = 1_716;

function writeTimestamp(text: string, into: Buffer, at: number): number {
  if (!ISO.test(text)) return UNWRITABLE;
  const two = (from: number): number => text.charCodeAt(from) * 10 + text.charCodeAt(from + 1) - ZEROS;
  const year = two(0) * 100 + two(2);
  const month = two(5);
  const day = two(8);
  const hour = two(11);
  const minute = two(14);
  const second = two(17);
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return UNWRITABLE;
  // Days up to 28 exist in every month.
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return UNWRITABLE;
  // A leap second is the server's business.
  if (hour > 23 || minute > 59 || second > 59) return UNWRITABLE;
  const fromMarch = month > 2 ? year : year - 1;
  const days =
    365 * fromMarch +
    Math.floor(fromMarch / 4) -
    Math.floor(fromMarch / 100) +
    Math.floor(fromMarch / 400) +
    (DAYS_BEFORE[(month + 9) % 12] ?? 0) +
    day -
    1;
  const millis = (text.charCodeAt(20) - ZERO) * 100 + two(21);
  const micros = text.length === MICROS_CHARS ? (text.charCodeAt(23) - ZERO) * 100 + two(24) : 0;
  const seconds = (days - POSTGRES_EPOCH_DAY) * 86_400 + hour * 3_600 + minute * 60 + second;
  return writeInt64(seconds * 1_000_000 + millis * 1_000 + micros, into, at);
}

const ZERO = 0x30;
/** Two of them where their digits are weighed with ten and one. */
const ZEROS = ZERO * 11;
const MICROS_CHARS = 27;

export const WRITERS = {
  uuid: { oid: 2950, fits: () => 16, write: writeUuid },
  text: { oid: 25, fits: utf8Bytes, write: writeText },
  jsonb: { oid: 3802, fits: (text: string) => utf8Bytes(text) + 1, write: writeJsonb },
  integer: { oid: 23, fits: () => 4, write: writeInteger },
  bigint: { oid: 20, fits: () => 8, write: writeBigint },
  boolean: { oid: 16, fits: () => 1, write: writeBoolean },
  timestamptz: { oid: 1184, fits: () => 8, write: writeTimestamp },
} as const satisfies Record<string, ElementWriter>;
