import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { Patches } from "./patches.js";
import type { TestedVersions } from "./tested-versions.js";

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
