import { expect, test } from "vitest";
import { FetchPauses } from "../../../src/kafka/fetch-pauses.js";

/** What is waited for after each partition of a response. */
function afterResponse(partitions: readonly number[], hasMore = false): number[] {
  const pauses = new FetchPauses();
  pauses.found(1_000);
  pauses.responded();
  for (const records of partitions) pauses.found(records);
  return partitions.map((records) => pauses.after(records, hasMore));
}

test("the fewer records a response brings in all its partitions, the longer is the pause", () => {
  const [alone = 0] = afterResponse([1]);
  const [several = 0, other] = afterResponse([3, 3]);
  expect(several).toBeGreaterThan(0);
  expect(other).toBe(several);
  expect(alone).toBeGreaterThan(several);
});

test("there is none behind many records, and none where more is waiting", () => {
  expect(afterResponse([500])).toEqual([0]);
  expect(afterResponse([1], true)).toEqual([0]);
});
