import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { IncompleteResultError, ReplayMissError } from "../../../src/replay/replay-errors.js";
import { junitOf, summaryOf } from "../../../src/replay/replay-report.js";
import type { ReplayRun } from "../../../src/replay/replay-run.js";
import { type Recorded, runOf } from "./recorded.js";

const calls: Recorded[] = [
  { tool: "search", input: { q: "trains", page: 1 }, result: ["a"] },
  { tool: "search", input: { q: "trains", page: 1 }, result: ["b"] },
  { tool: "book", input: { train: "R 10" }, error: ["SoldOutError", "No seat left"] },
  { tool: "book", input: { train: "R 12" }, result: { seat: "31A" } },
];

const thrownBy = (work: () => unknown): Error => {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
};

test("a call is given back by tool, arguments in any order of keys, and occurrence", () => {
  const run = runOf(calls);
  expect(run.take("search", { page: 1, q: "trains" }, undefined)).toEqual({
    result: ["a"],
    error: undefined,
  });
  expect(run.take("search", { q: "trains", page: 1 }, "new-id")?.result).toEqual(["b"]);
  const failed = run.take("book", { train: "R 10" }, undefined)?.error;
  expect([failed?.name, failed?.message]).toEqual(["SoldOutError", "No seat left"]);
  expect(run.take("book", { train: "R 12" }, undefined)?.result).toEqual({ seat: "31A" });
  const report = run.report();
  expect(report).toMatchObject({
    ok: true,
    calls: 4,
    reused: 4,
    exact: 4,
    divergedAt: undefined,
    unused: [],
  });
  expect(summaryOf(report)).toBe("reused 4/4, exact 4");
});

test("what is given back belongs to the caller", () => {
  const run = runOf([calls[0]!, { ...calls[1]!, result: ["a"] }], { mode: "reorder" });
  (run.take("search", calls[0]!.input, undefined)!.result as string[]).push("mine");
  expect(run.take("search", calls[0]!.input, undefined)?.result).toEqual(["a"]);
});

test("a call id only chooses among equal calls", () => {
  const equal: Recorded[] = [
    { tool: "t", result: 1, callId: "one", duration: 100 },
    { tool: "t", result: 2, callId: "two", duration: 100 },
    { tool: "t", result: 3, callId: "three", duration: 100 },
  ];
  const run = runOf(equal);
  expect(run.take("t", null, "two")?.result).toBe(2);
  expect(run.take("t", null, "unknown")?.result).toBe(1);
  expect(thrownBy(() => run.take("t", { other: 1 }, "three"))).toBeInstanceOf(ReplayMissError);
});

test("a miss says which recorded call is nearest and where the arguments are others", () => {
  const run = runOf(calls, { mode: "reorder" });
  const miss = thrownBy(() => run.take("book", { train: "R 14" }, undefined)) as ReplayMissError;
  expect(miss).toMatchObject({ name: "ReplayMissError", tool: "book", callNumber: 1, path: "$.train" });
  expect(miss.message).toBe(
    'book {"train":"R 14"} was called, and no recorded call of it is left that fits. The nearest is #3 book {"train":"R 10"}: at $.train it has "R 10" recorded, and "R 14" was called.',
  );
  expect(thrownBy(() => run.take("pay", {}, undefined)).message).toContain("the run has no call of pay");
  run.take("book", { train: "R 12" }, undefined);
  expect(thrownBy(() => run.take("book", { train: "R 12" }, undefined)).message).toContain(
    "more often than recorded, which is once",
  );
  expect(run.report()).toMatchObject({ ok: false, divergedAt: { number: 1, tool: "book", outcome: "miss" } });
});

test("in strict mode what had ended before has to come first; reorder takes any order", () => {
  const strict = runOf(calls);
  strict.expect("search");
  expect(thrownBy(() => strict.take("book", { train: "R 10" }, undefined)).message).toBe(
    '#3 book {"train":"R 10"} was called out of order: #1 search {"page":1,"q":"trains"} had ended before it in the recorded run, and has not been called.'.replace(
      '{"page":1,"q":"trains"}',
      '{"q":"trains","page":1}',
    ),
  );
  const any = runOf(calls, { mode: "reorder" });
  for (const call of calls.toReversed()) any.take(call.tool, call.input, undefined);
  expect(any.report().ok).toBe(true);
});

test("two calls of the same millisecond that took none come in any order, also in strict mode", () => {
  const at = { tool: "a", start: 59, duration: 0 };
  const before = { tool: "a", start: 50, duration: 9, input: 2, result: 2 };
  const run = runOf([{ ...at, input: 0, result: 0 }, { ...at, input: 1, result: 1 }, before]);
  run.expect("a");
  expect(() => run.take("a", 0, undefined)).toThrow("out of order");
  for (const input of [2, 1, 0]) expect(run.take("a", input, undefined)?.result).toBe(input);
});

test("tools that are not replayed need not come, nor what was called inside another call", () => {
  const inner: Recorded[] = [
    { tool: "outer", input: 1, result: "whole", start: 0, duration: 50, row: { id: "outer" } },
    { tool: "fetch", input: 2, start: 10, row: { parent_action_id: "outer" } },
    { tool: "log", input: 3, start: 60 },
    { tool: "outer", input: 4, result: "next", start: 70 },
  ];
  const run = runOf(inner);
  run.expect("fetch");
  expect(run.take("outer", 1, undefined)?.result).toBe("whole");
  expect(run.take("outer", 4, undefined)?.result).toBe("next");
  expect(run.report()).toMatchObject({ ok: true, unused: [], notReplayed: 1 });
});

