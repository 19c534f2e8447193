import { resolveApiSettings } from "../config/api-settings.js";
import { EnvReader } from "../config/env-reader.js";
import type { PostgresSettings } from "../config/postgres-settings.js";
import { StoreError } from "../errors.js";
import { createPool } from "../store/pool.js";
import { createApi } from "./api.js";
import { API_PATH } from "./api-path.js";
import { createApiDatabase, type Database } from "./database.js";

/** Handles requests to the API: in this process, or over the network. */
export interface ApiConnection {
  /** What the API is at, for messages: a database, or the address of a service. */
  readonly target: string;
  /** @param path below `/api/v1`, with its query string. Throws what the user reads where nobody responds. */
  send(path: string, init?: RequestInit): Promise<Response>;
  /** Never rejects. */
  close(): Promise<void>;
}

// It is called by no network, so by no other name.
const ORIGIN = "http://localhost";
const SERVER_ERROR = 500;
const TIMEOUT = 504;

/** The API in this process, straight on a database: who may connect to that may see all of it. Connects with the first request. */
export function connectInProcess(postgres: PostgresSettings, env: NodeJS.ProcessEnv): ApiConnection {
  const settings = resolveApiSettings({}, new EnvReader(env));
  const pool = createPool({
    ...postgres,
    maxConnections: 1,
    statementTimeoutMillis: settings.statementTimeoutMillis,
  });
  let failure: unknown;
  const note = (error: unknown): void => {
    failure = error;
  };
  const api = createApi({
    settings,
    host: "127.0.0.1",
    database: notingFailures(createApiDatabase(pool), note),
    access: {
      authorize: async () => ({
        name: undefined,
        projects: undefined,
        hasToken: false,
        scopes: ["read", "write"],
      }),
    },
    onDefect: note,
  });
  return {
    target: postgres.target,
    async send(path, init = {}) {
      failure = undefined;
      const headers = new Headers(init.headers);
      headers.set("host", "localhost");
      const response = await api(new Request(`${ORIGIN}${API_PATH}${path}`, { ...init, headers }));
      // The failure itself says more than a response may: which server, and what to do about it.
      if (response.status >= SERVER_ERROR && response.status !== TIMEOUT && failure !== undefined)
        throw failure;
      return response;
    },
    async close() {
      await api.endStreams();
      await pool.end().catch(() => undefined);
    },
  };
}

function notingFailures(database: Database, note: (error: unknown) => void): Database {
  const noting = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof StoreError) note(error);
      throw error;
    }
  };
  return {
    ...database,
    read: (text, values) => noting(database.read(text, values)),
    readAll: (work) => noting(database.readAll(work)),
    write: (text, values) => noting(database.write(text, values)),
  };
}
