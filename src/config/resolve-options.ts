import type { EnvReader } from "./env-reader.js";
import type { Option, OptionTable, SettingsOf } from "./option.js";

export interface Resolution {
  readonly env: EnvReader;
  /** Where problems of values in code go. @default those of the environment */
  readonly mistakes?: string[];
  /** What stands before names in code, in problems: `postgres.`. */
  readonly prefix?: string;
}

/**
 * Option in code over environment over default, for every option of a table. Never throws: what cannot be used is named in
 * `env.problems` (environment) and in `mistakes` (code), and what comes next stands in its place. Values never appear in a
 * problem: they may be secrets.
 */
export function resolveOptions<Table extends OptionTable>(
  table: Table,
  given: { readonly [Name in keyof Table]?: unknown },
  resolution: Resolution,
): SettingsOf<Table> {
  const entries = Object.entries(table).map(([name, option]) => [
    name,
    resolveOption(name, option, given[name], resolution),
  ]);
  // Every name of the table is there, with a value of its own option.
  return Object.fromEntries(entries) as SettingsOf<Table>;
}

/** The same for one option. */
export function resolveOption<Value, Default extends Value | undefined>(
  name: string,
  option: Option<Value, Default>,
  given: unknown,
  { env, mistakes = env.problems, prefix = "" }: Resolution,
): Value | Default {
  if (given !== undefined) {
    const value = option.fromCode(given);
    if (value !== undefined) return value;
    mistakes.push(`${prefix}${name} has to be ${option.expected}`);
  }
  for (const variable of option.env) {
    const value = env.value(variable, option);
    if (value !== undefined) return value;
  }
  return option.default;
}
