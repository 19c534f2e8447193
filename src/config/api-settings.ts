import type { EnvReader } from "./env-reader.js";
import { LARGE_RESULTS_FOLDER } from "./large-results-settings.js";
import { isNetwork } from "./network.js";
import { flag, integer, list, type SettingsOf, secret, text } from "./option.js";
import { resolveOptions } from "./resolve-options.js";

/** Reading what was recorded: `/api/v1` of the HTTP server. */
export interface ApiOptions {
  /** Whether there is an API at all. `AGENT_ACTIONS_API_ENABLED`. @default true */
  readonly enabled?: boolean | undefined;
  /** Whether the dashboard is served at `/`. It needs the API. `AGENT_ACTIONS_DASHBOARD_ENABLED`. @default true */
  readonly dashboard?: boolean | undefined;
  /** A token with every scope, beside those of `agent-actions token`. With it, reading on loopback needs a token too. `AGENT_ACTIONS_API_TOKEN`. @default none */
  readonly token?: string | undefined;
  /**
   * Names in the header `Host` by which the service may be called, beside those of loopback. Any, where it listens on other
   * interfaces and nothing is set. `AGENT_ACTIONS_API_ALLOWED_HOSTS`. @default those of loopback
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Header by which a proxy in front of the service names the user whom it has let in, such as `X-Forwarded-User`. It counts from
   * `proxyAddresses` only. `AGENT_ACTIONS_PROXY_USER_HEADER`. @default none
   */
  readonly proxyUserHeader?: string | undefined;
  /** Addresses of that proxy, or networks such as `10.0.0.0/8`. `AGENT_ACTIONS_PROXY_ADDRESSES`. @default none */
  readonly proxyAddresses?: readonly string[] | undefined;
  /** Users of that proxy who may write too, `*` for all. `AGENT_ACTIONS_PROXY_WRITERS`. @default nobody */
  readonly proxyWriters?: readonly string[] | undefined;
  /** Connections to Postgres, beside those of the consumer. `AGENT_ACTIONS_API_MAX_CONNECTIONS`. @default 2 */
  readonly maxConnections?: number | undefined;
  /** Requests that are worked on at the same time; one more is 503. `AGENT_ACTIONS_API_MAX_REQUESTS`. @default 32 */
  readonly maxRequests?: number | undefined;
  /** Whether requests with a token are written to the table agent_action_access_log. `AGENT_ACTIONS_API_ACCESS_LOG`. @default false */
  readonly accessLog?: boolean | undefined;
  /** Streams of changes that are open at the same time; one more is 503. `AGENT_ACTIONS_API_MAX_STREAMS`. @default 100 */
  readonly maxStreams?: number | undefined;
  /** How long one query may take. `AGENT_ACTIONS_API_STATEMENT_TIMEOUT_MS`. @default 10_000 */
  readonly statementTimeoutMillis?: number | undefined;
  /** Folder of contents that are too large for a record: an absolute path, or a `file:` URL. `AGENT_ACTIONS_LARGE_RESULTS`. @default none */
  readonly largeResults?: string | undefined;
  /** Largest page; what does not fit is on the next one. `AGENT_ACTIONS_API_MAX_RESPONSE_BYTES`. @default 4_194_304 */
  readonly maxResponseBytes?: number | undefined;
}

