import type { ConnectionOptions } from "node:tls";
import type { EnvReader } from "./env-reader.js";
import { integer, secret, text } from "./option.js";
import { resolvePostgresTls, SSL_OPTION } from "./postgres-tls.js";
import { resolveOption, resolveOptions } from "./resolve-options.js";
import { Secret } from "./secret.js";

/**
 * Where Postgres is. Fields given in code stand above the URL, that above `POSTGRES_*`, those above `PG*`. With `host` in code,
 * `DATABASE_URL` is not asked: it belongs to another server.
 */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. With one, `POSTGRES_*` and `PG*` are not asked. `DATABASE_URL`. */
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
  /**
   * TLS: `true` checks the server's certificate, an object is handed to `tls.connect`; in the environment one of
   * {@link SSL_MODES}. `AGENT_ACTIONS_POSTGRES_SSL`, `PGSSLMODE`, or `sslmode` of the URL. @default false
   */
  readonly ssl?: boolean | ConnectionOptions | undefined;
  /** Connections of the pool. `AGENT_ACTIONS_POSTGRES_MAX_CONNECTIONS`. @default 3 */
  readonly maxConnections?: number | undefined;
  /** How long opening a connection may take. `AGENT_ACTIONS_POSTGRES_CONNECTION_TIMEOUT_MS`. @default 5_000 */
  readonly connectionTimeoutMillis?: number | undefined;
  /**
   * How long the server may work on one statement, and how long a response is waited for. Without it, a server that
   * hangs without closing its connections would be waited for without end.
   * `AGENT_ACTIONS_POSTGRES_STATEMENT_TIMEOUT_MS`. @default 30_000
   */
  readonly statementTimeoutMillis?: number | undefined;
  /** What `pg_stat_activity` shows. @default "otel-agent-actions" */
  readonly applicationName?: string | undefined;
}

/** The part that names the server, in the words of `pg`. */
export type PostgresConnection =
  | { readonly connectionString: string; readonly ssl: boolean | ConnectionOptions }
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

const TIMEOUT = { unit: "milliseconds", minimum: 1, maximum: 3_600_000 } as const;

/** Which server, and as whom. */
const SERVER_OPTIONS = {
  host: text({
    env: ["POSTGRES_HOST", "PGHOST"],
    default: "localhost",
    unit: "name, address, folder of a socket",
    description: "Where the server is.",
  }),
  port: integer({
    env: ["POSTGRES_PORT", "PGPORT"],
    default: 5_432,
    minimum: 1,
    maximum: 65_535,
    unit: "port",
    description: "Where it listens.",
  }),
  database: text({
    env: ["POSTGRES_DATABASE", "PGDATABASE"],
    defaultText: "the user's name",
    description: "Which database of the server.",
  }),
  user: text({ env: ["POSTGRES_USER", "PGUSER"], default: "postgres", description: "As whom to connect." }),
  password: secret({
    env: ["POSTGRES_PASSWORD", "PGPASSWORD"],
    defaultText: "`~/.pgpass`",
    description: "The password of that user.",
  }),
} as const;

const POOL_OPTIONS = {
  maxConnections: integer({
    env: "AGENT_ACTIONS_POSTGRES_MAX_CONNECTIONS",
    default: 3,
    minimum: 1,
    maximum: 1_000,
    unit: "connections",
    description: "Two write, one is for questions. More do not help one process.",
  }),
  connectionTimeoutMillis: integer({
    env: "AGENT_ACTIONS_POSTGRES_CONNECTION_TIMEOUT_MS",
    default: 5_000,
    ...TIMEOUT,
    description: "How long opening a connection may take.",
  }),
  statementTimeoutMillis: integer({
    env: "AGENT_ACTIONS_POSTGRES_STATEMENT_TIMEOUT_MS",
    default: 30_000,
    ...TIMEOUT,
    description:
      "How long the server may work on one statement. Five seconds later the response is no longer waited for.",
  }),
  applicationName: text({
    default: "otel-agent-actions",
    description: "What `pg_stat_activity` shows.",
  }),
} as const;

