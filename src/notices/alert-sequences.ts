/** Reads the sequences of `alerts.yaml`: own ones, and what is changed of those that are there without it. */
import { SEVERITIES } from "../config/alert-rules.js";
import {
  type CallPattern,
  DEFAULT_SEQUENCES,
  OUTCOMES,
  type SequenceRule,
} from "../config/sequence-rules.js";
import { membersOf } from "./alert-members.js";

/** Each costs a look at every call. */
const MAX_SEQUENCES = 20;
const MAX_STEPS = 8;
const MAX_PATTERNS = 50;
const MAX_PATTERN = 200;
const MEMBERS = ["name", "enabled", "severity", "steps", "unless", "atEnd"];
const LISTS = ["tools", "arguments", "files", "operations", "except"] as const;

export function sequencesOf(given: unknown, problems: string[]): readonly SequenceRule[] {
  if (given === undefined || given === null) return DEFAULT_SEQUENCES;
  if (!Array.isArray(given) || given.length > MAX_SEQUENCES) {
    problems.push(`sequences has to be a list of at most ${MAX_SEQUENCES}`);
    return DEFAULT_SEQUENCES;
  }
  const own = given.map((each, index) => sequenceOf(each, `sequences[${index}]`, problems));
  const names = own.map(({ name }) => name);
  for (const name of new Set(names.filter((each, at) => names.indexOf(each) !== at)))
    problems.push(`two sequences are called ${name}: each needs a name of its own`);
  return [...DEFAULT_SEQUENCES.filter(({ name }) => !names.includes(name)), ...own];
}

/** Of one that is there without the file, what is not said stays as it is. */
function sequenceOf(given: unknown, where: string, problems: string[]): SequenceRule {
  const members = membersOf(given, where, MEMBERS, problems);
  const expect = (isSo: boolean, problem: string): void => {
    if (!isSo) problems.push(`${where}${problem}`);
  };
  const { name } = members;
  const isNamed = typeof name === "string" && /^[\w.-]{1,63}$/.test(name);
  expect(isNamed, ".name has to be a name of letters, digits, dots and dashes");
  const known = DEFAULT_SEQUENCES.find((each) => each.name === name);
  const { enabled = known?.enabled ?? true, severity = known?.severity ?? "warning" } = members;
  const { atEnd = known?.atEnd ?? false } = members;
  for (const [member, value] of Object.entries({ enabled, atEnd }))
    expect(typeof value === "boolean", `.${member} has to be true or false`);
  expect(
    SEVERITIES.some((each) => each === severity),
    `.severity has to be one of ${SEVERITIES.join(", ")}`,
  );
  const steps =
    members.steps === undefined && known ? known.steps : stepsOf(members.steps, `${where}.steps`, problems);
  const unless =
    members.unless === undefined
      ? (known?.unless ?? [])
      : patternsOf(members.unless, `${where}.unless`, problems);
  return {
    name: String(name),
    enabled: enabled === true,
    severity: severity as SequenceRule["severity"],
    steps,
    unless,
    atEnd: atEnd === true,
  };
}

function stepsOf(given: unknown, where: string, problems: string[]): SequenceRule["steps"] {
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_STEPS) {
    problems.push(`${where} has to be a list of 1 to ${MAX_STEPS} steps`);
    return [];
  }
  return given.map((step, index) => patternsOf(step, `${where}[${index}]`, problems));
}

/** One pattern, or a list of alternatives. */
function patternsOf(given: unknown, where: string, problems: string[]): readonly CallPattern[] {
  const alternatives: unknown[] = Array.isArray(given) ? given : [given];
  if (alternatives.length === 0 || alternatives.length > MAX_PATTERNS)
    problems.push(`${where} has to have 1 to ${MAX_PATTERNS} patterns`);
  return alternatives.map((each, index) =>
    patternOf(each, Array.isArray(given) ? `${where}[${index}]` : where, problems),
  );
}

function patternOf(given: unknown, where: string, problems: string[]): CallPattern {
  const members = membersOf(given, where, [...LISTS, "outcome"], problems);
  const pattern: Record<string, unknown> = {};
  for (const list of LISTS) {
    const value = members[list];
    if (value === undefined) continue;
    const patterns: unknown[] = Array.isArray(value) ? value : [value];
    const fits = patterns.every(
      (each) => typeof each === "string" && each.length > 0 && each.length <= MAX_PATTERN,
    );
    if (!fits || patterns.length === 0 || patterns.length > MAX_PATTERNS)
      problems.push(
        `${where}.${list} has to be a text, or a list of at most ${MAX_PATTERNS}, of at most ${MAX_PATTERN} characters`,
      );
    pattern[list] = patterns;
  }
  if (Object.keys(pattern).filter((member) => member !== "except").length === 0)
    problems.push(`${where} has to say what fits: tools, arguments, files or operations`);
  const { outcome = "any" } = members;
  if (!OUTCOMES.some((each) => each === outcome))
    problems.push(`${where}.outcome has to be one of ${OUTCOMES.join(", ")}`);
  return { ...pattern, outcome } as CallPattern;
}