export const API_OPTIONS = {
  enabled: flag({
    env: "AGENT_ACTIONS_API_ENABLED",
    default: true,
    description: "[The API](http-api.md) at `/api/v1` of the HTTP server.",
  }),
  dashboard: flag({
    env: "AGENT_ACTIONS_DASHBOARD_ENABLED",
    default: true,
    description: "[The dashboard](dashboard.md) at `/`. It needs the API.",
  }),
  token: secret({
    env: "AGENT_ACTIONS_API_TOKEN",
    description:
      "A token with every scope, beside those of `agent-actions token`. With it, reading on loopback needs a token too.",
  }),
  allowedHosts: list({
    env: "AGENT_ACTIONS_API_ALLOWED_HOSTS",
    defaultText: "those of loopback",
    expected: "a list of host names without ports",
    accepts: (names) => names.every((name) => /^[\w.-]+$|^\[[\da-f:.]+\]$/i.test(name)),
    description:
      "Names in the header `Host` by which the service may be called, beside those of loopback. Any, where it listens on other interfaces and nothing is set.",
  }),
  proxyUserHeader: text({
    env: "AGENT_ACTIONS_PROXY_USER_HEADER",
    expected: "the name of a header",
    accepts: (name) => /^[\w-]+$/.test(name),
    description:
      "Header by which a proxy in front of the service names the user whom it has let in, such as `X-Forwarded-User`: [users of a proxy](http-api.md#users-of-a-proxy). It counts from `AGENT_ACTIONS_PROXY_ADDRESSES` only.",
  }),
  proxyAddresses: list({
    env: "AGENT_ACTIONS_PROXY_ADDRESSES",
    expected: "a list of IP addresses, or networks such as 10.0.0.0/8",
    accepts: (addresses) => addresses.every(isNetwork),
    description: "Addresses of that proxy, or networks such as `10.0.0.0/8`.",
  }),
  proxyWriters: list({
    env: "AGENT_ACTIONS_PROXY_WRITERS",
    defaultText: "nobody",
    expected: "a list of names of users",
    description: "Users of that proxy who may write too, `*` for all; everybody whom it names may read.",
  }),
  maxConnections: integer({
    env: "AGENT_ACTIONS_API_MAX_CONNECTIONS",
    default: 2,
    minimum: 1,
    maximum: 1_000,
    unit: "connections",
    description: "Connections to Postgres, beside those of the consumer.",
  }),
  maxRequests: integer({
    env: "AGENT_ACTIONS_API_MAX_REQUESTS",
    default: 32,
    minimum: 1,
    maximum: 10_000,
    unit: "requests",
    description: "Requests that are worked on at the same time; one more is 503.",
  }),
  accessLog: flag({
    env: "AGENT_ACTIONS_API_ACCESS_LOG",
    default: false,
    description: "Whether requests with a token are written to the table `agent_action_access_log`.",
  }),
  maxStreams: integer({
    env: "AGENT_ACTIONS_API_MAX_STREAMS",
    default: 100,
    minimum: 0,
    maximum: 10_000,
    unit: "streams",
    description: "Streams of changes that are open at the same time; one more is 503.",
  }),
  statementTimeoutMillis: integer({
    env: "AGENT_ACTIONS_API_STATEMENT_TIMEOUT_MS",
    default: 10_000,
    minimum: 1,
    maximum: 3_600_000,
    unit: "milliseconds",
    description: "How long one query may take.",
  }),
  largeResults: LARGE_RESULTS_FOLDER,
  maxResponseBytes: integer({
    env: "AGENT_ACTIONS_API_MAX_RESPONSE_BYTES",
    default: 4_194_304,
    minimum: 65_536,
    maximum: 268_435_456,
    unit: "bytes",
    description: "Largest page; what does not fit is on the next one.",
  }),
} as const;

export type ApiSettings = SettingsOf<typeof API_OPTIONS>;

/** Options over environment over default. Never throws: see {@link resolveOptions}. */
export function resolveApiSettings(options: ApiOptions, env: EnvReader): ApiSettings {
  const settings = Object.freeze(resolveOptions(API_OPTIONS, options, { env, prefix: "api." }));
  // A header alone would be anybody's, addresses alone would do nothing.
  if ((settings.proxyUserHeader === undefined) !== (settings.proxyAddresses === undefined))
    env.problems.push(
      "AGENT_ACTIONS_PROXY_USER_HEADER and AGENT_ACTIONS_PROXY_ADDRESSES belong together: set both, or none",
    );
  return settings;
}
