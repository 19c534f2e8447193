import fc from "fast-check";
import { expect, test } from "vitest";
import type { TimeRange } from "../../../src/api/query/time-range.js";
import { MAX_SEARCH_MILLIS, type Search, searchNewestFirst } from "../../../src/api/search-newest-first.js";

const DAY = 86_400_000;
const END = Date.parse("2026-06-01T00:00:00.000Z");

/** A table of times, newest first, of which a slice takes so long as `millisOf` says. */
function tableOf(times: readonly number[], millisOf: (slice: TimeRange) => number) {
  let clock = 0;
  const slices: TimeRange[] = [];
  const client: Parameters<typeof searchNewestFirst>[0] = {
    query: (async (text: string, values: [TimeRange, number | undefined, number]) => {
      if (text !== "slice") return { rows: [{ at: times.at(-1) ?? null }] };
      const [slice, before, count] = values;
      slices.push(slice);
      clock += millisOf(slice);
      const { since, until } = slice;
      const rows = times
        .filter((at) => since === undefined || at >= Date.parse(since))
        .filter((at) => at < (until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until)))
        .filter((at) => before === undefined || at < before)
        .slice(0, count);
      return { rows: rows.map((at) => ({ at })) };
    }) as never,
  };
  const search = (range: TimeRange, count: number, begin?: string) =>
    searchNewestFirst<{ at: number }>(client, {
      range,
      begin,
      count,
      now: () => clock,
      statement: (slice) => ({
        text: "slice",
        values: [slice, begin === undefined ? undefined : Date.parse(begin), count],
      }),
    } satisfies Search);
  return { search, slices };
}

const anyTimes = fc
  .uniqueArray(fc.integer({ min: END - 90 * DAY, max: END - 1 }), { maxLength: 12 })
  .map((times) => times.sort((one, other) => other - one));
const anyRange = fc.tuple(fc.option(fc.integer({ min: 1, max: 100 })), fc.boolean()).map(([days, ends]) => ({
  since: days === null ? undefined : new Date(END - days * DAY).toISOString(),
  until: ends ? new Date(END).toISOString() : undefined,
}));

test("however long slices take, going on finds every row of the range once, the newest first", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyTimes,
      anyRange,
      fc.integer({ min: 1, max: 5 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 900 })),
      async (times, range, count, took) => {
        const { search } = tableOf(times, () => took.next().value ?? 0);
        const found: number[] = [];
        let begin: string | undefined;
        for (let pages = 0; ; pages++) {
          expect(pages).toBeLessThan(100_000);
          const page = await search(range, count, begin);
          expect(page.found.length).toBeLessThanOrEqual(count);
          found.push(...page.found.map(({ at }) => at));
          if (page.searchedSince === undefined && page.found.length < count) break;
          begin = page.searchedSince ?? new Date(page.found.at(-1)?.at ?? 0).toISOString();
        }
        const { since } = range;
        expect(found).toEqual(times.filter((at) => since === undefined || at >= Date.parse(since)));
      },
    ),
    { numRuns: 50 },
  );
});

test("what is nowhere is looked for until the time is up, and it says how far it came", async () => {
  // Each day of rows takes 400 ms.
  const { search, slices } = tableOf(
    [END - 80 * DAY],
    ({ since, until = new Date(END).toISOString() }) =>
      ((Date.parse(until) - Date.parse(since ?? "")) / DAY) * 400,
  );
  const range = { since: new Date(END - 30 * DAY).toISOString(), until: new Date(END).toISOString() };
  const first = await search(range, 50);
  expect(first.found).toEqual([]);
  const days = (END - Date.parse(first.searchedSince ?? "")) / DAY;
  expect(days * 400).toBeGreaterThan(MAX_SEARCH_MILLIS);
  expect(days * 400).toBeLessThan(MAX_SEARCH_MILLIS * 2);
  expect(slices.length).toBeLessThan(12);
});

test("what is found at once, and a range that is quick, take few statements", async () => {
  const quick = tableOf([END - 80 * DAY], () => 1);
  expect(await quick.search({ since: undefined, until: undefined }, 50)).toEqual({
    found: [{ at: END - 80 * DAY }],
    searchedSince: undefined,
  });
  expect(quick.slices.length).toBeLessThan(8);
  const day = tableOf([END - 1], () => 1);
  expect(
    (await day.search({ since: new Date(END - DAY).toISOString(), until: undefined }, 1)).found,
  ).toHaveLength(1);
  const empty = tableOf([], () => 1);
  expect(await empty.search({ since: undefined, until: undefined }, 50)).toEqual({
    found: [],
    searchedSince: undefined,
  });
  expect(empty.slices).toEqual([{ since: undefined, until: undefined }]);
});
