import { expect, test } from "vitest";
import { correlationId, validateEvent } from "../../../src/event/index.js";

const ACTION = "01900000-0000-7000-8000-00000000000a";
const ORIGIN = { topic: "t", partition: 0, offset: "7", timestampMillis: 1_767_225_600_000 };
const label = (event: object) => validateEvent("label", event, ORIGIN);

test.each([
  [{ correlation_id: "build-7" }, correlationId("build-7").uuid],
  [{ metadata: { correlation_id: "build-7" } }, correlationId("build-7").uuid],
  [{ trace_id: "0af7651916cd43dd8448eb211c80319c" }, "0af76519-16cd-43dd-8448-eb211c80319c"],
])("%j says which run it is about", (subject, correlation_id) => {
  expect(label({ name: "resolved", ...subject })).toMatchObject({
    valid: true,
    event: { name: "resolved", correlation_id, created_at: "2026-01-01T00:00:00.000Z" },
  });
});

test("one of an action names it, and the same id is the same label", () => {
  const event = { name: "wrong", action_id: ACTION.toUpperCase(), id: "nightly check of 7", score: "0.5" };
  const later = { ...ORIGIN, offset: "8", timestampMillis: ORIGIN.timestampMillis + 1 };
  const [one, other] = [label(event), validateEvent("label", event, later)];
  expect(one).toMatchObject({ event: { action_id: ACTION, score: 0.5 }, repairs: ["score: text as number"] });
  const ofRun = label({ ...event, action_id: undefined, correlation_id: "build-7" });
  if (!one.valid || !other.valid || !ofRun.valid) throw new Error("a label was refused");
  expect(other.event.id).toBe(one.event.id);
  expect(ofRun.event.id).not.toBe(one.event.id);
  expect(one.extra).toEqual({ id: event.id });
});

test.each([
  [{ name: "resolved" }, "correlation_id and action_id are missing: name the run or the action"],
  [
    { name: "resolved", correlation_id: " " },
    "correlation_id and action_id are missing: name the run or the action",
  ],
  // It must not become one of the run that it was said in.
  [{ name: "x", correlation_id: "run", action_id: "call_1" }, "action_id is not a UUID"],
  [{ name: " ", correlation_id: "run" }, "name is missing"],
  [{ correlation_id: "run", name: "x", kind: "vote" }, "kind is none of label, note, outcome"],
  [{ correlation_id: "run", name: "x", score: "much" }, "score is not a number (found: string)"],
])("%j is no label: %s", (event, reason) => {
  expect(label(event)).toEqual({ valid: false, reasons: [reason] });
});
