import { option, text } from "../../config/option.js";
import { fromEpochMillis, parseTimestamp } from "../../event/timestamp.js";
import { badParameter } from "../problem.js";
import { type ParameterTable, type ParameterValues, singleValue } from "./parameter.js";

/** Half open; a missing end reaches as far as there are rows. ISO 8601. */
export interface TimeRange {
  readonly since: string | undefined;
  readonly until: string | undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const DEFAULT_LAST = "24h";
const ALL = "all";

const time = (description: string) =>
  option<string>(
    { description, unit: "ISO 8601", placeholder: "TIME" },
    {
      expected: "a time in ISO 8601, such as 2026-01-31T12:00:00Z, or milliseconds since 1970",
      fromText: timeIn,
      fromCode: () => undefined,
    },
  );

/** Up to eleven digits: seconds since 1970 to a program that counts so, and in milliseconds a time before 1973, which nobody means. */
const SECONDS = /^\d{5,11}(?:\.\d+)?$/;
/** A plus that was not escaped in a URL is a blank: `T10:00:00 02:00`. */
const LOST_PLUS = /(\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?) (\d{2}(?::?\d{2})?)$/;

function timeIn(given: string): string | undefined {
  return SECONDS.test(given) ? undefined : parseTimestamp(given.replace(LOST_PLUS, "$1+$2"))?.iso;
}

const LAST = text({
  accepts: (given) => given === ALL || lastMillis(given) !== undefined,
  expected: `a number with s, m, h, d or w, such as 30m, or ${ALL}`,
  defaultText: `${DEFAULT_LAST}, unless since or until is given`,
  description: `So far back from now: 30s, 10m, 2h, 3d, 4w, or ${ALL}.`,
});

export const TIME_PARAMETERS = {
  since: { option: time("Only what began then or later.") },
  until: { option: time("Only what began before then.") },
  last: { option: LAST },
} as const satisfies ParameterTable;

/**
 * The range that a request asks for.
 *
 * @param all there is another bound, such as one run: without a range, everything is meant
 */
export function readTimeRange(values: ParameterValues, now: number, all = false): TimeRange {
  const since = singleValue(values, "since", TIME_PARAMETERS.since.option);
  const until = singleValue(values, "until", TIME_PARAMETERS.until.option);
  const last = singleValue(values, "last", LAST);
  if (last !== undefined && since !== undefined)
    throw badParameter("last", "cannot be combined with since; until and since make a range too");
  if (since !== undefined || last === ALL) return { since, until };
  if (last === undefined && all) return { since, until };
  const end = until === undefined ? now : Date.parse(until);
  return { since: fromEpochMillis(end - (lastMillis(last ?? DEFAULT_LAST) ?? 0))?.iso, until };
}

function lastMillis(given: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,6})([smhdw])$/.exec(given) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit] ?? 0);
}
