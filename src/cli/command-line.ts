import { catchInterrupts } from "./framework/interruption.js";
import { createOutput } from "./framework/output.js";
import { runCli } from "./run-cli.js";

/** Runs the command line of this process and returns its exit code. Never rejects. */
export const commandLine = (args: readonly string[]): Promise<number> =>
  runCli(args, { out: createOutput(process, process.env), env: process.env, catchInterrupts });
