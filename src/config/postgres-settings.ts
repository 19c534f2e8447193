import type { ConnectionOptions } from "node:tls";
import { checkNumber } from "./check-number.js";
import type { EnvReader } from "./env-reader.js";
import { Secret } from "./secret.js";

/** Where Postgres is. Fields given in code stand above `DATABASE_URL`, that above `POSTGRES_*`, those above `PG*`. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. Stands alone: the single fields are not asked. `DATABASE_URL`. */
  readonly url?: string | undefined;
  /** A name, an address, or the folder of a Unix socket. `POSTGRES_HOST`, `PGHOST`. @default "localhost" */
  readonly host?: string | undefined;
  /** `POSTGRES_PORT`, `PGPORT`. @default 5_432 */
  readonly port?: number | undefined;
  /** `POSTGRES_DATABASE`, `PGDATABASE`. @default the user's name */
  readonly database?: string | undefined;
  /** `POSTGRES_USER`, `PGUSER`. @default "postgres" */
  readonly user?: string | undefined;
  /** `POSTGRES_PASSWORD`, `PGPASSWORD`; without one, `~/.pgpass` is asked. */
  readonly password?: string | undefined;
  /** TLS: `true` checks the server's certificate, an object is handed to `tls.connect`. See {@link SSL_MODES}. @default false */
  readonly ssl?: boolean | ConnectionOptions | undefined;
  /** Connections of the pool. `AGENT_ACTIONS_POSTGRES_MAX_CONNECTIONS`. @default 3 */
  readonly maxConnections?: number | undefined;
  /** How long opening a connection may take. `AGENT_ACTIONS_POSTGRES_CONNECTION_TIMEOUT_MS`. @default 5_000 */
  readonly connectionTimeoutMillis?: number | undefined;
  /**
   * How long the server may work on one statement, and how long an answer is waited for. Without it, a server that
   * hangs without closing its connections would be waited for without end.
   * `AGENT_ACTIONS_POSTGRES_STATEMENT_TIMEOUT_MS`. @default 30_000
   */
  readonly statementTimeoutMillis?: number | undefined;
  /** What `pg_stat_activity` shows. @default "otel-agent-actions" */
  readonly applicationName?: string | undefined;
}

/**
 * `AGENT_ACTIONS_POSTGRES_SSL`, `PGSSLMODE`. `require` and `verify-full` both check the certificate and the name;
 * `no-verify` encrypts and checks nothing.
 */
export const SSL_MODES = ["disable", "no-verify", "require", "verify-full"] as const;

/** The part that names the server, in the words of `pg`. */
export type PostgresConnection =
  | { readonly connectionString: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly password?: string;
      readonly ssl: boolean | ConnectionOptions;
    };

export interface PostgresSettings {
  /** To be spread into the options of a `pg` client or pool. */
  readonly connection: Secret<PostgresConnection>;
  /** `host:port/database`, for messages: no user, no password. */
  readonly target: string;
  readonly maxConnections: number;
  readonly connectionTimeoutMillis: number;
  readonly statementTimeoutMillis: number;
  readonly applicationName: string;
}

export const DEFAULT_MAX_CONNECTIONS = 3;
export const DEFAULT_POSTGRES_CONNECTION_TIMEOUT_MILLIS = 5_000;
export const DEFAULT_STATEMENT_TIMEOUT_MILLIS = 30_000;

/** Options over environment over default. Never throws: see `resolveKafkaSettings`. */
export function resolvePostgresSettings(
  options: PostgresOptions,
  env: EnvReader,
  mistakes: string[] = env.problems,
): PostgresSettings {
  const timeout = { minimum: 1, maximum: 3_600_000 };
  const connections = { minimum: 1, maximum: 1_000 };
  return Object.freeze({
    ...readConnection(options, env, mistakes),
    maxConnections:
      checkNumber("postgres.maxConnections", options.maxConnections, connections, mistakes) ??
      env.integer("AGENT_ACTIONS_POSTGRES_MAX_CONNECTIONS", connections) ??
      DEFAULT_MAX_CONNECTIONS,
    connectionTimeoutMillis:
      checkNumber("postgres.connectionTimeoutMillis", options.connectionTimeoutMillis, timeout, mistakes) ??
      env.integer("AGENT_ACTIONS_POSTGRES_CONNECTION_TIMEOUT_MS", timeout) ??
      DEFAULT_POSTGRES_CONNECTION_TIMEOUT_MILLIS,
    statementTimeoutMillis:
      checkNumber("postgres.statementTimeoutMillis", options.statementTimeoutMillis, timeout, mistakes) ??
      env.integer("AGENT_ACTIONS_POSTGRES_STATEMENT_TIMEOUT_MS", timeout) ??
      DEFAULT_STATEMENT_TIMEOUT_MILLIS,
    applicationName: options.applicationName ?? "otel-agent-actions",
  });
}

type Connection = Pick<PostgresSettings, "connection" | "target">;

function readConnection(options: PostgresOptions, env: EnvReader, mistakes: string[]): Connection {
  if (options.url !== undefined)
    return fromUrl("postgres.url", options.url, mistakes) ?? fromFields({}, env, mistakes);
  const fields = [options.host, options.port, options.database, options.user, options.password, options.ssl];
  const url = fields.some((field) => field !== undefined) ? undefined : env.text("DATABASE_URL");
  const parsed = url === undefined ? undefined : fromUrl("DATABASE_URL", url, env.problems);
  return parsed ?? fromFields(options, env, mistakes);
}

function fromUrl(source: string, url: string, problems: string[]): Connection | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !["postgres:", "postgresql:"].includes(parsed.protocol)) {
    problems.push(`${source} has to be a URL like postgres://user:password@host:5432/database`);
    return undefined;
  }
  const host = parsed.searchParams.get("host") || parsed.hostname || "localhost";
  return {
    connection: new Secret({ connectionString: url }),
    target: `${host}:${parsed.port || parsed.searchParams.get("port") || 5432}${parsed.pathname}`,
  };
}

function fromFields(options: PostgresOptions, env: EnvReader, mistakes: string[]): Connection {
  const ports = { minimum: 1, maximum: 65_535 };
  const host = options.host ?? env.text("POSTGRES_HOST", "PGHOST") ?? "localhost";
  const port =
    checkNumber("postgres.port", options.port, ports, mistakes) ??
    env.integer("POSTGRES_PORT", ports) ??
    env.integer("PGPORT", ports) ??
    5432;
  const user = options.user ?? env.text("POSTGRES_USER", "PGUSER") ?? "postgres";
  const database = options.database ?? env.text("POSTGRES_DATABASE", "PGDATABASE") ?? user;
  const password = options.password ?? env.text("POSTGRES_PASSWORD", "PGPASSWORD");
  const ssl = options.ssl ?? readSslMode(env);
  return {
    connection: new Secret({
      host,
      port,
      database,
      user,
      ssl,
      ...(password === undefined ? {} : { password }),
    }),
    target: `${host}:${port}/${database}`,
  };
}

function readSslMode(env: EnvReader): boolean | ConnectionOptions {
  const mode = env.choice("AGENT_ACTIONS_POSTGRES_SSL", SSL_MODES) ?? env.choice("PGSSLMODE", SSL_MODES);
  if (mode === "no-verify") return { rejectUnauthorized: false };
  return mode === "require" || mode === "verify-full";
}
