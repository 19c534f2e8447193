import type { Option, OptionTable } from "../../config/option.js";
import type { Interruption } from "./interruption.js";
import type { Output } from "./output.js";

export interface Example {
  readonly command: string;
  readonly does: string;
}

/**
 * What the command line said, typed after the table: flags are booleans, other options may be absent. Defaults and environment
 * are not looked at here: both are of the place where the setting is resolved.
 */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends { readonly placeholder: undefined }
    ? boolean
    : Table[Name] extends Option<infer Value>
      ? Value | undefined
      : never;
};

/** An option that may be given several times. Its value is the list of all that were given. */
export interface RepeatableOption<Value = unknown> extends Option<readonly Value[]> {
  readonly repeatable: true;
}

/** The same option, which may be given several times. */
export function repeatable<Value>(option: Option<Value>): RepeatableOption<Value> {
  const fromText = (text: string) => {
    const value = option.fromText(text);
    return value === undefined ? undefined : [value];
  };
  return { ...option, repeatable: true, default: undefined, fromText, fromCode: () => undefined };
}

/** What a command is given: its side of the command line, understood. */
export interface CommandInput<Table extends OptionTable> {
  readonly options: OptionValues<Table>;
  readonly positionals: readonly string[];
  /** What stood after `--`; `undefined` when there was no `--`. */
  readonly rest: readonly string[] | undefined;
}

/** The world as a command sees it. */
export interface CliContext {
  readonly out: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Starts to listen for SIGINT, SIGTERM and SIGHUP; until then they end the process as usual. */
  catchInterrupts(): Interruption;
}

/**
 * One command. The table of options is the only place that says which there are: the parser, the help and docs/cli.md
 * are made from it. `run` loads what it needs when it is called, so that `--help` loads nothing.
 */
export interface Command<Table extends OptionTable = OptionTable> {
  readonly name: string;
  /** One line: what it does. */
  readonly summary: string;
  readonly usage: readonly string[];
  /** Paragraphs below the usage. */
  readonly details?: readonly string[];
  readonly options: Table;
  readonly examples: readonly Example[];
  /** Its positional argument: `FILE`, `FILE...` where there may be several, `[FILE]` where it may be left out. @default none */
  readonly positional?: string;
  /** Takes a program to run after `--`. */
  readonly takesProgram?: boolean;
  /** Resolves to the exit code. What it throws is shown and turned into one. */
  run(input: CommandInput<Table>, context: CliContext): Promise<number>;
}

/** Gives `run` the types of its own table of options. */
export function defineCommand<const Table extends OptionTable>(command: Command<Table>): Command<Table> {
  return command;
}
