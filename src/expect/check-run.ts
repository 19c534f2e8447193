import { Canonicaliser } from "../compare/canonical.js";
import { DEFAULT_NORMALISATION, type Normalisation } from "../compare/normalisation.js";
import { inputOf, type RecordedAction } from "../recorded/recorded-action.js";
import type { ArgumentMode, Expectation, ExpectedCall, ExpectedCount, MatchMode } from "./expectation.js";
import { type ArgumentMismatch, argumentMismatch } from "./match-arguments.js";
import { pairCalls } from "./pair-calls.js";

/** What became of one expected call. */
export interface CheckedCall {
  readonly expected: ExpectedCall;
  /** Number of the call in the run that it is, from 1; `undefined` when it is missing. */
  readonly number: number | undefined;
  /** Of a missing one: the call of the same tool that is nearest, and where its arguments are others. */
  readonly nearest?: { readonly number: number; readonly mismatch: ArgumentMismatch };
}

export interface CheckedExpectation {
  readonly name: string;
  readonly match: MatchMode | "count";
  readonly ok: boolean;
  /** What is wrong, in one sentence each. */
  readonly problems: readonly string[];
  readonly calls: readonly CheckedCall[];
  /** Numbers of calls that are not expected, where none may be. */
  readonly extra: readonly number[];
}

export interface CheckOptions {
  /** Where the expectation itself does not say. @default "exact" */
  readonly match?: MatchMode;
  /** Where the expectation itself does not say. @default "exact" */
  readonly argumentMode?: ArgumentMode;
  /** @default ids, times, temporary paths and ports */
  readonly normalisation?: Normalisation;
}

/** The calls of tools in a run, in the order of their starts. */
export const toolCallsOf = (actions: readonly RecordedAction[]): readonly RecordedAction[] =>
  actions.filter(({ type }) => type === "tool_call").toSorted((one, other) => one.start - other.start);

/** Holds a run against what is expected of it. */
export function checkRun(
  actions: readonly RecordedAction[],
  expectation: Expectation,
  options: CheckOptions = {},
): CheckedExpectation {
  if (expectation.count !== undefined) return checkCount(actions, expectation.name, expectation.count);
  const calls = toolCallsOf(actions);
  const expected = expectation.calls ?? [];
  const match = expectation.match ?? options.match ?? "exact";
  const mode = expectation.argumentMode ?? options.argumentMode ?? "exact";
  const canonicaliser = new Canonicaliser(options.normalisation ?? DEFAULT_NORMALISATION);
  const mismatchOf = (one: ExpectedCall, call: RecordedAction) =>
    argumentMismatch(one.arguments, inputOf(call), one.argumentMode ?? mode, call.name, canonicaliser);
  const isCall = (one: ExpectedCall, call: RecordedAction) =>
    fitsName(one.tool, call.name) && mismatchOf(one, call) === undefined;
  const fits = remembered(calls.length, expected.length, (one, call) =>
    isCall(expected[one] as ExpectedCall, calls[call] as RecordedAction),
  );
  const partners = pairCalls(match, expected.length, calls.length, fits);
  const taken = new Set(partners);
  const checked = expected.map((one, index): CheckedCall => {
    const partner = partners[index] as number;
    if (partner !== -1) return { expected: one, number: partner + 1 };
    const nearest = nearestOf(one, calls, taken, mismatchOf);
    return { expected: one, number: undefined, ...(nearest !== undefined && { nearest }) };
  });
  const mayMiss = match === "subset";
  const mayHaveMore = match === "in-order" || match === "any-order" || match === "superset";
  const extra = mayHaveMore ? [] : calls.flatMap((_, at) => (taken.has(at) ? [] : [at + 1]));
  const missing = mayMiss ? [] : checked.filter(({ number }) => number === undefined);
  const problems = [
    ...missing.map(missingSentence),
    ...extra.map((number) => `#${number} ${calls[number - 1]?.name} is not expected.`),
  ];
  return { name: expectation.name, match, ok: problems.length === 0, problems, calls: checked, extra };
}

/** Pairs that are remembered; above, they are looked at again. */
const MAX_REMEMBERED = 4_000_000;

function remembered(
  calls: number,
  expected: number,
  fits: (expected: number, call: number) => boolean,
): (expected: number, call: number) => boolean {
  if (calls * expected > MAX_REMEMBERED) return fits;
  const known = new Int8Array(calls * expected);
  return (one, call) => {
    const at = one * calls + call;
    if (known[at] === 0) known[at] = fits(one, call) ? 1 : -1;
    return known[at] === 1;
  };
}

function nearestOf(
  expected: ExpectedCall,
  calls: readonly RecordedAction[],
  taken: ReadonlySet<number>,
  mismatchOf: (one: ExpectedCall, call: RecordedAction) => ArgumentMismatch | undefined,
): CheckedCall["nearest"] {
  for (const [at, call] of calls.entries()) {
    if (taken.has(at) || !fitsName(expected.tool, call.name)) continue;
    const mismatch = mismatchOf(expected, call);
    if (mismatch !== undefined) return { number: at + 1, mismatch };
  }
  return undefined;
}

function missingSentence({ expected, nearest }: CheckedCall): string {
  const { tool, arguments: input } = expected;
  const call = input === undefined ? tool : `${tool} ${cut(JSON.stringify(input))}`;
  if (nearest === undefined) return `${call} is missing.`;
  const { path, expected: wanted, found } = nearest.mismatch;
  return `${call} is missing. The nearest is #${nearest.number}: at ${path} it has ${cut(JSON.stringify(found) ?? "nothing")}, and ${cut(wanted)} is expected.`;
}

const LONGEST = 200;
const cut = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);

function checkCount(
  actions: readonly RecordedAction[],
  name: string,
  { tool, types = ["tool_call"], minimum, maximum }: ExpectedCount,
): CheckedExpectation {
  const count = actions.filter(
    (action) => types.includes(action.type) && (tool === undefined || fitsName(tool, action.name)),
  ).length;
  const ok = count >= minimum && count <= (maximum ?? Number.POSITIVE_INFINITY);
  const range = maximum === undefined ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
  const problem = `${tool ?? types.join(" or ")} occurs ${count === 1 ? "once" : `${count} times`}; ${range} is expected.`;
  return { name, match: "count", ok, problems: ok ? [] : [problem], calls: [], extra: [] };
}

/** Whether a name is the expected one; `*` stands for any characters. */
export function fitsName(pattern: string, name: string): boolean {
  if (!pattern.includes("*")) return pattern === name;
  const parts = pattern.split("*");
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const found =
      index === 0
        ? name.startsWith(part)
          ? 0
          : -1
        : isLast
          ? name.length - part.length
          : name.indexOf(part, at);
    if (found < at || !name.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return true;
}
