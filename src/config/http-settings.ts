import type { EnvReader } from "./env-reader.js";
import { integer, type SettingsOf, text } from "./option.js";
import { resolveOptions } from "./resolve-options.js";

export interface HttpOptions {
  /** 0 takes any free port. `HEALTH_CHECK_PORT`. @default 8_080 */
  readonly port?: number | undefined;
  /** Interface to listen on; `0.0.0.0` in a container. `AGENT_ACTIONS_HTTP_HOST`. @default "127.0.0.1" */
  readonly host?: string | undefined;
  /** Connections at the same time; one more is closed. `AGENT_ACTIONS_HTTP_MAX_CONNECTIONS`. @default 1_000 */
  readonly maxConnections?: number | undefined;
}

export const HTTP_OPTIONS = {
  port: integer({
    env: "HEALTH_CHECK_PORT",
    default: 8_080,
    minimum: 0,
    maximum: 65_535,
    unit: "port",
    description: "Port of the HTTP server; 0 takes any free one, and the log says which.",
  }),
  // Health and metrics name topics and counts, so nobody but this machine may ask unless somebody says so.
  host: text({
    env: "AGENT_ACTIONS_HTTP_HOST",
    default: "127.0.0.1",
    unit: "address",
    description: "Interface to listen on; `0.0.0.0` in a container.",
  }),
  maxConnections: integer({
    env: "AGENT_ACTIONS_HTTP_MAX_CONNECTIONS",
    default: 1_000,
    minimum: 1,
    maximum: 1_000_000,
    unit: "connections",
    description: "Connections at the same time; one more is closed.",
  }),
} as const;

export type HttpSettings = SettingsOf<typeof HTTP_OPTIONS>;

/** Options over environment over default. Never throws: see {@link resolveOptions}. */
export function resolveHttpSettings(options: HttpOptions, env: EnvReader): HttpSettings {
  return Object.freeze(resolveOptions(HTTP_OPTIONS, options, { env, prefix: "http." }));
}

/** Whether only programs of this machine reach what listens there. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:127(?:\.\d{1,3}){3}\]?)$/i.test(host);
}
