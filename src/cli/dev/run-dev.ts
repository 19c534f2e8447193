import type { DEV_OPTIONS } from "../commands/dev.js";
import { formatDuration } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { UsageError } from "../framework/exit-codes.js";
import { untilInterrupted } from "../framework/interruption.js";
import { addressRecord, addressTable, exportLines } from "./address-table.js";
import { runProgram } from "./run-program.js";
import { type RunningStack, startRunningStack, stayUp } from "./running-stack.js";
import { createServiceLog } from "./service-log.js";
import { whyNotRunnable } from "./supervised-program.js";

type DevInput = CommandInput<typeof DEV_OPTIONS>;

export async function runDev(input: DevInput, context: CliContext): Promise<number> {
  const { options, rest } = input;
  const { out, env } = context;
  if (options["no-kafka"] && (options.only !== undefined || options["no-consumer"]))
    throw new UsageError("--no-kafka needs Postgres and the consumer: leave out --only and --no-consumer.");
  if (options.stay && (rest === undefined || options.only !== undefined || options["no-consumer"]))
    throw new UsageError(
      "--stay needs a program and the consumer: dev --stay -- PROGRAM. Without a program dev stays by itself.",
      "dev",
    );
  // Said before anything is started, which takes a while.
  const hindrance = rest?.[0] === undefined ? undefined : await whyNotRunnable(rest[0], env);
  if (hindrance !== undefined) {
    out.progress(out.progressStyle.bad(hindrance.message));
    return hindrance.exitCode;
  }
  const interruption = context.catchInterrupts();
  const began = performance.now();
  const stack = await untilInterrupted(
    interruption,
    startRunningStack({
      only: options.only,
      noKafka: options["no-kafka"],
      consumer: !options["no-consumer"],
      port: options.port,
      dataDir: options["keep-data"],
      env,
      onProgress: (text) => out.progress(out.progressStyle.dim(text)),
      logger: createServiceLog(out),
    }),
  );
  try {
    announce(stack, performance.now() - began, input, context);
    return rest === undefined
      ? await stayUp(stack, interruption, out)
      : await runProgram(stack, rest, interruption, context, options.stay);
  } finally {
    await stack.stop();
    interruption.stopListening();
  }
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
  if (rest !== undefined) {
    if (stack.service) out.progress(out.progressStyle.dim(`Watch it: ${stack.service.url}/live`));
    return;
  }
  const { bold, dim } = out.style;
  const keeps = options["keep-data"] === undefined ? " and removes the data" : "";
  out.result(`\n${bold("agent-actions dev")} is ready after ${formatDuration(millis)}.\n`);
  for (const line of addressTable(stack, out.style)) out.result(`  ${line}`);
  out.result(`\n${bold("In another terminal")}\n`);
  for (const line of exportLines(stack)) out.result(`  ${line}`);
  out.result(`\n${dim(`Ctrl-C ends everything${keeps}.`)}`);
}
