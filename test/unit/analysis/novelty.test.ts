import fc from "fast-check";
import { expect, test } from "vitest";
import { isNovel } from "../../../src/analysis/novelty.js";

const HOUR = 3_600_000;
const NOW = Date.parse("2026-01-05T12:00:00Z");
const settings = { minKnownHours: 24, newHours: 3 };
const hoursAgo = (hours: number): number => NOW - hours * HOUR;

test("it is new for some hours, where the agent was known long before", () => {
  expect(isNovel({ firstAt: hoursAgo(1), knownSince: hoursAgo(25) }, settings, NOW)).toBe(true);
  expect(isNovel({ firstAt: hoursAgo(3), knownSince: hoursAgo(48) }, settings, NOW)).toBe(false);
});

test("of an agent that has just begun, nothing is", () => {
  expect(isNovel({ firstAt: hoursAgo(1), knownSince: undefined }, settings, NOW)).toBe(false);
  expect(isNovel({ firstAt: hoursAgo(1), knownSince: hoursAgo(24.9) }, settings, NOW)).toBe(false);
  expect(isNovel({ firstAt: hoursAgo(1), knownSince: hoursAgo(-10) }, settings, NOW)).toBe(false);
});

test("what is new stops being so, and comes to be so never again", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), (known, later) => {
      const sighting = { firstAt: hoursAgo(0), knownSince: hoursAgo(known) };
      const isNew = isNovel(sighting, settings, NOW + later * HOUR);
      expect(isNew).toBe(known >= settings.minKnownHours && later < settings.newHours);
    }),
  );
});
