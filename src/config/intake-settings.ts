import type { EnvReader } from "./env-reader.js";
import { flag, integer, type SettingsOf } from "./option.js";
import { resolveOptions } from "./resolve-options.js";

/** Events as JSON over HTTP, and what holds for every way in by HTTP. */
export interface IntakeOptions {
  /** `POST /v1/actions` on the HTTP server. `AGENT_ACTIONS_INTAKE_ENABLED`. @default false */
  readonly enabled?: boolean | undefined;
  /**
   * Events and spans that each token may send a minute to this instance, where it has no number of its own; more are 429.
   * `AGENT_ACTIONS_INTAKE_EVENTS_PER_MINUTE`. @default no limit
   */
  readonly eventsPerMinute?: number | undefined;
}

export const INTAKE_OPTIONS = {
  enabled: flag({
    env: "AGENT_ACTIONS_INTAKE_ENABLED",
    default: false,
    description: "`POST /v1/actions` on the HTTP server. `agent-actions dev` switches it on.",
  }),
  eventsPerMinute: integer({
    env: "AGENT_ACTIONS_INTAKE_EVENTS_PER_MINUTE",
    defaultText: "no limit",
    unit: "events",
    minimum: 1,
    maximum: 1_000_000_000,
    description:
      "Events and spans that each token may send a minute to this instance, where it has no number of its own; more are 429.",
  }),
} as const;

export type IntakeSettings = SettingsOf<typeof INTAKE_OPTIONS>;

/** Options over environment over default. Never throws: see {@link resolveOptions}. */
export function resolveIntakeSettings(options: IntakeOptions, env: EnvReader): IntakeSettings {
  return Object.freeze(resolveOptions(INTAKE_OPTIONS, options, { env, prefix: "intake." }));
}
