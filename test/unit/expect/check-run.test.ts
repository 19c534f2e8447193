import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkRun, fitsName } from "../../../src/expect/check-run.js";
import { type Expectation, MATCH_MODES, matchModeOf } from "../../../src/expect/expectation.js";
import { pairCalls } from "../../../src/expect/pair-calls.js";
import { readExpectations } from "../../../src/expect/read-expectations.js";
import { actionsOf } from "../replay/recorded.js";

const run = actionsOf([
  { tool: "search", input: { q: "trains to Oslo", page: 1 } },
  { tool: "open", input: { id: 7 } },
  { tool: "search", input: { q: "hotels", page: 2 } },
  { tool: "book", input: { train: "R 12", at: "2026-11-29T10:00:00Z" } },
]);
const ok = (expectation: Partial<Expectation>) => checkRun(run, { name: "x", ...expectation }).ok;
const named = (...tools: string[]) => ({
  argumentMode: "ignore" as const,
  calls: tools.map((tool) => ({ tool })),
});

test("each mode allows what its name says", () => {
  const rows: [string[], string][] = [
    [["search", "open", "search", "book"], "exact in-order any-order unordered subset superset"],
    [["search", "search", "open", "book"], "any-order unordered subset superset"],
    [["search", "book"], "in-order any-order superset"],
    [["book", "search"], "any-order superset"],
    [["search", "open", "search", "book", "pay"], "subset"],
    [["search", "pay"], ""],
  ];
  for (const [tools, modes] of rows)
    for (const match of MATCH_MODES)
      expect([tools.join(), match, ok({ match, ...named(...tools) })]).toEqual([
        tools.join(),
        match,
        modes.split(" ").includes(match),
      ]);
});

test("the words of other tools mean the same", () => {
  expect(
    ["IN_ORDER", "ANY_ORDER", "EXACT", "strict", "unordered", "in_order", "nearly"].map(matchModeOf),
  ).toEqual(["in-order", "any-order", "exact", "exact", "unordered", "in-order", undefined]);
});

