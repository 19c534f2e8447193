import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BatchPart,
  BatchParts,
  messagesOf,
  PART_LENGTH,
} from "../../../../exporter/thread/batch-parts.js";
import { PacedPort } from "../../../../exporter/thread/paced-port.js";
import type { SpanBatch } from "../../../../exporter/thread/span-operations.js";
import type { ToThread } from "../../../../exporter/thread/thread-messages.js";

const batchOf = (values: readonly unknown[], bytes = 50_000_000): SpanBatch => ({
  text: "[]",
  values,
  ended: 1,
  bytes,
});

const charactersIn = (items: readonly unknown[]): number =>
  items.reduce<number>((sum, item) => sum + (typeof item === "string" ? item.length : 0), 0);

/** Numbers of characters around the bounds, and pieces that begin in the middle of a character of two units. */
const text = fc
  .tuple(
    fc.constantFrom("a", "é", "語", "😀", "\ud83d"),
    fc.constantFrom(0, 1, 65_535, 65_537, PART_LENGTH - 1, PART_LENGTH, PART_LENGTH + 1, 1_200_000),
  )
  .map(([piece, length]) => piece.repeat(length).slice(0, length));
const item = fc.oneof(
  { weight: 2, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom(null, true, 0, -1.5) },
);
const value = fc.oneof(text, fc.array(item, { maxLength: 6 }), fc.constant({ a: [1] }));

test("a batch of large values is the same batch when its parts have arrived, whatever they are", () => {
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 4 }), { maxLength: 3 }), (batches) => {
      const parts = new BatchParts();
      for (const values of batches) {
        const batch = batchOf(values);
        const arrived: SpanBatch[] = [];
        for (const message of messagesOf(batch)) {
          if ("partOf" in message) {
            expect(charactersIn(message.items)).toBeLessThanOrEqual(PART_LENGTH);
            parts.add(structuredClone(message));
          } else arrived.push(parts.complete(structuredClone(message)));
        }
        expect(arrived).toEqual([batch]);
      }
    }),
    { numRuns: 60 },
  );
});

test("a list that holds a list travels whole", () => {
  const list: unknown[] = ["a".repeat(100_000)];
  list.push(list);
  expect([...messagesOf(batchOf([list]))]).toEqual([batchOf([list])]);
});

/** A port that says which messages came in which turn. */
function portWithTurns() {
  const turns: (ToThread | BatchPart)[][] = [[]];
  return {
    turns,
    next: () => turns.push([]),
    postMessage: (message: ToThread | BatchPart) => turns.at(-1)?.push(message),
  };
}

test("of large values as much is posted in one turn as one part has, and what comes later waits behind them", async () => {
  const port = portWithTurns();
  const paced = new PacedPort(port, (why) => expect.unreachable(why));
  const batch = batchOf(["x".repeat(10_000_000), Array.from({ length: 5_000 }, () => "y".repeat(1_000))]);
  paced.post(batch);
  paced.post({ ask: { to: "flush" }, id: 1 });
  while (!port.turns.flat().some((message) => "ask" in message) && port.turns.length < 1_000) {
    port.next();
    await new Promise(setImmediate);
  }
  for (const messages of port.turns) {
    const posted = messages.flatMap((message) => ("partOf" in message ? message.items : []));
    expect(charactersIn(posted)).toBeLessThanOrEqual(2 * PART_LENGTH);
  }
  const order = port.turns.flat().map((message) => Object.keys(message)[0]);
  expect(order.slice(-2)).toEqual(["text", "ask"]);
  const parts = new BatchParts();
  for (const message of port.turns.flat()) {
    if ("partOf" in message) parts.add(message);
    else if ("values" in message) expect(parts.complete(message)).toEqual(batch);
  }
});

test("at the end of the process all is posted in one turn, in the same order", () => {
  const port = portWithTurns();
  const paced = new PacedPort(port, (why) => expect.unreachable(why));
  paced.post(batchOf(["x".repeat(3_000_000)]));
  paced.post({ ask: { to: "keep left" }, id: 1 });
  expect(port.turns).toEqual([[]]);
  paced.postAll();
  expect(port.turns.flat().map((message) => Object.keys(message)[0])).toEqual([
    ...Array.from({ length: 6 }, () => "partOf"),
    "text",
    "ask",
  ]);
});

test("what cannot be posted in a later turn is told, and nothing is posted after it", async () => {
  const failures: string[] = [];
  let posted = 0;
  const postMessage = () => {
    posted++;
    throw new Error("no memory");
  };
  const paced = new PacedPort({ postMessage }, (why) => failures.push(why));
  paced.post(batchOf(["x".repeat(3_000_000)]));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(failures).toEqual(["no memory"]);
  expect(posted).toBe(1);
});
