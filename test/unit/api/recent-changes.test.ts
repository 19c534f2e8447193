import { expect, test } from "vitest";
import { RecentChanges } from "../../../src/api/stream/recent-changes.js";
import type { StreamPlace } from "../../../src/api/stream/stream-place.js";

const place = (position: number): StreamPlace => ({
  cursor: { installation: "00000000-0000-4000-8000-000000000000", xactId: "1", position: String(position) },
  skip: 0,
});
const ALL = { key: "all", reach: [], condition: () => "true" };
const NONE = { key: "none", reach: [], condition: () => "false" };
const portion = (next: number, bytes = 10) => ({
  changed: [{ id: String(next), json: "x".repeat(bytes), wasThere: false, belonged: [], fits: [true] }],
  filters: [ALL],
  next: place(next),
});

test("a reader is led from place to place, for filters that were asked only", () => {
  const recent = new RecentChanges();
  recent.add(place(0), portion(1));
  recent.add(place(1), portion(2));
  expect(recent.get(place(0), [ALL])?.next).toEqual(place(1));
  expect(recent.get(place(1), [ALL])?.next).toEqual(place(2));
  expect(recent.get(place(2), [ALL])).toBeUndefined();
  expect(recent.get(place(0), [ALL, NONE])).toBeUndefined();
});

test("what is kept is bounded in bytes, and the oldest goes first", () => {
  const recent = new RecentChanges(10_000);
  for (let number = 0; number < 20; number++) recent.add(place(number), portion(number + 1, 1_000));
  const kept = Array.from({ length: 20 }, (_, number) => recent.get(place(number), [ALL]) !== undefined);
  expect(kept.filter(Boolean)).toHaveLength(5);
  expect(kept.slice(-5)).toEqual([true, true, true, true, true]);
  recent.add(place(99), portion(100, 20_000));
  expect(recent.get(place(99), [ALL])).toBeUndefined();
});

test("what is old is forgotten", () => {
  let now = 0;
  const recent = new RecentChanges(10_000, () => now);
  recent.add(place(0), portion(1));
  now = 59_000;
  recent.add(place(1), portion(2));
  expect(recent.get(place(0), [ALL])).toBeDefined();
  now = 60_001;
  expect(recent.get(place(0), [ALL])).toBeUndefined();
  expect(recent.get(place(1), [ALL])).toBeDefined();
});
