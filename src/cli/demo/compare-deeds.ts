import type { Deed } from "./agent/ledger.js";

export interface DeedComparison {
  /** Done by the agent, and not among the rows. */
  readonly missing: readonly Deed[];
  /** Among the rows, and not done by the agent, or more often than it was done. */
  readonly surplus: readonly Deed[];
}

/** Holds what the agent counted against what was stored, each deed as often as it happened. */
export function compareDeeds(done: readonly Deed[], stored: readonly Deed[]): DeedComparison {
  return { missing: without(done, stored), surplus: without(stored, done) };
}

function without(deeds: readonly Deed[], others: readonly Deed[]): Deed[] {
  const left = new Map<string, number>();
  for (const deed of others) left.set(keyOf(deed), (left.get(keyOf(deed)) ?? 0) + 1);
  return deeds.filter((deed) => {
    const count = left.get(keyOf(deed)) ?? 0;
    left.set(keyOf(deed), count - 1);
    return count <= 0;
  });
}

const keyOf = ({ kind, agent, type, name, failed }: Deed): string =>
  JSON.stringify([kind, agent, type, name, failed]);

/** A deed in words: `tool_call Read of folder-scout (failed)`. */
export function deedInWords({ kind, agent, type, name, failed }: Deed): string {
  return `${type ?? kind} ${name}${agent === null ? "" : ` of ${agent}`}${failed ? " (failed)" : ""}`;
}
