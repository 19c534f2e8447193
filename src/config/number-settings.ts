import { checkNumber, type NumberRange } from "./check-number.js";
import type { EnvReader } from "./env-reader.js";

/** One numeric option: its variable, what stands when nobody says otherwise, and what is reasonable. */
export interface NumberSetting extends NumberRange {
  readonly env: string;
  readonly fallback: number;
  readonly unit: "milliseconds" | "bytes" | "rows" | "times" | "writes" | "port" | "spans" | "requests";
}

export type NumberTable = Readonly<Record<string, NumberSetting>>;
export type NumbersOf<Table extends NumberTable> = { readonly [Name in keyof Table]: number };

/** Options over environment over fallback, for every setting of a table. Never throws: see `resolveKafkaSettings`. */
export function resolveNumbers<Table extends NumberTable>(
  table: Table,
  options: { readonly [Name in keyof Table]?: number | undefined },
  env: EnvReader,
  mistakes: string[] = env.problems,
): NumbersOf<Table> {
  const resolved = Object.entries(table).map(([name, setting]) => {
    const given = checkNumber(name, options[name], setting, mistakes);
    return [name, given ?? env.integer(setting.env, setting) ?? setting.fallback];
  });
  return Object.fromEntries(resolved) as NumbersOf<Table>;
}
