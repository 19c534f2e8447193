/** Many runs of one task: what most of them do, where they part, and how each way ends. */
import { alignSequences } from "./align/align-sequences.js";
import type { ComparableRun } from "./comparable-run.js";

/** A run among many, and whether it ended well; `undefined` where nobody says. */
export interface JudgedRun {
  readonly run: ComparableRun;
  readonly succeeded: boolean | undefined;
}

/** A step that most runs have in common. */
export interface ConsensusStep {
  /** Place in the representative run. */
  readonly place: number;
  /** How many runs have this call, at this place of the order. */
  readonly support: number;
}

/** What runs do next after steps that they have in common. */
export interface Parting {
  /** Place in the representative run of the last step in common; -1: they part at the beginning. */
  readonly after: number;
  readonly branches: readonly Branch[];
}

export interface Branch {
  /** First call of the branch: the run and its place there; `undefined` where the runs end. */
  readonly example: { readonly run: number; readonly place: number } | undefined;
  /** Indices of the runs that take it. */
  readonly runs: readonly number[];
  readonly succeeded: number;
  /** Of those, how many are judged at all. */
  readonly judged: number;
}

export interface Consensus {
  /** Index of the run that has most in common with the others. */
  readonly representative: number;
  readonly steps: readonly ConsensusStep[];
  /** The places where most runs part, first those with most runs in branches of their own. */
  readonly partings: readonly Parting[];
}

/** The representative is looked for among so many runs: each is aligned with each. */
const MAX_CANDIDATES = 24;
const MAX_PARTINGS = 10;

/** At least one run. */
export function consensusOf(runs: readonly JudgedRun[]): Consensus {
  const sequences = runs.map(({ run }) => sequenceOf(run));
  const representative = mostCentral(sequences);
  const centre = sequences[representative] as Int32Array;
  const matches = sequences.map((sequence) => alignSequences(centre, sequence).matches);
  const support = Int32Array.from(centre, (_, at) => matches.filter((match) => match[at] !== -1).length);
  const steps = [...support].flatMap((count, place) =>
    count * 2 > runs.length ? [{ place, support: count }] : [],
  );
  return { representative, steps, partings: partingsOf(runs, sequences, matches, steps) };
}

/** The calls of a run in the order of its tree. */
const sequenceOf = (run: ComparableRun): Int32Array => run.calls;

/** Of which the longest parts are those of others. */
function mostCentral(sequences: readonly Int32Array[]): number {
  const step = Math.max(sequences.length / MAX_CANDIDATES, 1);
  const candidates: number[] = [];
  for (let at = 0; at < sequences.length; at += step) candidates.push(Math.floor(at));
  let best = 0;
  let most = -1;
  for (const one of candidates) {
    const common = candidates.reduce((sum, other) => {
      const [a, b] = [sequences[one] as Int32Array, sequences[other] as Int32Array];
      const { matches } = alignSequences(a, b);
      return sum + (2 * matches.filter((place) => place !== -1).length) / Math.max(a.length + b.length, 1);
    }, 0);
    if (common > most) [most, best] = [common, one];
  }
  return best;
}

/** Of each consensus step: what those runs that have it do next. */
function partingsOf(
  runs: readonly JudgedRun[],
  sequences: readonly Int32Array[],
  matches: readonly Int32Array[],
  steps: readonly ConsensusStep[],
): Parting[] {
  const partings: Parting[] = [];
  for (const after of [-1, ...steps.map(({ place }) => place)]) {
    const branches = new Map<number, number[]>();
    runs.forEach((_, index) => {
      const at = after === -1 ? -1 : (matches[index]?.[after] as number);
      if (after !== -1 && at === -1) return;
      const next = sequences[index]?.[at + 1] ?? END;
      const others = branches.get(next);
      if (others === undefined) branches.set(next, [index]);
      else others.push(index);
    });
    if (branches.size > 1) {
      const found = [...branches.values()].map((taken): Branch => {
        const [first] = taken as [number];
        const place = after === -1 ? 0 : (matches[first]?.[after] as number) + 1;
        const judged = taken.filter((index) => runs[index]?.succeeded !== undefined);
        return {
          example: place < (sequences[first] as Int32Array).length ? { run: first, place } : undefined,
          runs: taken,
          succeeded: judged.filter((index) => runs[index]?.succeeded === true).length,
          judged: judged.length,
        };
      });
      partings.push({ after, branches: found.sort((one, other) => other.runs.length - one.runs.length) });
    }
  }
  // A parting says most where most runs do not take the largest branch.
  const parted = ({ branches }: Parting) =>
    branches.slice(1).reduce((sum, { runs: taken }) => sum + taken.length, 0);
  return partings
    .sort((one, other) => parted(other) - parted(one) || one.after - other.after)
    .slice(0, MAX_PARTINGS);
}

/** Stands for the end of a run: no call has this number. */
const END = -1;