const URL_OPTION = secret({
  env: "DATABASE_URL",
  unit: "`postgres://user:password@host:port/database`",
  placeholder: "URL",
  description: "The whole address as one text. With it, `POSTGRES_*` and `PG*` are not asked.",
});

export const POSTGRES_OPTIONS = {
  url: URL_OPTION,
  ...SERVER_OPTIONS,
  ssl: SSL_OPTION,
  ...POOL_OPTIONS,
} as const;

/** Options over environment over default. Never throws: see {@link resolveOptions}. */
export function resolvePostgresSettings(
  options: PostgresOptions,
  env: EnvReader,
  mistakes: string[] = env.problems,
): PostgresSettings {
  const resolution = { env, mistakes, prefix: "postgres." };
  return Object.freeze({
    ...resolveConnection(options, env, mistakes),
    ...resolveOptions(POOL_OPTIONS, options, resolution),
  });
}

type Connection = Pick<PostgresSettings, "connection" | "target">;

function resolveConnection(options: PostgresOptions, env: EnvReader, mistakes: string[]): Connection {
  const resolution = { env, mistakes, prefix: "postgres." };
  const inCode = options.url !== undefined;
  const url =
    inCode || options.host === undefined
      ? resolveOption("url", URL_OPTION, options.url, resolution)
      : undefined;
  if (url !== undefined) {
    const parsed = parseUrl(url.reveal());
    if (parsed !== undefined) return fromUrl(parsed, url.reveal(), options, env, mistakes);
    const [source, problems] = inCode ? ["postgres.url", mistakes] : ["DATABASE_URL", env.problems];
    problems.push(`${source} has to be a URL like postgres://user:password@host:5432/database`);
  }
  const { password, ...server } = resolveOptions(SERVER_OPTIONS, options, resolution);
  const database = server.database ?? server.user;
  const ssl = resolvePostgresTls(options.ssl, undefined, env, mistakes);
  return {
    connection: new Secret({
      ...server,
      database,
      ssl,
      ...(password === undefined ? {} : { password: password.reveal() }),
    }),
    target: `${server.host}:${server.port}/${database}`,
  };
}

/** The URL with what code says of single fields. Its TLS parameters are taken out: `pg` would let them stand above `ssl`. */
function fromUrl(
  parsed: URL,
  text: string,
  options: PostgresOptions,
  env: EnvReader,
  mistakes: string[],
): Connection {
  const ssl = resolvePostgresTls(options.ssl, parsed.searchParams, env, mistakes);
  // `pg` takes query parameters before the parts of the URL, as libpq does.
  for (const [name, option] of Object.entries(SERVER_OPTIONS)) {
    const given = options[name as keyof typeof SERVER_OPTIONS];
    const value = given === undefined ? undefined : option.fromCode(given);
    const shown = value instanceof Secret ? value.reveal() : String(value);
    if (given !== undefined && value === undefined)
      mistakes.push(`postgres.${name} has to be ${option.expected}`);
    else if (value !== undefined && name === "database") parsed.pathname = `/${encodeURIComponent(shown)}`;
    else if (value !== undefined) parsed.searchParams.set(name, shown);
  }
  const { searchParams, hostname, port, pathname } = parsed;
  const host = searchParams.get("host") || hostname || "localhost";
  return {
    connection: new Secret({
      connectionString: parsed.href === new URL(text).href ? text : parsed.href,
      ssl,
    }),
    target: `${host}:${searchParams.get("port") || port || 5432}${pathname}`,
  };
}

function parseUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^postgres(?:ql)?:$/.test(url.protocol) && isDecodable(url) ? url : undefined;
}

function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    return decodeURIComponent(username + password + pathname) !== undefined;
  } catch {
    return false;
  }
}
