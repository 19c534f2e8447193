import { describe, expect, test } from "vitest";
import { deduplicateCalls, mergedActions } from "../../../../exporter/correlate/deduplicate-calls.js";
import type { RecordedCall } from "../../../../exporter/correlate/observation.js";
import { HIDDEN } from "../../../../exporter/read/dialects/common/captured.js";
import { CLIENT, callOf, OTHER_TRACE, SERVER, WRAPPER } from "./call-observations.js";

const merge = (...calls: RecordedCall[]) => mergedActions(calls);
const rows = (...calls: RecordedCall[]) => merge(...calls).map(({ primary }) => primary);
const layer = ({ dialect, traceId, spanId }: RecordedCall) => ({
  source: dialect,
  trace_id: traceId,
  span_id: spanId,
});

describe("layers inside each other", () => {
  const outer = callOf({ callId: "c1" });
  const wrapper = callOf({ ...WRAPPER, at: [10, 90], inside: [outer] });
  const client = callOf({ ...CLIENT, at: [20, 80], inside: [wrapper, outer] });
  const server = callOf({ ...SERVER, at: [30, 70], inside: [client, wrapper, outer] });

  test("all of them are one action, in any order", () => {
    for (const calls of [
      [outer, wrapper, client, server],
      [server, client, wrapper, outer],
      [client, outer, server, wrapper],
    ]) {
      const [action, ...others] = merge(...calls);
      expect(others).toEqual([]);
      expect(action?.primary).toBe(outer);
      expect(action?.event.merged_spans).toEqual([wrapper, client, server].map(layer));
    }
  });

  test("one that is another tool between them does not part them", () => {
    const fetch = callOf({ ...WRAPPER, name: "fetch", at: [10, 90], inside: [outer] });
    const inner = callOf({ ...CLIENT, at: [20, 80], inside: [fetch, outer] });
    expect(rows(outer, fetch, inner)).toEqual([outer, fetch]);
  });

  test("a run between them asked for the tool anew: both stay, linked", () => {
    const inner = callOf({ ...CLIENT, at: [20, 80], inside: [wrapper, outer], runAt: 0 });
    const actions = merge(outer, inner);
    expect(actions.map(({ event }) => event.possible_duplicate_of)).toEqual([undefined, outer.event.id]);
  });
});

describe("repeats that are real", () => {
  const outer = callOf({ callId: "c1" });
  const first = callOf({ ...CLIENT, at: [10, 40], inside: [outer] });
  const second = callOf({ ...CLIENT, at: [50, 90], inside: [outer] });

  test("two attempts inside one call stay, each with its own layers, linked to the call", () => {
    const served = callOf({ ...SERVER, at: [20, 30], inside: [first, outer] });
    const actions = merge(outer, first, second, served);
    expect(actions.map(({ primary }) => primary)).toEqual([outer, first, second]);
    expect(actions.map(({ event }) => event.possible_duplicate_of)).toEqual([
      undefined,
      outer.event.id,
      outer.event.id,
    ]);
    expect(actions[1]?.event.merged_spans).toEqual([layer(served)]);
    expect(actions[0]?.event.merged_spans).toBeUndefined();
  });

  test("attempts by two ways, one after the other, stay too", () => {
    const fallback = callOf({ ...WRAPPER, at: [50, 90], inside: [outer] });
    expect(rows(outer, first, fallback)).toEqual([outer, first, fallback]);
  });

  test("an attempt that went on for longer than the call is one too", () => {
    const late = callOf({ ...CLIENT, at: [50, 120], inside: [outer] });
    expect(rows(outer, first, late)).toEqual([outer, first, late]);
  });

  test("what was logged afterwards is no attempt", () => {
    const logged = callOf({ ...WRAPPER, at: [60, 60], inside: [outer] });
    expect(rows(outer, first, logged)).toEqual([outer]);
  });

  test("a call that is made again later is another one", () => {
    const later = callOf({ callId: "c2", at: [200, 300] });
    expect(rows(outer, later)).toEqual([outer, later]);
  });
});

