/** The versions of a package for which an instrumentation is tested: `from` belongs to them, `below` does not. */
export interface TestedVersions {
  readonly from: string;
  readonly below: string;
}

/**
 * Whether a version lies in the range. A pre-release lies where its release would: whoever tries the next version early is told
 * the same as with its release. A version that cannot be read lies in none.
 */
export function isTested(version: string | undefined, { from, below }: TestedVersions): boolean {
  const found = numbersOf(version);
  return found !== undefined && compare(found, numbersOf(from)) >= 0 && compare(found, numbersOf(below)) < 0;
}

/** `>=1.10.0 <2.0.0`, as package.json would say it. */
export const rangeText = ({ from, below }: TestedVersions): string => `>=${from} <${below}`;

const VERSION = /^v?(\d+)\.(\d+)\.(\d+)/;

function numbersOf(version: string | undefined): readonly number[] | undefined {
  return VERSION.exec(version ?? "")
    ?.slice(1)
    .map(Number);
}

function compare(one: readonly number[], other: readonly number[] = []): number {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
