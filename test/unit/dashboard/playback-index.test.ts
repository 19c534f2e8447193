import fc from "fast-check";
import { expect, test } from "vitest";
import { PlaybackIndex } from "../../../dashboard/run/playback-index.js";
import * as fixture from "./tree-fixture.js";

const treeOf = (actions: readonly (readonly [start: number, duration: number])[]) =>
  fixture.treeOf({
    parent: actions.map(() => 0),
    // A skeleton has the difference to the start before.
    start: actions.map(([start], place) => start - (actions[place - 1]?.[0] ?? 0)),
    duration: actions.map(([, duration]) => duration),
  });

test("what is open at a moment has begun and not ended; steps go from one moment to the next", () => {
  const index = new PlaybackIndex(
    treeOf([
      [0, 100],
      [10, 20],
      [50, 0],
    ]),
    0,
  );
  expect(index.end).toBe(100);
  expect(index.stateAt(10)).toMatchObject({ open: [0, 1], begun: 2, latest: 1 });
  expect(index.stateAt(30)).toMatchObject({ open: [0], begun: 2 });
  expect(index.stateAt(100)).toMatchObject({ open: [], begun: 3, latest: 2 });
  expect([0, 10, 30, 50, 100].map((time) => index.next(time))).toEqual([10, 30, 50, 100, 100]);
  expect([0, 10, 35].map((time) => index.previous(time))).toEqual([0, 0, 30]);
  expect(index.idleTime(false).duration).toBe(100);
});

test("an empty run has one moment", () => {
  const index = new PlaybackIndex(treeOf([]), 0);
  expect([index.end, index.next(0), index.previous(5)]).toEqual([0, 0, 0]);
  expect(index.stateAt(0)).toEqual({ open: [], decisions: [], begun: 0, latest: undefined });
});

test("stepping forwards passes every beginning and every end, in order (property)", () => {
  const action = fc.tuple(fc.nat(1_000), fc.nat(200));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (given) => {
      const actions = given.toSorted(([one], [other]) => one - other);
      const index = new PlaybackIndex(treeOf(actions), 0);
      const wanted = new Set([0, ...actions.flatMap(([start, duration]) => [start, start + duration])]);
      const seen = [0];
      for (let time = 0; time < index.end; ) {
        time = index.next(time);
        seen.push(time);
        const { open } = index.stateAt(time);
        expect(open).toEqual(
          actions.flatMap(([start, duration], place) =>
            start <= time && start + duration > time ? [place] : [],
          ),
        );
      }
      expect(seen).toEqual([...wanted].sort((one, other) => one - other));
    }),
  );
});
