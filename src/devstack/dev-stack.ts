import { join } from "node:path";
import { DevStackError } from "../errors.js";
import type { DevServer } from "./dev-server.js";
import { findKafkaRuntime, type KafkaServer, startKafka } from "./kafka.js";
import { type PostgresServer, startPostgres } from "./postgres.js";
import { findPostgres } from "./postgres-binaries.js";
import { openStackHome, type StackHome } from "./stack-home.js";

const SPOOL_DIRECTORY = "AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY";

export interface DevStackOptions {
  /** Start one of the two servers only. */
  readonly only?: "kafka" | "postgres" | undefined;
  /** Keeps the data in this folder. Without it they live in a temporary folder that is removed at the end. */
  readonly dataDir?: string | undefined;
  /** Where `KAFKA_BOOTSTRAP_SERVERS`, `DATABASE_URL` and the tools are looked up. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with one line of text whenever a slow step begins, goes on or ends. */
  readonly onProgress?: (message: string) => void;
}

export interface DevStack {
  /** `external` means that the environment named it: it was not started here and is not stopped here. */
  readonly kafka?: { readonly bootstrapServers: string; readonly external: boolean };
  readonly postgres?: { readonly url: string; readonly external: boolean };
  /**
   * `KAFKA_BOOTSTRAP_SERVERS` and `DATABASE_URL` for child processes, and for a Kafka that was started here a folder for the spool of
   * agents, which goes with it: nobody could send later what is in it.
   */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when a server that was started here ends without having been asked to. */
  readonly crashed: Promise<DevStackError>;
  /** Ends what was started here. Calling it again does nothing more. */
  stop(): Promise<void>;
}

/**
 * A real Kafka and a real PostgreSQL: those that the environment names, else new ones on free ports of the loopback
 * interface, with data of their own. Resolves when both serve clients.
 *
 * Whatever was started ends with this process, also when it is killed. It does not keep the process from ending.
 * Throws `DevStackError` when a server cannot be had; then nothing is left running.
 */
export async function startDevStack(options: DevStackOptions = {}): Promise<DevStack> {
  const { only, env = process.env } = options;
  const given = givenServers(env);
  const wanted = {
    kafka: only !== "postgres" && !given.bootstrapServers,
    postgres: only !== "kafka" && !given.databaseUrl,
  };
  if (wanted.postgres) await requirePostgres(wanted.kafka, env);
  const started = wanted.kafka || wanted.postgres ? await startServers(wanted, options) : {};
  const kafka = only === "postgres" ? undefined : describeKafka(started.kafka, given);
  const postgres = only === "kafka" ? undefined : describePostgres(started.postgres, given);
  const servers = [started.kafka, started.postgres].filter((server) => server !== undefined);
  let stopped: Promise<void> | undefined;
  return {
    ...(kafka ? { kafka } : {}),
    ...(postgres ? { postgres } : {}),
    env: {
      ...(kafka ? { KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers } : {}),
      ...(postgres ? { DATABASE_URL: postgres.url } : {}),
      ...(started.kafka && started.home && !env[SPOOL_DIRECTORY]
        ? { [SPOOL_DIRECTORY]: join(started.home.folder, "spool") }
        : {}),
    },
    crashed: Promise.race(servers.map((server) => server.crashed)),
    stop() {
      stopped ??= stopServers(servers, started.home);
      return stopped;
    },
  };
}

/**
 * A missing package is said at once, not after Kafka has come up; then also what Kafka lacks, so that nobody meets the second
 * problem after the first.
 */
async function requirePostgres(withKafka: boolean, env: NodeJS.ProcessEnv): Promise<void> {
  const rejections = async (work: Promise<unknown>): Promise<unknown[]> =>
    work.then(
      () => [],
      (reason: unknown) => [reason],
    );
  const postgres = await rejections(findPostgres());
  if (postgres.length === 0) return;
  const kafka = withKafka ? await rejections(findKafkaRuntime(env)) : [];
  throw combined([...kafka, ...postgres]);
}

interface StartedServers {
  readonly home?: StackHome;
  readonly kafka?: KafkaServer;
  readonly postgres?: PostgresServer;
}

/** Both at once: on two cores that takes little longer than Kafka alone. */
async function startServers(
  wanted: { readonly kafka: boolean; readonly postgres: boolean },
  { dataDir, env = process.env, onProgress }: DevStackOptions,
): Promise<StartedServers> {
  const home = await openStackHome(dataDir);
  const options = { env, ...(onProgress ? { onProgress } : {}) };
  const [kafka, postgres] = await Promise.allSettled([
    wanted.kafka ? startKafka(options, home) : undefined,
    wanted.postgres ? startPostgres(options, home) : undefined,
  ]);
  if (kafka.status === "fulfilled" && postgres.status === "fulfilled") {
    return {
      home,
      ...(kafka.value ? { kafka: kafka.value } : {}),
      ...(postgres.value ? { postgres: postgres.value } : {}),
    };
  }
  await home.guard.close();
  throw combined(
    [kafka, postgres].flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : [])),
  );
}

/** One error that lists everything that has to be corrected, so that the second problem does not show only after the first. */
function combined(reasons: readonly unknown[]): unknown {
  if (reasons.length === 1) return reasons[0];
  const message = reasons
    .map((reason) => (reason instanceof Error ? reason.message : String(reason)))
    .join("\n\n");
  return new DevStackError(message, { cause: new AggregateError(reasons) });
}

async function stopServers(servers: readonly DevServer[], home: StackHome | undefined): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
  await home?.guard.close();
}

function describeKafka(
  server: KafkaServer | undefined,
  { bootstrapServers }: GivenServers,
): DevStack["kafka"] {
  if (server) return { bootstrapServers: server.bootstrapServers, external: false };
  return bootstrapServers ? { bootstrapServers, external: true } : undefined;
}

function describePostgres(
  server: PostgresServer | undefined,
  { databaseUrl }: GivenServers,
): DevStack["postgres"] {
  if (server) return { url: server.url, external: false };
  return databaseUrl ? { url: databaseUrl, external: true } : undefined;
}

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
