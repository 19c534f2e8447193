import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { MakeProcessing } from "./threaded-processing.js";

/**
 * Processes spans in the thread that calls it, by the code of the file of the thread, which is loaded then: half a megabyte that a program
 * does without as long as a thread does the work. In the same turn, because that may be the last one of the process.
 */
export const processingOfThread: MakeProcessing = (options, resolved) => {
  const file = fileURLToPath(new URL("./span-thread.cjs", import.meta.url));
  const { SpanProcessing } = createRequire(import.meta.url)(file) as typeof import("./span-thread.js");
  return new SpanProcessing(options, resolved);
};
