import type { EnvReader } from "./env-reader.js";
import { type NumberTable, resolveNumbers } from "./number-settings.js";

export interface HttpOptions {
  /** 0 takes any free port. `HEALTH_CHECK_PORT`. @default 8_080 */
  readonly port?: number | undefined;
  /** Interface to listen on; `0.0.0.0` in a container. `AGENT_ACTIONS_HTTP_HOST`. @default "127.0.0.1" */
  readonly host?: string | undefined;
}

export interface HttpSettings {
  readonly port: number;
  readonly host: string;
}

export const HTTP_NUMBERS = {
  port: { env: "HEALTH_CHECK_PORT", fallback: 8_080, minimum: 0, maximum: 65_535, unit: "port" },
} as const satisfies NumberTable;

/** Health and metrics name topics and counts, so nobody but this machine may ask unless somebody says so. */
export const DEFAULT_HTTP_HOST = "127.0.0.1";

/** Options over environment over default. Never throws: see `resolveKafkaSettings`. */
export function resolveHttpSettings(
  options: HttpOptions,
  env: EnvReader,
  mistakes: string[] = env.problems,
): HttpSettings {
  return Object.freeze({
    ...resolveNumbers(HTTP_NUMBERS, options, env, mistakes),
    host: options.host ?? env.text("AGENT_ACTIONS_HTTP_HOST") ?? DEFAULT_HTTP_HOST,
  });
}
