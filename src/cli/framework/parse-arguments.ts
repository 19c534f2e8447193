import { parseArgs } from "node:util";
import type { Command, CommandInput } from "./command.js";
import { nearest } from "./nearest.js";
import type { OptionSpec, OptionTable, OptionValues } from "./option.js";
import { UsageError } from "./usage-error.js";

/** Options that every command has. */
export const COMMON_OPTIONS = {
  help: { type: "flag", short: "h", description: "Show this help." },
} as const satisfies OptionTable;

export type Parsed<Table extends OptionTable> =
  | { readonly outcome: "help" }
  | { readonly outcome: "input"; readonly input: CommandInput<Table> };

/** Understands the arguments of one command, or throws a {@link UsageError} that says what would be right. */
export function parseArguments<Table extends OptionTable>(
  command: Command<Table>,
  args: readonly string[],
): Parsed<Table> {
  const table: OptionTable = { ...command.options, ...COMMON_OPTIONS };
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(table).map(([name, spec]) => [name, asParseArgs(spec)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const end = tokens.find((token) => token.kind === "option-terminator");
  const before = end ? tokens.filter((token) => token.index < end.index) : tokens;

  const values: Record<string, boolean | number | string> = {};
  const positionals: string[] = [];
  for (const token of before) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const spec = table[token.name];
    if (!spec) throw unknownOption(command, token.rawName, Object.keys(table));
    values[token.name] = readValue(command, token.rawName, spec, token);
  }
  if (values.help === true) return { outcome: "help" };
  const rest = end ? args.slice(end.index + 1) : undefined;
  checkPositionals(command, positionals, rest);
  return { outcome: "input", input: { options: withDefaults(command.options, values), positionals, rest } };
}

function asParseArgs(spec: OptionSpec): { type: "boolean" | "string"; short?: string } {
  const type = spec.type === "flag" ? "boolean" : "string";
  return spec.short === undefined ? { type } : { type, short: spec.short };
}

interface ValueToken {
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function readValue(
  command: Command,
  name: string,
  spec: OptionSpec,
  { value, inlineValue }: ValueToken,
): boolean | number | string {
  const wrong = (what: string) => new UsageError(`${name} ${what}`, command.name);
  if (spec.type === "flag") {
    if (value !== undefined) throw wrong("takes no value.");
    return true;
  }
  if (value === undefined || value === "") throw wrong(`needs a value: ${name} ${valueName(spec)}`);
  // `--project --json` means a forgotten value far more often than a project called "--json".
  if (!inlineValue && value.length > 1 && value.startsWith("-") && !isInteger(spec, value)) {
    throw wrong(`needs a value. A value that begins with a dash is written ${name}=${value}`);
  }
  if (spec.type === "choice" && !spec.of.includes(value)) {
    const meant = nearest(value, spec.of);
    throw wrong(
      `has to be one of ${spec.of.join(", ")}, not "${value}".${meant ? ` Did you mean ${meant}?` : ""}`,
    );
  }
  if (spec.type !== "integer") return value;
  const { minimum, maximum = Number.MAX_SAFE_INTEGER } = spec;
  const number = Number(value);
  if (Number.isInteger(number) && number >= minimum && number <= maximum) return number;
  const range = spec.maximum === undefined ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  throw wrong(`has to be a whole number ${range}, not "${value}".`);
}

function isInteger(spec: OptionSpec, value: string): boolean {
  return spec.type === "integer" && Number.isInteger(Number(value));
}

/** How the help and the messages write the value of an option. */
export function valueName(spec: OptionSpec): string {
  if (spec.type === "flag") return "";
  return spec.type === "choice" ? spec.of.join("|") : spec.value;
}

function unknownOption(command: Command, rawName: string, names: readonly string[]): UsageError {
  const meant = nearest(rawName.replace(/^-+/, ""), names);
  const question = meant && rawName.startsWith("--") ? ` Did you mean --${meant}?` : "";
  return new UsageError(`Unknown option ${rawName}.${question}`, command.name);
}

function checkPositionals(
  command: Command,
  positionals: readonly string[],
  rest: readonly string[] | undefined,
): void {
  const taken = command.positional?.many ? positionals.length : command.positional ? 1 : 0;
  const [surplus] = positionals.slice(taken);
  if (surplus !== undefined) {
    const hint = command.takesProgram ? ` A program to run goes after "--": -- ${surplus} ...` : "";
    throw new UsageError(`Unexpected argument "${surplus}".${hint}`, command.name);
  }
  if (command.positional?.required && positionals.length === 0) {
    throw new UsageError(`${command.positional.name} is missing.`, command.name);
  }
  if (rest === undefined) return;
  if (!command.takesProgram) throw new UsageError(`"--" has no meaning here.`, command.name);
  if (rest.length === 0) throw new UsageError(`A program to run has to follow "--".`, command.name);
}

function withDefaults<Table extends OptionTable>(
  table: Table,
  given: Readonly<Record<string, boolean | number | string>>,
): OptionValues<Table> {
  const values = Object.fromEntries(
    Object.entries(table).map(([name, spec]) => [
      name,
      given[name] ?? (spec.type === "flag" ? false : spec.default),
    ]),
  );
  // The entries were made from the table itself: every name is there, with a value of its own type.
  return values as OptionValues<Table>;
}
