import { EXIT_FAILURE } from "./framework/exit-codes.js";
import { PROGRAM } from "./framework/help.js";
import { catchInterrupts } from "./framework/interruption.js";
import { createOutput } from "./framework/output.js";
import { runCli } from "./run-cli.js";

/** Runs the command line of this process and returns its exit code. Never rejects. */
export async function commandLine(args: readonly string[]): Promise<number> {
  let isUnwritten = false;
  const out = createOutput(process, process.env, ({ message }) => {
    isUnwritten = true;
    // The last results may be refused when the command has ended.
    process.exitCode = EXIT_FAILURE;
    out.progress(`${out.progressStyle.bad(`${PROGRAM}:`)} the results cannot be written: ${message}`);
  });
  const exitCode = await runCli(args, { out, env: process.env, catchInterrupts });
  return isUnwritten ? EXIT_FAILURE : exitCode;
}
