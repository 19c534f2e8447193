import fc from "fast-check";
import { expect, test } from "vitest";
import type { Loop } from "../../../src/analysis/loop.js";
import { type Deed, identityOf, LoopTracker, MAX_DEEDS } from "../../../src/analysis/loop-tracker.js";

const KEY = "run agent";
/** Milliseconds from one call to the next. */
const STEP = 400;

/** A table of deeds, and a tracker that reads it where the tracker asks for it. */
class Reader {
  readonly tracker: LoopTracker;
  readonly rows = new Map<string, Deed>();
  readonly found = new Map<string, Loop>();
  rebuilt = 0;

  constructor(maxBytes = 1_000_000) {
    this.tracker = new LoopTracker(maxBytes);
  }

  /** The rows are written first, as in a database. */
  read(deeds: readonly Deed[], key = KEY): void {
    for (const deed of deeds) this.rows.set(`${key} ${identityOf(deed).id}`, deed);
    for (const deed of [...deeds].sort(byEnd)) {
      const loops = this.tracker.add(key, deed) ?? this.#rebuild(key);
      for (const loop of loops) this.found.set(`${key} ${loop.kind} ${loop.firstId}`, loop);
    }
  }

  #rebuild(key: string): readonly Loop[] {
    this.rebuilt += 1;
    const rows = [...this.rows].filter(([name]) => name.startsWith(`${key} `)).map(([, deed]) => deed);
    return this.tracker.rebuild(key, rows.sort(byEnd).slice(-MAX_DEEDS));
  }
}

function byEnd(one: Deed, other: Deed): number {
  const [a, b] = [identityOf(one), identityOf(other)];
  return a.doneAt - b.doneAt || (a.id < b.id ? -1 : 1);
}

const call = (index: number, what: string, result = what): Deed => ({
  type: "call",
  step: {
    id: String(index).padStart(4, "0"),
    tool: "tool",
    startedAt: index * STEP,
    doneAt: index * STEP + 100,
    call: what,
    isBare: false,
    result,
    isTelling: false,
    isSpecific: false,
    mayChange: false,
    saysError: false,
    failed: false,
    error: undefined,
    write: undefined,
  },
});

const histories = fc
  .array(fc.constantFrom("a", "b", "c", "wait", "turn"), { minLength: 1, maxLength: 80 })
  .map((words) =>
    words.flatMap((word, index): Deed[] => {
      // Calls come mostly in stretches, so that there are loops to be found.
      const id = `${word} ${index}`;
      if (word === "wait")
        return index % 7 === 0 ? [{ type: "wait", id, doneAt: index * STEP }] : [call(index, "a")];
      const at = index * STEP;
      return word === "turn"
        ? [{ type: "turn", turn: { id, startedAt: at - 200, doneAt: at, tokens: 10 } }]
        : [call(index, index % 20 < 12 ? "a" : word)];
    }),
  );

test("whatever the order, repetition and size of readings, every loop is found as in order", () => {
  fc.assert(
    fc.property(
      histories.chain((deeds) =>
        fc.record({
          deeds: fc.constant(deeds),
          order: fc.shuffledSubarray([...deeds.keys(), ...deeds.keys()], { minLength: deeds.length * 2 }),
          size: fc.integer({ min: 1, max: 9 }),
        }),
      ),
      ({ deeds, order, size }) => {
        const inOrder = new Reader();
        inOrder.read(deeds);
        const shuffled = new Reader();
        for (let from = 0; from < order.length; from += size)
          shuffled.read(order.slice(from, from + size).map((at) => deeds[at] as Deed));
        for (const [key, loop] of inOrder.found) expect(shuffled.found.get(key)).toEqual(loop);
      },
    ),
    { numRuns: 300 },
  );
});

test("a row that is read again changes nothing; one that changed or came late is looked at with all others", () => {
  const reader = new Reader();
  const deeds = [0, 1, 2, 3, 4].map((index) => call(index, "a"));
  reader.read(deeds);
  expect(reader.rebuilt).toBe(1);
  reader.read(deeds);
  expect(reader.rebuilt).toBe(1);
  expect(reader.found.get(`${KEY} same_call 0000`)).toMatchObject({ calls: 5, isGoing: true });
  reader.read([call(2, "a", "another result")]);
  expect(reader.rebuilt).toBe(2);
  reader.read([call(6, "a"), call(7, "a"), call(8, "a")]);
  expect(reader.rebuilt).toBe(2);
  // Between the third and the last: 3, 4, 5, 6, 7, 8.
  reader.read([call(5, "a")]);
  expect(reader.rebuilt).toBe(3);
  expect(reader.found.get(`${KEY} no_progress 0000`)).toMatchObject({ calls: 9, isGoing: true });
});

test("memory has a bound, and what does not fit is read again", () => {
  const reader = new Reader(20_000);
  for (let index = 0; index < 400; index++) {
    reader.read([call(index, "a")], `run ${index % 40}`);
    expect(reader.tracker.bytes).toBeLessThanOrEqual(20_000);
  }
  expect(reader.tracker.sequences).toBeLessThan(40);
  expect(reader.rebuilt).toBeGreaterThan(40);
  for (let run = 0; run < 40; run++)
    expect(reader.found.get(`run ${run} same_call ${String(run).padStart(4, "0")}`)).toMatchObject({
      calls: 10,
    });
});

test("a run of any length takes no more memory than its last calls", () => {
  const reader = new Reader(1e9);
  let most = 0;
  for (let index = 0; index < 3_000; index++) {
    reader.read([call(index, String(index % 1_000))]);
    if (index < 600) most = Math.max(most, reader.tracker.bytes);
  }
  expect(reader.tracker.bytes).toBeLessThanOrEqual(most);
  expect(reader.rebuilt).toBe(1);
});
