import { expect, test } from "vitest";
import { AssignmentWatch } from "../../../src/kafka/assignment-watch.js";

/** Events in order; what each fetch says. */
function watched(events: readonly string[]): boolean[] {
  const watch = new AssignmentWatch();
  const said: boolean[] = [];
  for (const event of events)
    if (event === "joined") watch.joined();
    else if (event === "assigned") watch.assigned();
    else said.push(watch.fetching(event));
  return said;
}

test("a member that was told what to read, reads by what it was told", () => {
  expect(watched(["joined", "assigned", "1", "2", "joined", "assigned", "1", "2"])).toEqual(
    Array(4).fill(false),
  );
});

test("while one fetcher joins, the others may go on", () => {
  expect(watched(["joined", "assigned", "1", "2", "joined", "2", "2", "assigned", "1", "2"])).toEqual(
    Array(6).fill(false),
  );
});

test("all fetchers that begin again without having been told read by what was true before", () => {
  expect(watched(["joined", "assigned", "1", "joined", "1"])).toEqual([false, true]);
  expect(watched(["joined", "assigned", "1", "2", "joined", "2", "1"])).toEqual([false, false, false, true]);
  // Another attempt to join that succeeds.
  expect(watched(["joined", "assigned", "1", "2", "joined", "joined", "2", "assigned", "1"])).toEqual(
    Array(4).fill(false),
  );
});
