import { describe, expect, test } from "vitest";
import { hasIdOf, sameCall } from "../../../../exporter/correlate/same-call.js";
import { HIDDEN } from "../../../../exporter/read/dialects/common/captured.js";
import {
  type CallObservationParts,
  CLIENT,
  callObservation,
  OTHER_TRACE,
  SERVER,
  WRAPPER,
} from "./call-observations.js";

const INSIDE = { at: [10, 90] } as const;

const nested = (inner: CallObservationParts, outer: CallObservationParts = {}) =>
  sameCall(callObservation({ ...INSIDE, ...inner }), callObservation(outer), "nested");

describe("inside", () => {
  test("same tool, same arguments, another instrumentation: the same", () => {
    expect(nested(WRAPPER)).toBe("same");
  });

  test.each([
    ["the inner one's", { parameters: HIDDEN }, {}],
    ["the outer one's", {}, { parameters: HIDDEN }],
    ["both", { parameters: undefined }, { parameters: HIDDEN }],
  ])("arguments hidden, %s: the same", (_, inner, outer) => {
    expect(nested({ ...WRAPPER, ...inner }, outer)).toBe("same");
  });

  test("equal call ids: the same, also where one layer knows no name", () => {
    expect(nested({ ...WRAPPER, callId: "c1" }, { callId: "c1", parameters: { other: 1 } })).toBe("same");
    expect(nested({ ...WRAPPER, callId: "c1", name: "StructuredTool" }, { callId: "c1" })).toBe("same");
  });

  test("an id that was handed on to another tool, or to the same layer again: different, and the id is the outer one's", () => {
    const outer = { callId: "c1" };
    for (const inner of [
      { ...WRAPPER, callId: "c1", name: "fetch", parameters: { url: "x" } },
      { ...WRAPPER, callId: "c1", name: "fetch" },
      { callId: "c1", name: "fetch" },
      { callId: "c1" },
    ]) {
      expect(nested(inner, outer)).toBe("different");
      expect(hasIdOf(callObservation(inner), callObservation(outer))).toBe(true);
    }
    expect(hasIdOf(callObservation({ ...WRAPPER, callId: "c1" }), callObservation(outer))).toBe(false);
  });

  test("equal call ids, at times that cross: the same; one after the other: doubt", () => {
    const inner = { ...WRAPPER, callId: "c1" };
    expect(nested({ ...inner, at: [10, 110] }, { callId: "c1" })).toBe("same");
    expect(nested({ ...inner, at: [110, 120] }, { callId: "c1" })).toBe("doubt");
  });

  test("call ids that differ: different, whatever else is equal", () => {
    expect(nested({ ...WRAPPER, callId: "c1" }, { callId: "c2" })).toBe("different");
  });

  test("the same instrumentation, so a tool that calls itself: different", () => {
    expect(nested({})).toBe("different");
    expect(nested({ parameters: HIDDEN }, { parameters: HIDDEN })).toBe("different");
  });

  test("another tool: different", () => {
    expect(nested({ ...WRAPPER, name: "fetch" })).toBe("different");
  });

  test("other arguments: different; some more: doubt", () => {
    expect(nested({ ...WRAPPER, parameters: { q: "returns" } })).toBe("different");
    expect(nested({ ...WRAPPER, parameters: { q: "refunds", limit: 10 } })).toBe("doubt");
  });

  test("open for longer than the one around it: doubt", () => {
    expect(nested({ ...WRAPPER, at: [10, 110] })).toBe("doubt");
  });

  test("longer or earlier by less than clocks can tell: the same", () => {
    expect(nested({ ...WRAPPER, at: [-1, 101] })).toBe("same");
  });

  test("around one that is still open: the same", () => {
    const open = { ...callObservation(), end: [0, 0] as [number, number] };
    expect(sameCall(callObservation({ ...WRAPPER, ...INSIDE }), open, "nested")).toBe("same");
  });

  test("a server's name before the tool's: the same where one speaks the protocol, else doubt", () => {
    expect(nested(CLIENT, { name: "docs_search" })).toBe("same");
    expect(nested(WRAPPER, { name: "docs_search" })).toBe("doubt");
    expect(nested({ ...CLIENT, parameters: HIDDEN }, { name: "docs_search" })).toBe("different");
  });

  test("a run and a call: different", () => {
    expect(nested({ ...WRAPPER, is: "run" })).toBe("different");
  });
});

