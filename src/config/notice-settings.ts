import type { EnvReader } from "./env-reader.js";
import { flag, integer, type SettingsOf, text } from "./option.js";
import { resolveOptions } from "./resolve-options.js";

/** Notices of loops and the like, found in the background. */
export interface NoticeOptions {
  /** Whether this process looks for them; of several, one at a time does. `AGENT_ACTIONS_NOTICES`. @default true */
  readonly enabled?: boolean | undefined;
  /** Pause between two looks at the change feed. `AGENT_ACTIONS_NOTICES_INTERVAL_MS`. @default 500 */
  readonly intervalMillis?: number | undefined;
  /** A file with figures of the rules, and where notices are sent to: `alerts.yaml`. `AGENT_ACTIONS_ALERTS_FILE`. @default none: the built-in figures */
  readonly alertsFile?: string | undefined;
  /** Memory for the last calls of all runs. `AGENT_ACTIONS_NOTICES_MAX_BYTES`. @default 67_108_864 */
  readonly maxBytes?: number | undefined;
}

export const NOTICE_OPTIONS = {
  enabled: flag({
    env: "AGENT_ACTIONS_NOTICES",
    default: true,
    description:
      "Whether this process looks for [loops and the like](notices.md). Of several processes, one at a time does.",
  }),
  intervalMillis: integer({
    env: "AGENT_ACTIONS_NOTICES_INTERVAL_MS",
    default: 500,
    unit: "milliseconds",
    minimum: 100,
    maximum: 3_600_000,
    description:
      "Pause between two looks at the change feed. It is longer after much work, so that writing keeps its share of Postgres.",
  }),
  alertsFile: text({
    env: "AGENT_ACTIONS_ALERTS_FILE",
    defaultText: "none: the built-in figures",
    placeholder: "FILE",
    description: "[Figures of the rules, and where notices are sent to](notices.md#alertsyaml), as YAML.",
  }),
  maxBytes: integer({
    env: "AGENT_ACTIONS_NOTICES_MAX_BYTES",
    default: 67_108_864,
    unit: "bytes",
    minimum: 1_048_576,
    maximum: 17_179_869_184,
    description:
      "Memory for the last calls of all runs, about 25 KB each at most. What does not fit is read from the rows again when it goes on.",
  }),
} as const;

export type NoticeSettings = SettingsOf<typeof NOTICE_OPTIONS>;

/** Options over environment over default. Never throws: see {@link resolveOptions}. */
export function resolveNoticeSettings(options: NoticeOptions, env: EnvReader): NoticeSettings {
  return Object.freeze(resolveOptions(NOTICE_OPTIONS, options, { env, prefix: "notices." }));
}
