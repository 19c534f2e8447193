import fs from "node:fs";
import type { ActionInstrumentationConfig } from "./base/action-instrumentation.js";
import type { Target } from "./base/target.js";
import { BuiltinInstrumentation } from "./builtins/builtin-instrumentation.js";
import { patchFs } from "./fs/patch-fs.js";

/**
 * What an agent does to files by `node:fs` and `node:fs/promises`: tool calls named Read, Write, Edit, Delete and Glob, which also give
 * rows of `agent_file_operations`. Paths and sizes, never contents. Only inside an agent's span, and not inside a tool that is itself
 * called by one of these names.
 */
export class FsInstrumentation extends BuiltinInstrumentation {
  constructor(config?: ActionInstrumentationConfig) {
    super("fs", config);
  }

  protected override targets(): readonly Target[] {
    return [{ package: "fs", patch: patchFs }];
  }

  protected override exported(): object {
    return fs;
  }
}
