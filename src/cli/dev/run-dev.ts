import type { DEV_OPTIONS } from "../commands/dev.js";
import { formatCount } from "../format/count.js";
import { formatDuration } from "../format/duration.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK } from "../framework/exit-codes.js";
import type { Interruption } from "../framework/interruption.js";
import { signalExitCode } from "../framework/signal-exit-code.js";
import { addressRecord, addressTable } from "./address-table.js";
import { caughtUp } from "./caught-up.js";
import { runLeashed } from "./run-leashed.js";
import { type RunningStack, startRunningStack } from "./running-stack.js";

type DevInput = CommandInput<typeof DEV_OPTIONS>;

/** How long the actions of the program may take to be stored once it has ended. */
const CATCH_UP_MILLIS = 15_000;

export async function runDev(input: DevInput, context: CliContext): Promise<number> {
  const { options, rest } = input;
  const { out, env } = context;
  const interruption = context.catchInterrupts();
  const began = performance.now();
  const stack = await untilInterrupted(
    interruption,
    startRunningStack({
      only: options.only,
      consumer: !options["no-consumer"],
      port: options.port,
      dataDir: options["keep-data"],
      env,
      onProgress: (text) => out.progress(out.progressStyle.dim(text)),
    }),
  );
  try {
    announce(stack, performance.now() - began, input, context);
    return rest === undefined
      ? await stayUp(stack, interruption, context)
      : await runProgram(stack, rest, interruption, context);
  } finally {
    await stack.stop();
    interruption.stopListening();
  }
}

/**
 * Before everything is up there is nothing to end in good order: the servers' guard ends what was begun as soon as
 * this process is gone.
 */
async function untilInterrupted<Value>(
  { signal, onSignal }: Interruption,
  work: Promise<Value>,
): Promise<Value> {
  let up = false;
  onSignal((name) => {
    if (!up) process.exit(signalExitCode(name));
  });
  const value = await work;
  up = true;
  signal.throwIfAborted();
  return value;
}

function announce(
  stack: RunningStack,
  millis: number,
  { options, rest }: DevInput,
  { out }: CliContext,
): void {
  if (options.json) {
    const line = JSON.stringify(addressRecord(stack));
    if (rest === undefined) out.result(line);
    else out.progress(line);
    return;
  }
  if (rest !== undefined) return;
  out.result(`\n${out.style.bold("agent-actions dev")}: ready in ${formatDuration(millis)}\n`);
  for (const line of addressTable(stack, out.style)) out.result(line);
  out.result(
    `\n${out.style.dim(`Ctrl-C ends everything${options["keep-data"] ? "" : " and removes the data"}.`)}`,
  );
}

async function stayUp(stack: RunningStack, interruption: Interruption, { out }: CliContext): Promise<number> {
  const crash = await Promise.race([stack.crashed, aborted(interruption.signal)]);
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

async function runProgram(
  stack: RunningStack,
  [command = "", ...args]: readonly string[],
  interruption: Interruption,
  { out, env }: CliContext,
): Promise<number> {
  let crash: Error | undefined;
  void stack.crashed.then((error) => {
    crash = error;
    out.progress(out.progressStyle.bad(error.message));
  });
  const exitCode = await runLeashed({
    command,
    args,
    env: { ...env, ...stack.env },
    interruption,
    onFailure: (message) => out.progress(message),
  });
  if (crash) return exitCode === EXIT_OK ? EXIT_FAILURE : exitCode;
  await waitUntilStored(stack, interruption, out.progress);
  return exitCode;
}

/** The program's exit code stands whatever comes of this; what is not stored is said. */
async function waitUntilStored(
  { kafka, service, topics }: RunningStack,
  { signal }: Interruption,
  progress: (text: string) => void,
): Promise<void> {
  if (!kafka || !service || signal.aborted) return;
  const waiting = await caughtUp({
    kafka: kafka.settings,
    topics,
    groupId: service.groupId,
    deadlineMillis: CATCH_UP_MILLIS,
    signal,
  });
  if (waiting > 0) {
    progress(`${formatCount(waiting, "event")} were not stored within ${formatDuration(CATCH_UP_MILLIS)}.`);
  }
}