test("calls that ran in parallel come in any order in strict mode, and no order else (property)", () => {
  const call = fc.record({ tool: fc.constantFrom("a", "b", "c"), start: fc.nat(100), duration: fc.nat(40) });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (recorded, choices) => {
      const own: Recorded[] = recorded.map((item, index) => ({ ...item, input: index, result: index }));
      const run = runOf(own);
      for (const { tool } of own) run.expect(tool);
      // Any order in which nothing comes before what had ended before it.
      const left = [...own];
      while (left.length > 0) {
        const ready = left.filter((one) =>
          left.every(
            (other) => other === one || !(other.start! + other.duration! <= one.start!) || isSame(other, one),
          ),
        );
        const next = ready[choices.next().value! % ready.length]!;
        const blocked = left.find((one) => !ready.includes(one));
        if (blocked !== undefined) {
          const before = run.report().calls;
          expect(() => run.take(blocked.tool, blocked.input, undefined)).toThrow("out of order");
          expect(run.report().calls).toBe(before + 1);
        }
        expect(run.take(next.tool, next.input, undefined)?.result).toBe(next.result);
        left.splice(left.indexOf(next), 1);
      }
      expect(run.report().unused).toEqual([]);
    }),
  );
});

// Two calls of no duration at the same moment had each ended before the other began.
const isSame = (one: Recorded, other: Recorded): boolean =>
  one.start === other.start && one.duration === 0 && other.duration === 0;

test.each([
  ["redacted", "$.token", { result: { token: "[redacted]", name: "x" } }],
  ["redacted", "$.lines[1]", { result: { lines: ["a", "key=[redacted] b"] } }],
  ["trimmed", "$", { result: `abc…[trimmed: 9000 bytes, sha256 ${"0".repeat(64)}]` }],
  ["trimmed", "$.list", { result: { list: { "…": "12 more" } } }],
  ["hidden", "$", { row: { action_details: { tool_parameters: null, tool_result_hidden: true } } }],
  ["cut", "$", { row: { truncated: ["action_details.tool_result"] } }],
  ["unfinished", "$", { row: { status: "abandoned" } }],
  ["redacted", "$.error_message", { error: ["Error", "token [redacted] is wrong"] as const }],
])("a result that is not whole (%s at %s) is refused by name", (how, path, call) => {
  const run = runOf([{ tool: "read", ...call }]);
  const error = thrownBy(() => run.take("read", null, undefined));
  expect(error).toBeInstanceOf(IncompleteResultError);
  expect(error).toMatchObject({ tool: "read", how, path });
  expect(error.message).toContain("#1 read");
  expect(run.report()).toMatchObject({ ok: false, reused: 0, log: [{ outcome: "refused" }] });
});

test("who knows a result that is not whole can complete it", () => {
  const run = runOf([{ tool: "read", result: { token: "[redacted]", name: "x" } }], {
    complete: { read: ({ result }) => ({ ...(result as object), token: "made up" }) },
  });
  expect(run.take("read", null, undefined)?.result).toEqual({ token: "made up", name: "x" });
  expect(run.report().ok).toBe(true);
});

test("arguments of which something was redacted or trimmed are recognised", () => {
  const long = "x".repeat(5_000);
  const sha256 = createHash("sha256").update(long).digest("hex");
  const run = runOf(
    [
      { tool: "login", input: { user: "jo", password: "[redacted]" }, result: 1 },
      { tool: "curl", input: { command: "curl -H 'Authorization: [redacted]' https://x" }, result: 2 },
      {
        tool: "write",
        input: { text: `${"x".repeat(10)}…[trimmed: 5000 bytes, sha256 ${sha256}]` },
        result: 3,
      },
    ],
    { mode: "reorder" },
  );
  expect(run.take("login", { password: "hunter2", user: "jo" }, undefined)?.result).toBe(1);
  expect(
    run.take("curl", { command: "curl -H 'Authorization: Bearer y' https://x" }, undefined)?.result,
  ).toBe(2);
  expect(() => run.take("write", { text: `${long}y` }, undefined)).toThrow(ReplayMissError);
  expect(run.take("write", { text: long }, undefined)?.result).toBe(3);
});

test("errors of the language and of the system are what they were", () => {
  const failing = (...error: [string, string]): ReplayRun => runOf([{ tool: "t", error }]);
  expect(failing("TypeError", "no function").take("t", null, undefined)?.error).toBeInstanceOf(TypeError);
  expect(failing("ENOENT", "no such file").take("t", null, undefined)?.error).toMatchObject({
    code: "ENOENT",
  });
});

test("a report is JUnit XML that nothing recorded can break", () => {
  const run = runOf([{ tool: 'a"<b>&', input: "]]>\u0000\u001b[31m\ud800" }, { tool: "c" }], {
    mode: "reorder",
  });
  run.expect("c");
  run.take('a"<b>&', "]]>\u0000\u001b[31m\ud800", undefined);
  const xml = junitOf(run.report());
  expect(xml).toContain('tests="2" failures="1"');
  expect(xml).toContain("Not made: #2 c null");
  expect(xml).toContain("a&quot;&lt;b&gt;&amp;");
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
});
