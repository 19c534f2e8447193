import { describe, expect, test } from "vitest";
import { classifyFailure, type FailureClass, sqlstateOf } from "../../../src/store/sqlstate.js";

const postgres = (code: string, more: object = {}) =>
  Object.assign(new Error("from Postgres"), { code, ...more });

/** One code at least of every error class in appendix A of PostgreSQL's manual. */
const CODES: readonly (readonly [FailureClass, ...string[]])[] = [
  ["data", "22003", "22007", "22008", "22021", "22023", "22P02", "22P05", "22032"],
  ["data", "23502", "23503", "23505"],
  ["data", "54000", "54001", "54011", "P0001", "21000", "44000", "09000", "27000", "2F000", "38000", "39000"],
  ["data", "10608", "20000", "HV000"],
  ["contention", "40001", "40P01", "40003", "72000"],
  [
    "outage",
    "08000",
    "08003",
    "08006",
    "08P01",
    "53100",
    "53200",
    "53300",
    "53400",
    "55P03",
    "55006",
    "55000",
  ],
  ["outage", "57014", "57P01", "57P02", "57P03", "57P05", "58000", "58030", "XX000", "XX001", "F0000"],
  [
    "outage",
    "25006",
    "25P02",
    "25P03",
    "25P04",
    "0A000",
    "26000",
    "42P05",
    "24000",
    "2D000",
    "34000",
    "3B000",
  ],
  ["outage", "0B000", "0Z000"],
  [
    "setup",
    "42P01",
    "42703",
    "42883",
    "42501",
    "42804",
    "42601",
    "42P10",
    "28000",
    "28P01",
    "3D000",
    "3F000",
  ],
  ["setup", "03000", "0L000", "0P000", "2B000"],
  ["defect", "0F000"],
];

describe("what a failure means", () => {
  test.each(CODES.flatMap(([failure, ...codes]) => codes.map((code) => [code, failure] as const)))(
    "SQLSTATE %s is %s",
    (code, failure) => {
      expect(classifyFailure(postgres(code))).toBe(failure);
    },
  );

  test("a named check is the event's fault, a partition's own check is not", () => {
    expect(classifyFailure(postgres("23514", { constraint: "agent_actions_status_check" }))).toBe("data");
    expect(classifyFailure(postgres("23514", { constraint: undefined }))).toBe("contention");
  });

  test.each([
    ["a refused connection", Object.assign(new Error("connect"), { code: "ECONNREFUSED" })],
    ["a reset connection", Object.assign(new Error("read"), { code: "ECONNRESET" })],
    ["a broken pipe", Object.assign(new Error("write"), { code: "EPIPE" })],
    ["a name that is not found", Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" })],
    ["a connection that ended", new Error("Connection terminated unexpectedly")],
    ["a pool that has none to give", new Error("timeout exceeded when trying to connect")],
    ["an answer that does not come", new Error("Query read timeout")],
    ["a code that PostgreSQL does not have yet", postgres("ZZ123")],
    ["a thrown text", "no"],
    ["nothing at all", undefined],
    ["null", null],
  ])("%s is an outage", (_, thrown) => {
    expect(classifyFailure(thrown)).toBe("outage");
  });

  test("a mistake in this package is no outage", () => {
    expect(classifyFailure(new TypeError("x is not a function"))).toBe("defect");
    expect(classifyFailure(new RangeError("Invalid string length"))).toBe("defect");
  });

  test("only Postgres's own codes count as SQLSTATE", () => {
    expect(sqlstateOf(postgres("22P02"))).toBe("22P02");
    expect(sqlstateOf(postgres("EPIPE"))).toBeUndefined();
    expect(sqlstateOf(postgres("ECONNRESET"))).toBeUndefined();
    expect(sqlstateOf({ code: 22_003 })).toBeUndefined();
  });
});
