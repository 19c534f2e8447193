import { PACKAGE_VERSION } from "../internal/package-version.js";
import { COMMANDS } from "./commands/index.js";
import type { CliContext, Command } from "./framework/command.js";
import { describeFailure } from "./framework/describe-failure.js";
import { EXIT_OK, EXIT_USAGE } from "./framework/exit-codes.js";
import { commandHelp, PROGRAM, programHelp } from "./framework/help.js";
import { nearest } from "./framework/nearest.js";
import { parseArguments } from "./framework/parse-arguments.js";
import { UsageError } from "./framework/usage-error.js";

export const PROGRAM_SUMMARY = "every action an agent takes, as one row in your own Postgres";

/** Runs one command line and answers its exit code. Never rejects. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  try {
    return await dispatch(args, context);
  } catch (error) {
    const { exitCode, message } = describeFailure(error);
    context.out.progress(`${context.out.progressStyle.bad(`${PROGRAM}:`)} ${message}`);
    return exitCode;
  }
}

async function dispatch(args: readonly string[], context: CliContext): Promise<number> {
  const [first, ...others] = args;
  const { out } = context;
  if (first === undefined) {
    out.progress(programHelp(COMMANDS, PROGRAM_SUMMARY, { ...out, style: out.progressStyle }));
    return EXIT_USAGE;
  }
  if (first === "--help" || first === "-h") return showHelp([], context);
  if (first === "help") return showHelp(others, context);
  if (first === "--version" || first === "-V") {
    out.result(PACKAGE_VERSION);
    return EXIT_OK;
  }
  if (first.startsWith("-")) throw unknownOption(first);
  const command = findCommand(first);
  const parsed = parseArguments(command, others);
  return parsed.outcome === "help" ? showHelp([first], context) : command.run(parsed.input, context);
}

function showHelp([name]: readonly string[], { out }: CliContext): number {
  out.result(
    name === undefined ? programHelp(COMMANDS, PROGRAM_SUMMARY, out) : commandHelp(findCommand(name), out),
  );
  return EXIT_OK;
}

function findCommand(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command) return command;
  const names = COMMANDS.map((candidate) => candidate.name);
  const meant = nearest(name, names);
  throw new UsageError(
    meant
      ? `Unknown command "${name}". Did you mean ${meant}?`
      : `Unknown command "${name}". There are: ${names.join(", ")}.`,
  );
}

function unknownOption(option: string): UsageError {
  const meant = nearest(option.replace(/^-+/, ""), ["help", "version"]);
  const question = meant ? ` Did you mean --${meant}?` : " An option comes after its command.";
  return new UsageError(`Unknown option ${option}.${question}`);
}
