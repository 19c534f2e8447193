import type { EnvReader } from "./env-reader.js";
import { flag, integer, type SettingsOf } from "./option.js";
import { resolveOptions } from "./resolve-options.js";

/** Statistics and summaries of runs, kept in the background. */
export interface StatisticsOptions {
  /** Whether this process keeps them; of several, one at a time does. `AGENT_ACTIONS_STATISTICS`. @default true */
  readonly enabled?: boolean | undefined;
  /** Pause between two looks at the change feed. `AGENT_ACTIONS_STATISTICS_INTERVAL_MS`. @default 5_000 */
  readonly intervalMillis?: number | undefined;
}

export const STATISTICS_OPTIONS = {
  enabled: flag({
    env: "AGENT_ACTIONS_STATISTICS",
    default: true,
    description:
      "Whether this process keeps statistics and summaries of runs. Of several processes, one at a time does.",
  }),
  intervalMillis: integer({
    env: "AGENT_ACTIONS_STATISTICS_INTERVAL_MS",
    default: 5_000,
    unit: "milliseconds",
    minimum: 100,
    maximum: 3_600_000,
    description:
      "Pause between two looks at the change feed. It is longer after much work, so that writing keeps its share of Postgres.",
  }),
} as const;

export type StatisticsSettings = SettingsOf<typeof STATISTICS_OPTIONS>;

/** Options over environment over default. Never throws: see {@link resolveOptions}. */
export function resolveStatisticsSettings(options: StatisticsOptions, env: EnvReader): StatisticsSettings {
  return Object.freeze(resolveOptions(STATISTICS_OPTIONS, options, { env, prefix: "statistics." }));
}
