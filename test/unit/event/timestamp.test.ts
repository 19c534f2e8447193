import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTimestamp } from "../../../src/event/timestamp.js";

describe("parseTimestamp", () => {
  test.each([
    ["2026-11-22T17:00:00.123Z", "2026-11-22T17:00:00.123Z"],
    ["2026-11-22T17:00:00Z", "2026-11-22T17:00:00.000Z"],
    ["2026-11-22T17:00:00.123456", "2026-11-22T17:00:00.123456Z"],
    ["2026-11-22 17:00:00.123456789+00:00", "2026-11-22T17:00:00.123456Z"],
    ["2026-11-22T19:00:00.5+02:00", "2026-11-22T17:00:00.500Z"],
    ["2026-11-22T19:00:00+0200", "2026-11-22T17:00:00.000Z"],
    ["2026-11-22T19:00:00+02", "2026-11-22T17:00:00.000Z"],
    ["2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    [" 2026-11-22t17:00z ", "2026-11-22T17:00:00.000Z"],
    [1_763_800_000_123, "2025-11-22T08:26:40.123Z"],
    [1_763_800_000_123.25, "2025-11-22T08:26:40.123250Z"],
    ["1763800000123", "2025-11-22T08:26:40.123Z"],
    [-1, "1969-12-31T23:59:59.999Z"],
  ])("reads %s as %s", (value, iso) => {
    expect(parseTimestamp(value)?.iso).toBe(iso);
  });

  test.each([
    "yesterday",
    "",
    "2026-02-30T00:00:00Z",
    "2026-02-29T00:00:00.000Z",
    "2026-13-01",
    "2026-11-22T25:00:00Z",
    "0000-01-01T00:00:00Z",
    "+012026-01-01T00:00:00Z",
    1e300,
    Number.NaN,
    null,
    true,
    {},
  ])("refuses %s", (value) => {
    expect(parseTimestamp(value)).toBeUndefined();
  });

  test("gives any date back as it was", () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date("0001-01-01T00:00:00Z"),
          max: new Date("9999-12-31T23:59:59.999Z"),
          noInvalidDate: true,
        }),
        (date) => {
          const expected = { epochMillis: date.getTime(), iso: date.toISOString() };
          expect(parseTimestamp(date.toISOString())).toEqual(expected);
          expect(parseTimestamp(date.getTime())).toEqual(expected);
        },
      ),
    );
  });
});
