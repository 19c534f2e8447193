/** Addresses of servers that run already, as the environment names them. */
export interface GivenServers {
  readonly bootstrapServers?: string;
  readonly databaseUrl?: string;
}

/**
 * Kafka from `KAFKA_BOOTSTRAP_SERVERS`; Postgres from `DATABASE_URL`, else from `POSTGRES_HOST` with `_PORT`,
 * `_DATABASE`, `_USER` and `_PASSWORD`, else from `PGHOST` and its siblings. An empty variable counts as absent.
 */
export function givenServers(env: NodeJS.ProcessEnv): GivenServers {
  const databaseUrl =
    env.DATABASE_URL ||
    databaseUrlOf(
      env.POSTGRES_HOST,
      env.POSTGRES_PORT,
      env.POSTGRES_DATABASE,
      env.POSTGRES_USER,
      env.POSTGRES_PASSWORD,
    ) ||
    databaseUrlOf(env.PGHOST, env.PGPORT, env.PGDATABASE, env.PGUSER, env.PGPASSWORD);
  return {
    ...(env.KAFKA_BOOTSTRAP_SERVERS ? { bootstrapServers: env.KAFKA_BOOTSTRAP_SERVERS } : {}),
    ...(databaseUrl ? { databaseUrl } : {}),
  };
}

function databaseUrlOf(
  host: string | undefined,
  port = "5432",
  database = "postgres",
  user = "postgres",
  password = "",
): string | undefined {
  if (!host) return undefined;
  const url = new URL("postgres://localhost");
  // A path names the folder of a socket file, which libpq's URLs and node-postgres take as a parameter.
  if (host.startsWith("/")) url.searchParams.set("host", host);
  else url.hostname = host.includes(":") ? `[${host}]` : host;
  url.port = port;
  url.pathname = `/${encodeURIComponent(database)}`;
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  return url.href;
}
