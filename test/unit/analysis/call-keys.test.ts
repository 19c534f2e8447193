import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callKey, canonicalText, comparableResult, resultKey } from "../../../src/analysis/call-keys.js";

const call = (args: unknown): number => callKey("tool", canonicalText(args));
const result = (value: unknown): number | undefined => resultKey(canonicalText(value));

describe("calls", () => {
  test("are the same whatever the order of their members, their own ids and times", () => {
    expect(call({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(call({ b: [{ d: 3, c: 2 }], a: 1 }));
    expect(call({ url: "x", request_id: "r-1", timestamp: 17 })).toBe(
      call({ url: "x", timestamp: 18, request_id: "r-2" }),
    );
  });

  test("are other ones for another argument, also where that is an id", () => {
    expect(call({ id: 1 })).not.toBe(call({ id: 2 }));
    expect(call({ issue: "8d3f01aa-0000-4000-8000-000000000001" })).not.toBe(
      call({ issue: "8d3f01aa-0000-4000-8000-000000000002" }),
    );
    expect(callKey("a", "{}")).not.toBe(callKey("b", "{}"));
    // Where one text ends and the next begins makes a difference.
    expect(callKey("ab", "c")).not.toBe(callKey("a", "bc"));
  });

  test("keys follow canonical texts", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const same = canonicalText({ x: one }) === canonicalText({ x: other });
        expect(callKey("t", canonicalText({ x: one })) === callKey("t", canonicalText({ x: other }))).toBe(
          same,
        );
      }),
    );
  });
});

describe("results", () => {
  test.each([
    ["times", { at: "2026-01-05T10:00:00Z", n: 1 }, { at: "2026-02-06T11:01:02.5+01:00", n: 1 }],
    [
      "UUIDs",
      "job 8d3f01aa-0000-4000-8000-000000000001 is queued",
      "job 8d3f01aa-0000-4000-8000-0000000000ff is queued",
    ],
    ["durations", "no match (took 12 ms)", "no match (took 7 ms)"],
    ["stamps", { ok: false, ts: 1767607200000 }, { ok: false, ts: 1767607201234 }],
    ["ids of requests", { error: "no", request_id: "req_abc" }, { error: "no", request_id: "req_xyz" }],
  ])("are the same without %s", (_, one, other) => {
    expect(result(one)).toBe(result(other));
  });

  test("are other ones for another number or word", () => {
    expect(result("3 of 10 failed")).not.toBe(result("2 of 10 failed"));
    expect(comparableResult("page 17")).toBe("page 17");
  });

  test("a picture says nothing", () => {
    expect(result({ image: "iVBORw0KGgo".repeat(200) })).toBeUndefined();
  });
});
