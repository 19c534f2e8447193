import { describe, expect, test } from "vitest";
import type { ActionEvent } from "../../../../../src/event/index.js";
import {
  allCaptures,
  mapCapture,
  modelTold,
  summaryOfEvent,
  summaryOfRow,
} from "../../../../helpers/captures.js";

const captures = await allCaptures();

// Holds each captured file against what its program did: all of its actions, with all their values, and nothing else.
describe.each(captures.map((capture) => [capture.title ?? capture.file, capture] as const))(
  "%s",
  (_title, capture) => {
    const { rows, others, models = {} } = capture;
    const mapped = mapCapture(capture);

    for (const row of rows) {
      const [id, type, name, { agent }] = row;
      test(`${id} is the ${type} ${name} of ${agent}`, () => {
        const found = mapped.find((one) => one.id === id)?.transformed;
        if (found?.outcome !== "event") throw new Error(`${id} is no action: ${found?.reason}`);
        expect(summaryOfEvent(found.event as ActionEvent)).toEqual(summaryOfRow(row, capture));
        expect(found.dialect).toBe(summaryOfRow(row, capture).source);
      });
    }

    test("nothing else is an action", () => {
      const actions = mapped.filter(({ transformed }) => transformed.outcome === "event").map(({ id }) => id);
      expect(actions.sort()).toEqual(rows.map(([id]) => id).sort());
    });

    test("what is no action is told why", () => {
      const reasons: Record<string, string> = {};
      for (const { span, transformed } of mapped)
        if (transformed.outcome === "ignored") reasons[span.name] = transformed.reason;
      for (const [name, reason] of Object.entries(others)) expect(reasons[name], name).toContain(reason);
      expect(Object.keys(reasons).sort()).toEqual(Object.keys(others).sort());
    });

    for (const [id, told] of Object.entries(models)) {
      test(`${id} is a call of a model that says what it was told and what it wants`, () => {
        const found = mapped.find((one) => one.id === id);
        if (found === undefined) throw new Error(`${id} is not in the file`);
        expect(modelTold(found)).toEqual(told);
      });
    }
  },
);

test("a file is captured once", () => {
  const files = captures.map(({ file }) => file);
  expect(files).toEqual([...new Set(files)]);
});
