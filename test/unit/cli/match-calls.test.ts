import fc from "fast-check";
import { expect, test } from "vitest";
import { matchCalls, type TimedCall } from "../../../src/cli/import/match-calls.js";

interface Real extends TimedCall {
  readonly id: number;
}

/** Calls of one session: some equal, one after the other or at the same time, each with a time of its own at which it ends. */
const SESSION = fc
  .array(
    fc.record({
      name: fc.constantFrom("read", "shell"),
      told: fc.constantFrom({ a: 1 }, { a: 2 }, undefined),
      gap: fc.constantFrom(0, 3, 500),
      millis: fc.integer({ min: 0, max: 400 }),
      isParallel: fc.boolean(),
      isLive: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((steps) => {
    let [start, until] = [1_000, 1_000];
    return steps.map(({ gap, millis, isParallel, isLive, ...call }, id) => {
      // A model is asked between calls that do not run together.
      if (!isParallel) start = until + 200 + gap;
      const endMillis = start + millis;
      until = Math.max(until, endMillis);
      return { ...call, id, isLive, startMillis: start, endMillis };
    });
  });

/** The same call as telemetry tells it: within some milliseconds. */
const liveOf = ({ startMillis, endMillis, ...call }: Real): Real => ({
  ...call,
  startMillis: startMillis + 2,
  endMillis: endMillis - 1,
});

const overlaps = (one: Real, other: Real): boolean =>
  one.startMillis <= other.endMillis + 50 && other.startMillis <= one.endMillis + 50;

test("there are as many rows as calls, whichever of them came live, and no row is two calls", () => {
  fc.assert(
    fc.property(SESSION, (calls) => {
      const live = calls.filter(({ isLive }) => isLive).map(liveOf);
      const matches = matchCalls(live, calls);
      const own = matches.filter((match) => match === "own").length;
      expect(live.length + own).toBe(calls.length);
      const rows = matches.flatMap((match) => (typeof match === "object" ? [match.row.id] : []));
      expect(new Set(rows).size).toBe(rows.length);
    }),
    { numRuns: 2_000 },
  );
});

test("a row is completed by its own call, and by no other", () => {
  fc.assert(
    fc.property(SESSION, (calls) => {
      const live = calls.filter(({ isLive }) => isLive).map(liveOf);
      const ends = new Set(calls.map(({ endMillis }) => endMillis));
      // Of equal calls that end in the same millisecond, either is the one.
      fc.pre(ends.size === calls.length);
      for (const [at, match] of matchCalls(live, calls).entries())
        if (typeof match === "object") expect(match.row.id).toBe(calls[at]?.id);
    }),
    { numRuns: 2_000 },
  );
});

test("a call that nothing equal runs beside is in its row, and is one of its own only where none came live", () => {
  fc.assert(
    fc.property(SESSION, (calls) => {
      const live = calls.filter(({ isLive }) => isLive).map(liveOf);
      const matches = matchCalls(live, calls);
      for (const [at, call] of calls.entries()) {
        const isAlone = calls.every(
          (other) =>
            other === call ||
            other.name !== call.name ||
            JSON.stringify(other.told) !== JSON.stringify(call.told) ||
            !overlaps(call, other),
        );
        if (isAlone) expect(typeof matches[at] === "object").toBe(call.isLive);
      }
    }),
    { numRuns: 2_000 },
  );
});

const call = (startMillis: number, endMillis: number, told: unknown = { a: 1 }): TimedCall => ({
  name: "shell",
  told,
  startMillis,
  endMillis,
});

test.each([
  [
    "equal calls that repeat, of which one came live",
    [call(110, 120)],
    [call(0, 10), call(100, 120)],
    ["own", "row"],
  ],
  [
    "equal calls at the same time, both live",
    [call(1, 9), call(1, 19)],
    [call(0, 10), call(0, 20)],
    ["row", "row"],
  ],
  ["equal calls at the same time, one live", [call(1, 9)], [call(0, 10), call(0, 20)], ["left out", "own"]],
  ["other arguments at the same time", [call(0, 10, { b: 1 })], [call(0, 10)], ["own"]],
  ["arguments in another order", [call(0, 10, { b: 1, a: [2] })], [call(0, 10, { a: [2], b: 1 })], ["row"]],
  ["a hook, which knows a moment alone", [call(15, 15)], [call(10, 20)], ["row"]],
  ["nothing live", [], [call(0, 10)], ["own"]],
])("%s", (_, live, calls, expected) => {
  expect(matchCalls(live, calls).map((match) => (typeof match === "object" ? "row" : match))).toEqual(
    expected,
  );
});
