import { describeError } from "../../internal/describe-error.js";
import { formatCount } from "../format/count.js";
import { formatDuration } from "../format/duration.js";
import type { CliContext } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK } from "../framework/exit-codes.js";
import type { Interruption } from "../framework/interruption.js";
import { caughtUp } from "./caught-up.js";
import { runLeashed } from "./run-leashed.js";
import type { RunningStack } from "./running-stack.js";
import { showRecorded } from "./show-recorded.js";

/** How long the actions of the program may take to be stored once it has ended. */
const CATCH_UP_MILLIS = 15_000;

/**
 * Runs a program against the stack and answers its exit code. When a part of the stack ended meanwhile, that is a failure
 * even of a program that saw nothing of it.
 */
export async function runProgram(
  stack: RunningStack,
  [command = "", ...args]: readonly string[],
  interruption: Interruption,
  { out, env }: CliContext,
): Promise<number> {
  const began = new Date();
  let crashed = false;
  void stack.crashed.then((error) => {
    crashed = true;
    out.progress(out.progressStyle.bad(error.message));
  });
  const exitCode = await runLeashed({
    command,
    args,
    env: { ...env, ...stack.env },
    interruption,
    onFailure: (message) => out.progress(out.progressStyle.bad(message)),
  });
  if (crashed) return exitCode === EXIT_OK ? EXIT_FAILURE : exitCode;
  await waitUntilStored(stack, interruption.signal, out.progress);
  if (!interruption.signal.aborted) await showRecorded(stack, began, out);
  return exitCode;
}

/** The program's exit code stands whatever comes of this; what is not stored is said. */
async function waitUntilStored(
  { kafka, service, topics, groupId }: RunningStack,
  signal: AbortSignal,
  progress: (text: string) => void,
): Promise<void> {
  if (!kafka || !service || signal.aborted) return;
  const deadlineMillis = CATCH_UP_MILLIS;
  try {
    const waiting = await caughtUp({ kafka: kafka.settings, topics, groupId, deadlineMillis, signal });
    if (waiting > 0)
      progress(`Not stored within ${formatDuration(deadlineMillis)}: ${formatCount(waiting, "event")}.`);
  } catch (error) {
    progress(`Whether everything is stored cannot be told: ${describeError(error).message}`);
  }
}
