import { Canonicaliser } from "../../compare/canonical.js";
import type { ComparisonTable } from "../../compare/comparable-run.js";
import { DEFAULT_NORMALISATION, type IgnoredPath, NO_NORMALISATION } from "../../compare/normalisation.js";
import { TokenIds } from "../../compare/token-ids.js";

/** What of the options of a command says how values are made comparable. */
export interface ComparingFlags {
  readonly ignore?: readonly string[] | undefined;
  readonly exact: boolean;
}

export function comparisonTable({ ignore = [], exact }: ComparingFlags): ComparisonTable {
  const base = exact ? NO_NORMALISATION : DEFAULT_NORMALISATION;
  const paths = ignore.map((given): IgnoredPath => {
    const colon = given.indexOf(":$");
    return { tool: given.slice(0, colon), path: given.slice(colon + 1) };
  });
  return { tokens: new TokenIds(), canonicaliser: new Canonicaliser({ ...base, paths }) };
}