describe("layers in another trace", () => {
  const elsewhere = { ...CLIENT, traceId: OTHER_TRACE, at: [20, 80] } as const;

  test("one candidate: the same action", () => {
    const outer = callOf({ callId: "c1" });
    const inner = callOf(elsewhere);
    expect(rows(inner, outer)).toEqual([outer]);
  });

  test("several layers of one call are one candidate, and it goes into the innermost", () => {
    const outer = callOf({ callId: "c1" });
    const wrapper = callOf({ ...WRAPPER, at: [10, 90], inside: [outer] });
    const calls = [callOf(elsewhere), wrapper, outer];
    expect(merge(...calls)).toHaveLength(1);
    expect(deduplicateCalls(calls).inside(wrapper)).toHaveLength(1);
  });

  test("several candidates: all stay, linked to the first", () => {
    const [one, other] = [callOf({ callId: "c1" }), callOf({ callId: "c2", at: [5, 95] })];
    const inner = callOf(elsewhere);
    const actions = merge(one, other, inner);
    expect(actions.map(({ primary }) => primary)).toEqual([one, other, inner]);
    expect(actions[2]?.event.possible_duplicate_of).toBe(one.event.id);
  });

  test("two calls with other arguments at the same time keep their own layers", () => {
    const paris = { parameters: { city: "Paris" } };
    const rome = { parameters: { city: "Rome" } };
    const calls = [
      callOf({ ...paris, callId: "c1" }),
      callOf({ ...rome, callId: "c2" }),
      callOf({ ...elsewhere, ...paris }),
      callOf({ ...elsewhere, ...rome, traceId: OTHER_TRACE.replace("1", "2") }),
    ];
    expect(merge(...calls).map(({ event }) => event.merged_spans?.map(({ span_id }) => span_id))).toEqual([
      [calls[2]?.spanId],
      [calls[3]?.spanId],
    ]);
  });

  test("two of one layer at the time of one call: attempts, linked", () => {
    const outer = callOf({ callId: "c1" });
    const [first, second] = [callOf({ ...elsewhere, at: [10, 40] }), callOf({ ...elsewhere, at: [50, 90] })];
    expect(merge(outer, first, second).map(({ event }) => event.possible_duplicate_of)).toEqual([
      undefined,
      outer.event.id,
      outer.event.id,
    ]);
  });

  test("where clocks cannot tell which was around which, the call that was so for sure is taken", () => {
    const [before, own] = [callOf({ callId: "c1", at: [0, 9] }), callOf({ callId: "c2", at: [10, 20] })];
    const inner = callOf({ ...elsewhere, at: [10, 10] });
    expect(deduplicateCalls([before, own, inner]).inside(own)).toEqual([inner]);
    const twin = callOf({ ...elsewhere, at: [10, 20] });
    expect(merge(own, twin)).toHaveLength(1);
  });

  test("hidden arguments are no evidence", () => {
    const outer = callOf({ callId: "c1" });
    const inner = callOf({ ...elsewhere, parameters: HIDDEN });
    expect(merge(outer, inner).map(({ event }) => event.possible_duplicate_of)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("layers whose times cross", () => {
  test("one call id: the same action, in any order, also with other spans around them", () => {
    const [one, other] = [
      callOf({ callId: "c1", at: [0, 80] }),
      callOf({ ...WRAPPER, callId: "c1", at: [5, 85] }),
    ];
    for (const calls of [
      [one, other],
      [other, one],
    ])
      expect(rows(...calls)).toEqual([one]);
  });

  test("two call ids, or none: both stay", () => {
    expect(
      rows(callOf({ callId: "c1", at: [0, 80] }), callOf({ ...WRAPPER, callId: "c2", at: [5, 85] })),
    ).toHaveLength(2);
    expect(rows(callOf({ at: [0, 80] }), callOf({ ...WRAPPER, at: [5, 85] }))).toHaveLength(2);
  });
});

describe("runs", () => {
  const run = { is: "run", name: "support", parameters: undefined } as const;

  test("one agent, directly inside: one action", () => {
    const outer = callOf(run);
    expect(rows(outer, callOf({ ...run, ...WRAPPER, at: [10, 90], inside: [outer] }))).toEqual([outer]);
  });

  test("something between them: both stay", () => {
    const outer = callOf(run);
    const between = callOf({ at: [5, 95], inside: [outer] });
    const inner = callOf({ ...run, ...WRAPPER, at: [10, 90], inside: [between, outer] });
    expect(rows(outer, between, inner)).toHaveLength(3);
  });

  test("a run that failed in one layer failed, whichever that is", () => {
    const details = { error_type: "Timeout", error_message: "503", error_context: { run: "support" } };
    const failed = {
      ...run,
      event: {
        action_type: "error",
        action_name: "Timeout",
        status: "error",
        error_type: "Timeout",
        error_message: "503",
        action_details: details,
      },
    } as const;
    for (const [one, other] of [
      [run, failed],
      [failed, run],
    ] as const) {
      const outer = callOf(one);
      const [action, ...others] = merge(
        outer,
        callOf({ ...other, ...WRAPPER, at: [10, 120], inside: [outer] }),
      );
      expect(others).toEqual([]);
      expect(action?.primary).toBe(outer);
      expect(action?.event).toMatchObject(failed.event);
    }
  });
});

describe("a layer records a call once, and a call has one id", () => {
  const outer = callOf({ callId: "c1" });
  const wrapper = callOf({ ...WRAPPER, at: [10, 90], inside: [outer] });

  test("so what a layer records inside itself is another call, also inside a layer between", () => {
    const again = callOf({ callId: "c2", at: [20, 80], inside: [wrapper, outer] });
    const unknown = callOf({ at: [20, 80], inside: [wrapper, outer] });
    expect(rows(outer, wrapper, again)).toEqual([outer, again]);
    expect(rows(outer, wrapper, unknown)).toEqual([outer, unknown]);
  });

  test("so the same call beside it has layers of its own", () => {
    const beside = callOf({ callId: "c2", at: [20, 80] });
    const inside = callOf({ ...WRAPPER, at: [30, 70], inside: [beside] });
    expect(rows(outer, wrapper, beside, inside)).toEqual([outer, beside]);
  });
});
