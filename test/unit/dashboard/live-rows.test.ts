import { expect, test } from "vitest";
import type { ActionRow } from "../../../dashboard/api.js";
import { liveRows, MAX_ROWS, NOTHING_ARRIVED, withChanges } from "../../../dashboard/pages/live-rows.js";

const row = (number: number, state = "running") =>
  ({
    id: `id ${number}`,
    started_at: `2026-01-01T00:${String(number).padStart(6, "0")}`,
    state,
  }) as ActionRow;
const namesOf = (rows: readonly ActionRow[]) => rows.map(({ id, state }) => `${id} ${state}`);

test("a row that changes is replaced, one that goes leaves the list, and one that comes back is there", () => {
  const listed = [row(1), row(2)];
  let arrived = withChanges(NOTHING_ARRIVED, { actions: [row(3), row(1, "ended")], gone: [] });
  expect(namesOf(liveRows(listed, arrived))).toEqual(["id 3 running", "id 2 running", "id 1 ended"]);
  arrived = withChanges(arrived, { actions: [], gone: ["id 2", "id 3"] });
  expect(namesOf(liveRows(listed, arrived))).toEqual(["id 1 ended"]);
  arrived = withChanges(arrived, { actions: [row(2, "ended")], gone: [] });
  expect(namesOf(liveRows(listed, arrived))).toEqual(["id 2 ended", "id 1 ended"]);
});

test("what goes and was never shown takes no room from what is shown, and both are bounded", () => {
  let arrived = withChanges(NOTHING_ARRIVED, { actions: [row(1)], gone: [] });
  for (let number = 0; number < 50; number++)
    arrived = withChanges(arrived, {
      actions: [],
      gone: Array.from({ length: 100 }, (_, index) => `elsewhere ${number} ${index}`),
    });
  expect(namesOf(liveRows([], arrived))).toEqual(["id 1 running"]);
  expect(arrived.gone.size).toBe(1_000);
  const many = Array.from({ length: MAX_ROWS + 50 }, (_, number) => row(number + 10));
  arrived = withChanges(arrived, { actions: many, gone: [] });
  expect(arrived.rows.size).toBe(MAX_ROWS);
  expect(liveRows([row(1)], arrived)[0]?.id).toBe(`id ${MAX_ROWS + 59}`);
});
