import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyedTurns } from "../../../src/otlp/keyed-turns.js";

const NEVER = new AbortController().signal;

test("those who want one key come after each other, in the order in which they came; others do not wait", async () => {
  const turns = new KeyedTurns();
  const said: string[] = [];
  const work = async (name: string, ...keys: readonly string[]) => {
    const done = await turns.take(keys, NEVER);
    said.push(`${name} begins`);
    await nextTurn();
    said.push(`${name} ends`);
    done?.();
  };
  await Promise.all([work("a", "x", "y"), work("b", "y", "z"), work("c", "z"), work("d", "w")]);
  const at = (text: string) => said.indexOf(text);
  expect(at("a ends")).toBeLessThan(at("b begins"));
  expect(at("b ends")).toBeLessThan(at("c begins"));
  expect(at("d begins")).toBeLessThan(at("a ends"));
  await nextTurn();
  expect(turns.isTaken(["x", "y", "z", "w"])).toBe(false);
});

test("who gives up is skipped, and those behind still wait for those before", async () => {
  const turns = new KeyedTurns();
  const first = await turns.take(["x"], NEVER);
  const patience = new AbortController();
  const second = turns.take(["x"], patience.signal);
  let isThird = false;
  const third = turns.take(["x"], NEVER).then((done) => {
    isThird = true;
    return done;
  });
  patience.abort();
  expect(await second).toBeUndefined();
  await nextTurn();
  expect(isThird).toBe(false);
  first?.();
  (await third)?.();
  expect(isThird).toBe(true);
  await nextTurn();
  expect(await turns.take(["x"], AbortSignal.abort())).toBeDefined();
});

test("nobody waits for ever, and two with a key in common are never at work at once", async () => {
  const jobs = fc.array(
    fc.record({
      keys: fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 3 }),
      ticks: fc.nat({ max: 3 }),
      givesUp: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(jobs, async (all) => {
      const turns = new KeyedTurns();
      const atWork = new Set<string>();
      const ran = all.map(async ({ keys, ticks, givesUp }) => {
        const patience = new AbortController();
        const turn = turns.take(keys, patience.signal);
        if (givesUp) patience.abort();
        const done = await turn;
        if (done === undefined) return;
        const own = new Set(keys);
        for (const key of own) expect(atWork.has(key)).toBe(false);
        for (const key of own) atWork.add(key);
        for (let tick = 0; tick < ticks; tick++) await nextTurn();
        for (const key of own) atWork.delete(key);
        done();
      });
      await Promise.all(ran);
      await nextTurn();
      expect(turns.isTaken(["a", "b", "c", "d"])).toBe(false);
    }),
    { numRuns: 50 },
  );
});
