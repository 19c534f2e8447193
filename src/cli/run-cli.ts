import { COMMANDS } from "./commands/index.js";
import type { CliContext } from "./framework/command.js";
import { commandFailure } from "./framework/exit-codes.js";
import { PROGRAM } from "./framework/help.js";
import { runCommandLine } from "./framework/program.js";

/** Runs one command line and returns its exit code. Never rejects. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  try {
    return await runCommandLine(COMMANDS, args, context);
  } catch (error) {
    const { exitCode, message } = commandFailure(error);
    context.out.progress(`${context.out.progressStyle.bad(`${PROGRAM}:`)} ${message}`);
    return exitCode;
  }
}
