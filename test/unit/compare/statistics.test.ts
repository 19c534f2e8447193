import { expect, test } from "vitest";
import { notComparable } from "../../../src/compare/comparability.js";
import { adjusted, fisherExact, mannWhitney, median } from "../../../src/compare/statistics.js";
import { runFigures, toolMeasures } from "../../../src/compare/tool-measures.js";
import { actionsOf, newTable, runOf } from "./runs.js";

test("the Mann-Whitney test is the normal approximation with both corrections, its effect Cliff's delta", () => {
  // Of 25 pairs the second is larger in 19: z = (19 - 12.5 - 0.5) / sqrt(25 * 11 / 12) = 1.2534, p = 2 * (1 - 0.89496).
  const result = mannWhitney([1.1, 2.2, 3.3, 4.4, 5.5], [3.1, 4.2, 5.3, 6.4, 7.5]);
  expect(result?.p).toBeCloseTo(0.21008, 4);
  expect(result?.effect).toBeCloseTo(0.52, 10);
  // Ties: 2 2 2 | 2 3 4 has U = 7.5, sum of t^3 - t = 60, z = (3) - 0.5 over sqrt(9 / 12 * (7 - 60 / 30)).
  expect(mannWhitney([2, 2, 2], [2, 3, 4])?.p).toBeCloseTo(0.19672, 4);
  expect(mannWhitney([1, 1, 1], [1, 1, 1])).toEqual({ p: 1, effect: 0 });
  expect(mannWhitney([1, 2], [1, 2, 3])).toBeUndefined();
});

test("Fisher's exact test has the values of the tea tasting, and of tables with a zero", () => {
  expect(fisherExact(3, 4, 1, 4).p).toBeCloseTo(0.4857, 4);
  expect(fisherExact(1, 10, 9, 10).p).toBeCloseTo(0.001093, 5);
  expect(fisherExact(0, 5, 0, 5)).toEqual({ p: 1, effect: 0 });
  expect(fisherExact(0, 0, 1, 2)).toEqual({ p: 1, effect: 0 });
});

test("p-values of several tests are adjusted as Benjamini and Hochberg do it", () => {
  const result = adjusted([0.01, 0.04, 0.03, 0.5]);
  [0.04, 0.16 / 3, 0.16 / 3, 0.5].forEach((expected, at) => {
    expect(result[at]).toBeCloseTo(expected, 10);
  });
  expect(adjusted([])).toEqual([]);
});

test("the median of an even number is between the two in the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, undefined]);
});

test("tools are measured by calls, failures and durations", () => {
  const calls = (durations: number[], failures: number) =>
    actionsOf(durations.map((duration, at) => ({ name: "search", duration, failed: at < failures })));
  const [measure] = toolMeasures(calls([10, 11, 12, 13], 0), calls([110, 120, 130, 140], 4));
  expect(measure).toMatchObject({
    tool: "search",
    a: { calls: 4, failed: 0, medianDuration: 11.5 },
    b: { calls: 4, failed: 4, medianDuration: 125 },
    durations: { effect: 1 },
    failures: { effect: 1 },
  });
  expect(measure?.failures.p).toBeCloseTo(2 / 70, 6);
});

test("tokens of a run inside another one are in that one's, and are not counted twice", () => {
  const success = (input_tokens: number) => ({
    action_type: "success",
    action_details: { input_tokens, output_tokens: 1 },
  });
  const run = runOf("a", [
    { name: "outer", id: "1", row: success(100), start: 0, duration: 500 },
    { name: "inner", id: "2", parent: "1", row: success(40), start: 10 },
    { name: "next", id: "3", row: success(5), start: 600, duration: 100 },
  ]);
  expect(runFigures(run.actions, run.parents)).toEqual({
    actions: 3,
    failed: 0,
    duration: 700,
    inputTokens: 105,
    outputTokens: 2,
  });
});

test("what cannot be compared is said with its reason", () => {
  const table = newTable();
  const reasons = (...calls: Parameters<typeof runOf>[1][]) =>
    notComparable(runOf("a", calls[0]!, table), runOf("b", calls[1]!, table)).map(
      ({ what, because }) => `${what}: ${because}`,
    );
  expect(reasons(["read"], ["read"])).toEqual([]);
  expect(reasons([], ["read"])).toEqual(["run: a has no actions."]);
  expect(reasons(["read"], ["write"])).toEqual([
    "run: The two have nothing in common: no tool, decision or agent occurs in both.",
  ]);
  const hidden = { action_details: { tool_parameters_hidden: true, tool_result: 1 } };
  const of = (environment: string) => ({ name: "read", row: { environment } });
  expect(reasons([{ name: "read", row: hidden }], ["read"])).toEqual([
    "inputs: a does not have the whole input of 1 action: hidden by its producer, or cut.",
  ]);
  expect(reasons([of("ci")], [of("production")])).toEqual([
    "durations: They ran in different environments: ci and production.",
  ]);
  expect(reasons(["read"], ["read", { name: "read", row: { status: "running" } }])).toEqual([
    "end: b has not ended: 1 action is open.",
  ]);
});
