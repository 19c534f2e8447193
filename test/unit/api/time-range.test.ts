import { expect, test } from "vitest";
import { readParameters } from "../../../src/api/query/parameter.js";
import { readTimeRange, TIME_PARAMETERS } from "../../../src/api/query/time-range.js";

const NOW = Date.parse("2026-11-29T12:00:00Z");
/** As it stands in a URL: a plus that is not escaped is a blank. */
const rangeOf = (query: string) =>
  readTimeRange(readParameters(new URLSearchParams(query), TIME_PARAMETERS), NOW);

test.each([
  ["2026-11-29T10:00:00%2B02:00", "2026-11-29T08:00:00.000Z"],
  ["2026-11-29T10:00:00+02:00", "2026-11-29T08:00:00.000Z"],
  ["2026-11-29T10:00:00.5 0200", "2026-11-29T08:00:00.500Z"],
  ["2026-11-29 10:00", "2026-11-29T10:00:00.000Z"],
  ["2026-11-29 10:00 02:00", "2026-11-29T08:00:00.000Z"],
  ["2026-11-29", "2026-11-29T00:00:00.000Z"],
  ["1795949354000", "2026-11-29T10:49:14.000Z"],
])("since=%s is %s", (given, since) => {
  expect(rangeOf(`since=${given}`)).toEqual({ since, until: undefined });
});

test.each(["1795949354", "1795949354.5", "2026-02-30", "2026-11-29T10:00:00%2B25:00", "yesterday"])(
  "since=%s is refused, and what is expected is said",
  (given) => {
    expect(() => rangeOf(`since=${given}`)).toThrow(/ISO 8601.*milliseconds since 1970/);
  },
);
