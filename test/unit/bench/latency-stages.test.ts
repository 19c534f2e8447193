import { expect, test } from "vitest";
import {
  fetchedAt,
  type RowTimes,
  STAGES,
  type Stage,
  spreadOfStage,
} from "../../../bench/consumer/latency/stages.js";

const rowAfter = (kafka: number, fetch: number, write: number, look: number, ended = 1_000): RowTimes => ({
  ended,
  acknowledged: ended + kafka,
  fetched: ended + kafka + fetch,
  written: ended + kafka + fetch + write,
  visible: ended + kafka + fetch + write + look,
});

test("the stages of a row add up to its whole way", () => {
  // A broker that gave the record out before its producer heard of it.
  const row = rowAfter(5, -1, 7, 3);
  const { "end to row": whole, ...parts } = STAGES;
  expect(Object.values(parts).map((stage) => stage(row))).toEqual([5, -1, 7, 3]);
  expect(whole(row)).toBe(14);
});

test("percentiles are of each stage by itself", () => {
  const rows = Array.from({ length: 100 }, (_, index) => rowAfter(index, 99 - index, 1, 1));
  const at = (stage: Stage) => spreadOfStage(rows, stage);
  expect(at("end to Kafka")).toEqual({ p50Millis: 50, p95Millis: 95, p99Millis: 99, maxMillis: 99 });
  expect(at("Kafka to fetched")).toEqual(at("end to Kafka"));
  expect(at("end to row")).toEqual({ p50Millis: 101, p95Millis: 101, p99Millis: 101, maxMillis: 101 });
  expect(() => spreadOfStage([], "end to row")).toThrow("no row");
});

test("a record was fetched when it was first there, whichever response came first", () => {
  const at = fetchedAt([
    { partition: 0, first: 3, last: 5, at: 20 },
    { partition: 0, first: 0, last: 3, at: 10 },
    { partition: 1, first: 0, last: 0, at: 30 },
  ]);
  expect([0, 3, 4, 6].map((offset) => at(0, offset))).toEqual([10, 10, 20, undefined]);
  expect(at(1, 0)).toBe(30);
  expect(at(2, 0)).toBeUndefined();
});
