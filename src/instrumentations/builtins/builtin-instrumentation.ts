import { syncBuiltinESMExports } from "node:module";
import { ActionInstrumentation } from "../base/action-instrumentation.js";

/**
 * An instrumentation of a module of Node. That module is there already, so it is patched in place when the instrumentation is
 * switched on: `import fs from`, `require`, and by Node's own synchronisation `import { readFile } from` see it, wherever they stand.
 * What was taken out of the module before (`const { readFile } = require("fs")`, `promisify(fs.readFile)`) is not seen.
 */
export abstract class BuiltinInstrumentation extends ActionInstrumentation {
  /** Called before any field of a subclass exists: it returns a constant. */
  protected abstract exported(): object;

  override enable(): void {
    if (this.isEnabled()) return;
    super.enable();
    for (const module of this.getModuleDefinitions()) module.patch?.(this.exported());
    syncBuiltinESMExports();
  }

  override disable(): void {
    super.disable();
    syncBuiltinESMExports();
  }
}
