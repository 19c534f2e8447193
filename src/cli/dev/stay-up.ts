import { EXIT_FAILURE, EXIT_OK } from "../framework/exit-codes.js";
import type { Interruption } from "../framework/interruption.js";
import type { Output } from "../framework/output.js";
import type { RunningStack } from "./running-stack.js";

/** Waits until a signal says that it is enough, or a part of the stack ends by itself. Answers the exit code. */
export async function stayUp(stack: RunningStack, { signal }: Interruption, out: Output): Promise<number> {
  const crash = await Promise.race([stack.crashed, aborted(signal)]);
  if (crash === undefined) return EXIT_OK;
  out.progress(out.progressStyle.bad(crash.message));
  return EXIT_FAILURE;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
