/** What the page and the worker that compares tell each other. */
import type { comparisonReport } from "../../src/compare/comparison-report.js";

export interface CompareRequest {
  /** Correlation ids. */
  readonly a: string;
  readonly b: string;
  /** Compare values as they are. */
  readonly exact: boolean;
}

export type ComparisonReport = ReturnType<typeof comparisonReport>;
export type ComparedDifference = ComparisonReport["differences"][number];

export type CompareMessage =
  | { readonly is: "progress"; readonly actions: number }
  | { readonly is: "done"; readonly report: ComparisonReport; readonly names: readonly [string, string] }
  | { readonly is: "failed"; readonly status: number; readonly message: string };
