import { expect, test } from "vitest";
import {
  bytesOf,
  CorrelationMemory,
  type Draft,
  memoryKey,
} from "../../../../exporter/correlate/correlation-memory.js";

const key = memoryKey<string>("colour", "of", "walls");

const add = (draft: Draft, value: string, { by = value, bytes = 0 } = {}) =>
  draft.add({ id: value, by, keys: [key], value, bytes });

function committed(memory: CorrelationMemory, ...values: readonly string[]): void {
  for (const value of values) {
    const draft = memory.draft();
    add(draft, value);
    memory.commit(draft);
  }
}

test("what a draft adds is seen by the draft at once, and by others when it is committed", () => {
  const memory = new CorrelationMemory(1e6);
  const [one, other] = [memory.draft(), memory.draft()];
  add(one, "white");
  expect(one.list(key, "x")).toEqual(["white"]);
  expect(other.list(key, "x")).toEqual([]);
  expect(memory.draft().find(key, "x")).toBeUndefined();
  memory.commit(one);
  memory.commit(one);
  expect(other.list(key, "x")).toEqual(["white"]);
});

test("a span that comes again sees what was there when it came first, and what it said itself", () => {
  const memory = new CorrelationMemory(1e6);
  committed(memory, "white");
  const first = memory.draft(["span"]);
  add(first, "green", { by: "span" });
  committed(memory, "black");
  memory.commit(first);
  const again = memory.draft(["span", "new"]);
  expect(again.list(key, "span")).toEqual(["white", "green"]);
  expect(again.find(key, "span")).toBe("green");
  expect(again.list(key, "new")).toEqual(["white", "black", "green"]);
  // Said again, it is there once.
  add(again, "green", { by: "span" });
  expect(again.list(key, "span")).toEqual(["white", "green"]);
});

test("the entry that was used longest ago is forgotten first, and the budget is kept", () => {
  const memory = new CorrelationMemory(20_000);
  const draft = memory.draft();
  for (let index = 0; index < 10; index++) add(draft, `old-${index}`, { bytes: 500 });
  memory.commit(draft);
  const reader = memory.draft();
  expect(reader.find(key, "x")).toBe("old-9");
  memory.commit(reader);
  for (let index = 0; index < 15; index++) {
    const next = memory.draft();
    add(next, `new-${index}`, { bytes: 500 });
    memory.commit(next);
    expect(memory.bytes).toBeLessThanOrEqual(20_000);
  }
  const left = memory.draft().list(key, "x");
  expect(left).toContain("old-9");
  expect(left).not.toContain("old-0");
  expect(left.at(-1)).toBe("new-14");
});

test("what is held is told when it has to go, and not when it leaves by itself", () => {
  const memory = new CorrelationMemory(2_000);
  const gone: string[] = [];
  memory.hold(500, () => gone.push("first"));
  const leave = memory.hold(500, () => gone.push("second"));
  leave();
  memory.hold(1_500, () => gone.push("third"));
  expect(gone).toEqual(["first"]);
  memory.hold(5_000, () => gone.push("too large"));
  expect(gone).toEqual(["first", "third", "too large"]);
  expect(memory.bytes).toBe(0);
});

test("bytes are counted of plain values, as far as they matter", () => {
  expect(bytesOf("x".repeat(1_000))).toBeGreaterThanOrEqual(2_000);
  expect(bytesOf({ a: ["x".repeat(500), { b: "y".repeat(500) }] })).toBeGreaterThanOrEqual(2_000);
  const many = Array.from({ length: 10_000 }, () => "x".repeat(100));
  expect(bytesOf(many, 4_096)).toBeLessThan(10_000);
  const round: { self?: unknown } = {};
  round.self = round;
  expect(bytesOf(round)).toBeGreaterThan(0);
});