describe("the two ends of a protocol", () => {
  const untold = { parameters: HIDDEN };

  test("the server inside the client: the same, unless the requests differ", () => {
    expect(nested(SERVER, CLIENT)).toBe("same");
    expect(nested({ ...SERVER, ...untold, requestId: "3" }, { ...CLIENT, ...untold, requestId: "3" })).toBe(
      "same",
    );
    expect(nested({ ...SERVER, requestId: "4" }, { ...CLIENT, requestId: "3" })).toBe("different");
  });

  test("a client inside a server passes the call on: doubt", () => {
    expect(nested(CLIENT, SERVER)).toBe("doubt");
    expect(nested({ ...CLIENT, parameters: { q: "x" } }, SERVER)).toBe("different");
  });
});

describe("apart", () => {
  const apart = (inner: CallObservationParts, outer: CallObservationParts = {}) =>
    sameCall(callObservation({ ...INSIDE, ...inner }), callObservation(outer), "apart");

  test("same tool, same arguments, time inside, another instrumentation: the same", () => {
    expect(apart(WRAPPER)).toBe("same");
  });

  test.each([
    ["arguments that one does not know", { parameters: HIDDEN }],
    ["arguments in another form", { parameters: "refunds" }],
    ["another tool", { name: "fetch" }],
    ["a name that is only alike", { name: "docs_search" }],
    ["another time", { at: [10, 102] as const }],
    ["an earlier time", { at: [-10, 50] as const }],
    ["the same instrumentation", { dialect: "vercel-ai", scope: "ai" }],
    ["other call ids", { callId: "c2" }],
  ])("%s: different", (_, parts) => {
    expect(apart({ ...WRAPPER, ...parts }, { callId: "c1" })).toBe("different");
  });

  test("an equal call id makes up for hidden arguments, and not for other ones", () => {
    expect(apart({ ...WRAPPER, callId: "c1", parameters: HIDDEN }, { callId: "c1" })).toBe("same");
    expect(apart({ ...WRAPPER, callId: "c1", parameters: { q: "x" } }, { callId: "c1" })).toBe("doubt");
  });

  test("equal call ids make up for times that cross, inside a trace and resource, or where the ids are unique", () => {
    const crossing = { ...WRAPPER, callId: "c1", at: [10, 110] } as const;
    expect(apart(crossing, { callId: "c1" })).toBe("same");
    expect(apart({ ...crossing, at: [110, 120] }, { callId: "c1" })).toBe("different");
    for (const elsewhere of [{ traceId: OTHER_TRACE }, { resource: "other" }]) {
      expect(apart({ ...crossing, ...elsewhere }, { callId: "c1" })).toBe("different");
      const callId = "toolu_01A09q90qw90lq917835lq9";
      expect(apart({ ...crossing, ...elsewhere, callId }, { callId })).toBe("same");
    }
  });

  test("a run: different", () => {
    expect(apart({ ...WRAPPER, is: "run" }, { is: "run" })).toBe("different");
  });
});

describe("runs", () => {
  const run = { is: "run", name: "support", parameters: undefined } as const;

  test("one agent, two instrumentations: the same", () => {
    expect(nested({ ...WRAPPER, ...run }, run)).toBe("same");
  });

  test("one that ends after the run around it: the same; one that begins after it: different", () => {
    expect(nested({ ...WRAPPER, ...run, at: [10, 120] }, run)).toBe("same");
    expect(nested({ ...WRAPPER, ...run, at: [110, 120] }, run)).toBe("different");
  });

  test("another agent, or one instrumentation: different", () => {
    expect(nested({ ...WRAPPER, ...run, name: "billing" }, run)).toBe("different");
    expect(nested(run, run)).toBe("different");
  });
});
