import type { Logger } from "pino";
import type { ApiSettings } from "../config/api-settings.js";
import { type HttpSettings, isLoopback } from "../config/http-settings.js";
import type { PostgresSettings } from "../config/postgres-settings.js";
import { describeError } from "../internal/describe-error.js";
import { createPool } from "../store/pool.js";
import { createAccess, isSameSecret, type KnownToken } from "./access/authorize.js";
import { type Api, createApi } from "./api.js";
import { createApiDatabase } from "./database.js";
import { SCOPES } from "./route.js";

export interface ApiServiceOptions {
  readonly settings: ApiSettings;
  readonly http: HttpSettings;
  readonly postgres: PostgresSettings;
  readonly log: Logger;
}

/** The API with connections of its own. */
export interface ApiService {
  readonly api: Api;
  /** Streams do not end by themselves: before the server is stopped. Never rejects. */
  endStreams(): Promise<void>;
  /** Closes the connections. Never rejects. */
  stop(): Promise<void>;
}

/** What the token of the environment allows: everything. */
const OPERATOR: KnownToken = { name: undefined, projects: undefined, scopes: SCOPES };

/** Connects to nothing before the first request. */
export function createApiService({ settings, http, postgres, log }: ApiServiceOptions): ApiService {
  const pool = createPool({
    ...postgres,
    maxConnections: settings.maxConnections,
    statementTimeoutMillis: settings.statementTimeoutMillis,
    applicationName: `${postgres.applicationName}-api`,
  });
  const access = createAccess({
    find: async (given) =>
      settings.token !== undefined && isSameSecret(given, settings.token.reveal()) ? OPERATOR : undefined,
    free: new Set(isLoopback(http.host) && settings.token === undefined ? ["read"] : []),
  });
  const api = createApi({
    settings,
    host: http.host,
    database: createApiDatabase(pool),
    access,
    onDefect: (error) => log.error({ error: describeError(error).message }, "a request to the API failed"),
  });
  return {
    api,
    endStreams: () => api.endStreams(),
    stop: () => pool.end().catch(() => undefined),
  };
}
