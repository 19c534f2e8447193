import type { JsonValue } from "../event/json.js";

/**
 * How the calls of a run are held against those that are expected.
 *
 * - `exact`: these calls, in this order, and no others
 * - `in-order`: these in this order; others may be between them
 * - `any-order`: these in any order; others may be beside them
 * - `unordered`: these in any order, and no others
 * - `subset`: no calls but these; some may be missing
 * - `superset`: the same as `any-order`
 */
export const MATCH_MODES = ["exact", "in-order", "any-order", "unordered", "subset", "superset"] as const;
export type MatchMode = (typeof MATCH_MODES)[number];

/** Words of other tools for the same: ADK's match types, agentevals' trajectory modes, promptfoo's sequence modes. */
const SYNONYMS: Readonly<Record<string, MatchMode>> = { strict: "exact" };

/** The mode that a word means, in any case and with `_` or `-`; `undefined` for any other word. */
export function matchModeOf(word: string): MatchMode | undefined {
  const plain = word.toLowerCase().replaceAll("_", "-");
  return MATCH_MODES.find((mode) => mode === plain) ?? SYNONYMS[plain];
}

/**
 * How arguments are held against those that are expected: `exact` all of them; `ignore` none; `subset` no arguments but those expected; `superset` those
 * expected, and maybe others (agentevals' words; `partial` is promptfoo's for the last).
 */
export const ARGUMENT_MODES = ["exact", "ignore", "subset", "superset"] as const;
export type ArgumentMode = (typeof ARGUMENT_MODES)[number];

export const argumentModeOf = (word: string): ArgumentMode | undefined =>
  word.toLowerCase() === "partial" ? "superset" : ARGUMENT_MODES.find((mode) => mode === word.toLowerCase());

/** A call that is expected. */
export interface ExpectedCall {
  /** Name of the tool; `*` stands for any characters. */
  readonly tool: string;
  /** Values and matchers; absent: any arguments. */
  readonly arguments?: JsonValue;
  /** @default that of the expectation */
  readonly argumentMode?: ArgumentMode;
}

/** How often something has to occur (promptfoo's `trajectory:tool-used` and `trajectory:step-count`). */
export interface ExpectedCount {
  /** Name of the tool, with `*`; absent: any step. */
  readonly tool?: string;
  /** Types of action that count. @default tool_call */
  readonly types?: readonly string[];
  readonly minimum: number;
  readonly maximum?: number;
}

/** One thing that is expected of a run. */
export interface Expectation {
  readonly name: string;
  /** What the file itself says; else the caller decides. */
  readonly match?: MatchMode;
  readonly argumentMode?: ArgumentMode;
  readonly calls?: readonly ExpectedCall[];
  readonly count?: ExpectedCount;
}
