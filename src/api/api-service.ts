import type { Logger } from "pino";
import type { Access } from "../access/authorize.js";
import type { ApiSettings } from "../config/api-settings.js";
import type { HttpSettings } from "../config/http-settings.js";
import type { PostgresSettings } from "../config/postgres-settings.js";
import { describeError } from "../internal/describe-error.js";
import { createPool } from "../store/pool.js";
import { createAccessLog } from "./access-log.js";
import { type Api, createApi } from "./api.js";
import { createApiDatabase } from "./database.js";
import type { ApiDeadLetters } from "./route.js";

export interface ApiServiceOptions {
  readonly settings: ApiSettings;
  readonly http: HttpSettings;
  readonly postgres: PostgresSettings;
  readonly access: Access;
  readonly deadLetters?: ApiDeadLetters | undefined;
  readonly log: Logger;
}

/** The API with connections of its own. */
export interface ApiService {
  readonly api: Api;
  /** Writes into the log what nobody foresaw. */
  readonly onDefect: (error: unknown) => void;
  /** Streams do not end by themselves: before the server is stopped. Never rejects. */
  endStreams(): Promise<void>;
  /** Closes the connections. Never rejects. */
  stop(): Promise<void>;
}

/** Connects to nothing before the first request. */
export function createApiService(options: ApiServiceOptions): ApiService {
  const { settings, http, postgres, access, deadLetters, log } = options;
  const pool = createPool({
    ...postgres,
    maxConnections: settings.maxConnections,
    statementTimeoutMillis: settings.statementTimeoutMillis,
    applicationName: `${postgres.applicationName}-api`,
  });
  const database = createApiDatabase(pool);
  const onDefect = (error: unknown) =>
    log.error({ error: describeError(error).message }, "a request to the API failed");
  const accessLog = settings.accessLog ? createAccessLog(database, log) : undefined;
  const api = createApi({ settings, host: http.host, database, access, accessLog, deadLetters, onDefect });
  return {
    api,
    onDefect,
    endStreams: () => api.endStreams(),
    async stop() {
      await accessLog?.stop();
      await pool.end().catch(() => undefined);
    },
  };
}
