import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { Patches } from "./patches.js";

/** A package whose modules are patched when they are loaded. */
export interface Target {
  /** As it is installed: `@langchain/core`. A module of Node: `fs`. */
  readonly package: string;
  /** Absent for a module of Node. */
  readonly tested?: TestedVersions;
  /**
   * Files inside the package, by their paths from its folder: `dist/tools/index.js`, `dist/tools/index.cjs`. Default: what the bare name
   * of the package leads to, for `import` and for `require`.
   */
  readonly files?: readonly string[];
  /**
   * What a program writes in `require()` for files of a package whose bare name leads nowhere. `require-in-the-middle` does
   * not see these by themselves: they are looked up from the program's folder.
   */
  readonly requiredAs?: readonly string[];
  /**
   * Changes what the module exports, or what hangs on it, only through `patches`. The same module may come by again.
   *
   * @returns what stands in for the exports, where {@link Patches.exported} made such
   */
  patch(exports: Readonly<Record<string, unknown>>, patches: Patches, recorder: SpanRecorder): unknown;
}

/** The versions of a package for which an instrumentation is tested: `from` belongs to them, `below` does not. */
export interface TestedVersions {
  readonly from: string;
  readonly below: string;
}

/**
 * Whether a version lies in the range. A pre-release lies where its release would: whoever tries the next version early gets
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
