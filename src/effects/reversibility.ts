/**
 * Whether what was done can be undone, as far as it is recorded:
 *
 * - `reads`: it changed nothing
 * - `yes`: what is recorded says how
 * - `no`: what was there before is not recorded, or it has left the machine
 * - `not_said`: nobody said
 */
export type Reversibility = "reads" | "yes" | "not_said" | "no";

export interface Judgement {
  readonly reversible: Reversibility;
  /** For people. */
  readonly why: string;
}

const ORDER: readonly Reversibility[] = ["reads", "yes", "not_said", "no"];

/** The one that can be undone least. The first of equal ones. */
export const leastReversible = (judgements: readonly Judgement[]): Judgement | undefined =>
  judgements.reduce<Judgement | undefined>(
    (worst, judgement) =>
      worst === undefined || ORDER.indexOf(judgement.reversible) > ORDER.indexOf(worst.reversible)
        ? judgement
        : worst,
    undefined,
  );
