import childProcess from "node:child_process";
import type { ActionInstrumentationConfig } from "./base/action-instrumentation.js";
import type { Target } from "./base/target.js";
import { BuiltinInstrumentation } from "./builtins/builtin-instrumentation.js";
import { patchChildProcess } from "./child-process/patch-child-process.js";

/**
 * The commands that an agent runs by `node:child_process`: tool calls named after the function, `exec` or `spawn` for one, with command,
 * arguments and working directory, exit code and signal. Neither environment nor output. Only inside an agent's span.
 */
export class ChildProcessInstrumentation extends BuiltinInstrumentation {
  constructor(config?: ActionInstrumentationConfig) {
    super("child-process", config);
  }

  protected override targets(): readonly Target[] {
    return [{ package: "child_process", patch: patchChildProcess }];
  }

  protected override exported(): object {
    return childProcess;
  }
}
