import type { BenchRow } from "./agent/write-json.js";
import type { BenchRun, PartRun } from "./bench-run.js";
import { type Bound, TARGETS, type Target } from "./summary-targets.js";

/**
 * - `met`, `missed`: the figure is there, and on that side of its target.
 * - `met at less`: it was measured at a smaller size than the target speaks of, and holds there.
 * - `not measured`: its part did not run.
 * - `failed`: its part did not end well, or without that figure: a peer did not start, for one.
 * - `no target`: the figure is there, beside its peer's.
 */
export type Verdict = "met" | "missed" | "met at less" | "not measured" | "failed" | "no target";

/** A line of the summary. */
export interface Line {
  readonly target: Target;
  readonly verdict: Verdict;
  readonly ours?: BenchRow;
  readonly peer?: BenchRow;
  /** How much the peer lost, when it did. */
  readonly peerLost?: BenchRow;
  /** How many rows it was measured on, where the target speaks of that. */
  readonly size?: number;
  /** What is held against the target: ours, ours by the peer's, or ours less the peer's. */
  readonly judged?: number;
}

/** Each target beside what was measured. @param parts only lines of these; default all */
export function summarize(run: BenchRun, parts?: ReadonlySet<string>): readonly Line[] {
  return TARGETS.filter(({ part }) => parts?.has(part) ?? true).map((target) => lineOf(run, target));
}

function lineOf(run: BenchRun, target: Target): Line {
  const part = run.parts.find(({ name }) => name === target.part);
  if (part?.failure !== undefined) return { target, verdict: "failed" };
  const ours = worst(rowsOf(part, target.row), target.bound);
  const peer = rowsOf(part, target.peer?.row)[0];
  const judged = judgedOf(ours, peer, target);
  const size = ours?.size ?? sizeOf(part);
  const peerLost = rowsOf(part, target.peer?.lost).find(({ value }) => value > 0);
  const found = {
    target,
    ...(ours && { ours }),
    ...(peer && { peer }),
    ...(peerLost && { peerLost }),
    ...(target.size !== undefined && size !== undefined && { size }),
  };
  if (judged === undefined || !Number.isFinite(judged))
    return { ...found, verdict: part === undefined ? "not measured" : "failed" };
  if (target.bound === undefined) return { ...found, judged, verdict: "no target" };
  if (!isWithin(judged, target.bound)) return { ...found, judged, verdict: "missed" };
  const isLess = target.size !== undefined && size !== undefined && size < target.size;
  return { ...found, judged, verdict: isLess ? "met at less" : "met" };
}

function judgedOf(
  ours: BenchRow | undefined,
  peer: BenchRow | undefined,
  target: Target,
): number | undefined {
  if (ours === undefined || target.peer === undefined) return ours?.value;
  if (peer === undefined) return undefined;
  return target.peer.by === "ratio" ? ours.value / peer.value : ours.value - peer.value;
}

function sizeOf(part: PartRun | undefined): number | undefined {
  const rows = part?.result?.conditions.rows;
  return rows === undefined ? undefined : Number(rows);
}

function rowsOf(part: PartRun | undefined, row: string | RegExp | undefined): readonly BenchRow[] {
  if (row === undefined) return [];
  return (part?.result?.rows ?? []).filter(({ name }) =>
    typeof row === "string" ? name === row : row.test(name),
  );
}

function worst(rows: readonly BenchRow[], bound: Bound | undefined): BenchRow | undefined {
  const sorted = rows.toSorted((one, other) => other.value - one.value);
  return bound !== undefined && "atLeast" in bound ? sorted.at(-1) : sorted[0];
}

export function isWithin(value: number, bound: Bound): boolean {
  if ("atLeast" in bound) return value >= bound.atLeast;
  return "below" in bound ? value < bound.below : value <= bound.atMost;
}

/** Why the run as a whole failed: a target that is missed is a finding, a part or a peer that broke is not one. */
export const failuresOf = (run: BenchRun): readonly string[] =>
  run.parts.flatMap(({ name, failure, result }) =>
    [...(failure === undefined ? [] : [failure]), ...(result?.failures ?? [])].map(
      (why) => `${name}: ${why}`,
    ),
  );