describe("arguments", () => {
  const book = (input: unknown, argumentMode: Expectation["argumentMode"] = "exact") =>
    checkRun(run, {
      name: "x",
      match: "any-order",
      argumentMode,
      calls: [{ tool: "book", arguments: input as never }],
    });

  test("are compared by the mode, and times do not count", () => {
    expect(book({ train: "R 12", at: "2020-01-01T00:00:00Z" }).ok).toBe(true);
    expect(book({ train: "R 12" }).ok).toBe(false);
    expect(book({ train: "R 12" }, "superset").ok).toBe(true);
    expect(book({ train: "R 12", at: "2020-01-01T00:00:00Z", seat: 3 }, "subset").ok).toBe(true);
    expect(book({ train: "R 14" }, "ignore").ok).toBe(true);
  });

  test.each([
    [{ $regex: "^R \\d+$" }, true],
    [{ $regex: "^S" }, false],
    [{ $contains: "12" }, true],
    [{ $oneOf: ["R 10", "R 12"] }, true],
    [{ $type: "number" }, false],
    [{ $any: true }, true],
    [{ $absent: true }, false],
    [{ $length: 4, $type: "string" }, true],
    ["R 12", true],
  ])("can be matched by %j", (matcher, fits) => {
    expect(book({ train: matcher }, "superset").ok).toBe(fits);
  });

  test("numbers can be bounded", () => {
    const page = (matcher: object) =>
      ok({
        match: "any-order",
        argumentMode: "superset",
        calls: [{ tool: "search", arguments: { page: matcher as never } }],
      });
    expect([page({ $gt: 1 }), page({ $gt: 2 }), page({ $gte: 2, $lt: 3 }), page({ $lte: 0 })]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test("what is wrong is said with the nearest call and the path", () => {
    expect(book({ train: "R 14", at: "x" }).problems).toEqual([
      'book {"train":"R 14","at":"x"} is missing. The nearest is #4: at $.train it has "R 12", and "R 14" is expected.',
    ]);
    expect(checkRun(run, { name: "x", match: "subset", ...named("search") }).problems).toEqual([
      "#2 open is not expected.",
      "#3 search is not expected.",
      "#4 book is not expected.",
    ]);
  });
});

test("names with * stand for any characters", () => {
  for (const [pattern, name] of [
    ["*", "a"],
    ["a*", "ab"],
    ["*b", "ab"],
    ["mcp__*__read", "mcp__x__read"],
    ["a*a", "aa"],
  ])
    expect(fitsName(pattern!, name!)).toBe(true);
  for (const [pattern, name] of [
    ["a*a", "a"],
    ["a*", "b"],
    ["*b", "a"],
    ["read", "reads"],
  ])
    expect(fitsName(pattern!, name!)).toBe(false);
});

test("calls that several expected ones fit are shared out so that as many as possible are found (property)", () => {
  const edges = fc.array(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), { maxLength: 5 });
  fc.assert(
    fc.property(edges, (fits) => {
      const partners = pairCalls("any-order", fits.length, 5, (one, call) => fits[one]![call]!);
      const taken = [...partners].filter((call) => call !== -1);
      expect(new Set(taken).size).toBe(taken.length);
      partners.forEach((call, one) => {
        if (call !== -1) expect(fits[one]![call]).toBe(true);
      });
      expect(taken.length).toBe(largestMatching(fits, 0, new Set()));
    }),
    { numRuns: 500 },
  );
});

function largestMatching(fits: boolean[][], one: number, used: Set<number>): number {
  if (one === fits.length) return 0;
  let best = largestMatching(fits, one + 1, used);
  fits[one]!.forEach((fit, call) => {
    if (!fit || used.has(call)) return;
    best = Math.max(best, 1 + largestMatching(fits, one + 1, new Set([...used, call])));
  });
  return best;
}

describe("files of other tools", () => {
  const results = (file: unknown) =>
    readExpectations(file).map((expectation) => checkRun(run, expectation).ok);

  test("an eval set of ADK, in camel case and with underscores", () => {
    const uses = [{ name: "search", args: { q: "hotels", page: 2 } }];
    const file = {
      evalSetId: "s",
      evalCases: [{ evalId: "one", conversation: [{ intermediateData: { toolUses: uses } }] }],
    };
    const [expectation] = readExpectations(file);
    expect(expectation).toEqual({
      name: "one",
      calls: [{ tool: "search", arguments: { q: "hotels", page: 2 } }],
    });
    expect(checkRun(run, expectation!, { match: "any-order" }).ok).toBe(true);
    const old = {
      eval_cases: [{ eval_id: "two", conversation: [{ intermediate_data: { tool_uses: uses } }] }],
    };
    expect(readExpectations(old)[0]).toMatchObject({ name: "two", calls: [{ tool: "search" }] });
  });

  test("messages with tool calls, as agentevals takes them", () => {
    const messages = [
      { role: "user", content: "x" },
      {
        role: "assistant",
        tool_calls: [
          { function: { name: "open", arguments: '{"id":7}' } },
          { name: "book", args: { train: "R 12" } },
        ],
      },
    ];
    const [expectation] = readExpectations(messages);
    expect(checkRun(run, expectation!, { match: "superset", argumentMode: "superset" }).ok).toBe(true);
  });

  test("assertions of promptfoo", () => {
    expect(
      results([
        { type: "trajectory:tool-used", value: "book" },
        { type: "trajectory:tool-used", value: { pattern: "sea*", min: 3 } },
        { type: "trajectory:tool-used", value: ["search", "book"] },
        { type: "trajectory:tool-sequence", value: { mode: "in_order", steps: ["search", "book"] } },
        { type: "trajectory:tool-sequence", value: { mode: "exact", steps: ["search", "book"] } },
        {
          type: "trajectory:tool-args-match",
          value: { name: "book", args: { train: "R 12" }, mode: "partial" },
        },
        { type: "trajectory:step-count", value: { type: "tool", max: 4 } },
        { type: "trajectory:step-count", value: { type: "tool", max: 3 } },
      ]),
    ).toEqual([true, false, true, true, false, true, true, false]);
  });

  test("what cannot be understood is said with its place", () => {
    for (const [file, message] of [
      [{}, "nothing in it that is expected"],
      [{ calls: [{ arguments: {} }] }, "$.calls[0].tool"],
      [{ calls: [{ tool: "x", arguments: { path: { $regex: "(" } } }] }, "$.calls[0].arguments.path.$regex"],
      [{ calls: [], match: "nearly" }, '$.match: "nearly"'],
      [[{ type: "trajectory:goal-success" }], '"trajectory:goal-success" cannot be checked'],
    ] as const)
      expect(() => readExpectations(file)).toThrow(message);
  });
});
