import { CommanderError, Command as Parser, Option as ParserOption } from "commander";
import type { Option } from "../../config/option.js";
import { PACKAGE_VERSION } from "../../internal/package-version.js";
import type { CliContext, Command, OptionValues } from "./command.js";
import { EXIT_OK, EXIT_USAGE, UsageError } from "./exit-codes.js";
import { commandHelp, PROGRAM, programHelp } from "./help.js";

/**
 * Understands one command line and runs its command. Returns the exit code.
 *
 * @throws UsageError that says what would be right
 */
export async function runCommandLine(
  commands: readonly Command[],
  args: readonly string[],
  context: CliContext,
): Promise<number> {
  // What stands behind `--` is a program of the user's, whatever it looks like.
  const end = args.indexOf("--");
  const line: CommandLine = {
    own: end === -1 ? args : args.slice(0, end),
    rest: end === -1 ? undefined : args.slice(end + 1),
    context,
    exitCode: EXIT_OK,
  };
  const { out } = context;
  const program = prepared(new Parser(PROGRAM), line)
    .version(PACKAGE_VERSION, "-V, --version")
    .configureHelp({ formatHelp: () => programHelp(commands, out) })
    .enablePositionalOptions();
  for (const command of commands) program.addCommand(commandParser(command, line));
  try {
    await program.parseAsync(line.own, { from: "user" });
    return line.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT_OK;
    if (error.code === "commander.help") return EXIT_USAGE;
    const command = commands.find(({ name }) => name === line.own[0]);
    throw new UsageError(inOurWords(error, command, commands), command?.name);
  }
}

interface CommandLine {
  readonly own: readonly string[];
  readonly rest: readonly string[] | undefined;
  readonly context: CliContext;
  exitCode: number;
}

/** Nothing is written and nothing ends the process behind our back. */
function prepared(parser: Parser, { context: { out } }: CommandLine): Parser {
  return parser
    .exitOverride()
    .helpOption("-h, --help")
    .configureOutput({
      writeOut: (text) => out.result(text.trimEnd()),
      writeErr: (text) => out.progress(text.trimEnd()),
      outputError: () => undefined,
    });
}

function commandParser(command: Command, line: CommandLine): Parser {
  const parser = prepared(new Parser(command.name), line)
    .configureHelp({ formatHelp: () => commandHelp(command, line.context.out) })
    .allowExcessArguments(false);
  if (command.positional !== undefined)
    parser.argument(/^\[/.test(command.positional) ? command.positional : `<${command.positional}>`);
  for (const [name, option] of Object.entries(command.options))
    parser.addOption(parserOption(name, option, command.name, line.own));
  return parser.action(async () => {
    const { rest, context } = line;
    if (rest !== undefined && !command.takesProgram)
      throw new UsageError(`"--" has no meaning here.`, command.name);
    if (rest?.length === 0) throw new UsageError(`A program to run has to follow "--".`, command.name);
    const options = optionValues(command, parser);
    line.exitCode = await command.run({ options, positionals: parser.args, rest }, context);
  });
}

function parserOption(name: string, option: Option, command: string, args: readonly string[]): ParserOption {
  if (option.placeholder === undefined) return new ParserOption(`--${name}`);
  return new ParserOption(`--${name} <value>`).argParser((text: string, before: unknown) => {
    const wrong = (what: string) => new UsageError(`--${name} ${what}`, command);
    // `--project --json` means a forgotten value far more often than a project called "--json".
    if (/^-./.test(text) && !Number.isFinite(Number(text)) && !args.includes(`--${name}=${text}`))
      throw wrong(`needs a value. A value that begins with a dash is written --${name}=${text}`);
    const value = option.fromText(text);
    if (value === undefined) throw wrong(`has to be ${option.expected}, not "${text}".`);
    return "repeatable" in option && Array.isArray(before) && Array.isArray(value)
      ? [...before, ...value]
      : value;
  });
}

function optionValues<Table extends Command["options"]>(
  command: Command<Table>,
  parser: Parser,
): OptionValues<Table> {
  const values = Object.entries(command.options).map(([name, option]) => {
    const parsed = parserOption(name, option, command.name, []);
    const value: unknown = parser.getOptionValue(parsed.attributeName());
    return [name, option.placeholder === undefined ? value === !parsed.negate : value];
  });
  // The entries were made from the table itself: every name is there, with a value of its own type.
  return Object.fromEntries(values) as OptionValues<Table>;
}

/** What commander says of an error, as a sentence with its suggestion behind it. */
function inOurWords(
  error: CommanderError,
  command: Command | undefined,
  commands: readonly Command[],
): string {
  const text = error.message.replace(/^error: /, "").replace(/\n\((Did you mean .*)\)$/, ". $1");
  const [first = "", ...others] = text;
  const sentence = `${first.toUpperCase()}${others.join("")}`.replace(/(?<![.?])$/, ".");
  switch (error.code) {
    case "commander.unknownCommand":
      return sentence.endsWith("?")
        ? sentence
        : `${sentence} There are: ${commands.map(({ name }) => name).join(", ")}.`;
    case "commander.optionMissingArgument": {
      const name = /--([\w-]+)/.exec(text)?.[1] ?? "";
      return `--${name} needs a value: --${name} ${command?.options[name]?.placeholder}`;
    }
    case "commander.excessArguments":
      return command?.takesProgram ? `${sentence} A program to run goes after "--".` : sentence;
    case "commander.missingArgument":
      return `${command?.positional?.replace("...", "")} is missing.`;
    case "commander.unknownOption": {
      const name = /--([\w-]+)=/.exec(text)?.[1];
      if (name !== undefined && command?.options[name] !== undefined) return `--${name} takes no value.`;
      return command === undefined && !sentence.endsWith("?")
        ? `${sentence} An option comes after its command.`
        : sentence;
    }
    default:
      return sentence;
  }
}
