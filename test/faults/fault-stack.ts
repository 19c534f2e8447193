/**
 * A Kafka and a Postgres of its own, which may be broken, a service on them, and what it says of itself. With `viaProxies` the service
 * reaches both through networks that may be broken too; the load never does.
 */
import type kafkajs from "kafkajs";
import pg from "pg";
import { afterAll } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { type KafkaSettings, resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { type KafkaServer, startKafka } from "../../src/devstack/kafka.js";
import { type PostgresServer, startPostgres } from "../../src/devstack/postgres.js";
import { type Service, type ServiceOptions, startService } from "../../src/service.js";
import { firingAlerts, readScrape, type Scrape, shippedAlerts } from "../helpers/alert-rules.js";
import { advertising, startTcpProxy, type TcpProxy } from "../helpers/tcp-proxy.js";
import { type ConsumerHarness, createHarness } from "../integration/consumer-harness.js";

/** The time after which the consumer calls itself unhealthy is shorter than in production. */
const UNHEALTHY_AFTER = Number(process.env.AGENT_ACTIONS_TEST_UNHEALTHY_MS ?? 2_000);

/** What a service says of itself at one time. */
export interface Told {
  readonly health: number;
  readonly ready: number;
  readonly problems: string;
  readonly alerts: readonly string[];
}

export interface FaultStack {
  readonly kafka: KafkaServer;
  readonly postgres: PostgresServer;
  readonly kafkaProxy: TcpProxy | undefined;
  readonly postgresProxy: TcpProxy | undefined;
  readonly harness: ConsumerHarness;
  readonly settings: KafkaSettings;
  /** The service's role in Postgres. */
  readonly role: string;
  /** Statements as superuser. */
  admin(...statements: string[]): Promise<void>;
  kafkaAdmin<Result>(use: (admin: kafkajs.Admin) => Promise<Result>): Promise<Result>;
  /** @param more options beside those of the faults */
  startTold(groupId: string, more?: ServiceOptions): Promise<Service>;
}

export async function scrape(from: Service): Promise<Scrape> {
  const response = await fetch(`${from.url}/metrics`, { headers: { accept: "text/plain" } });
  return readScrape(await response.text());
}

const RULES = shippedAlerts();

/** @param earlier the metrics that rates are counted from */
export async function ask(from: Service, earlier: Scrape): Promise<Told> {
  const [health, ready] = await Promise.all([fetch(`${from.url}/health`), fetch(`${from.url}/ready`)]);
  const { problems } = (await health.json()) as { problems: string[] };
  await ready.arrayBuffer();
  const alerts = firingAlerts(RULES, await scrape(from), earlier);
  return { health: health.status, ready: ready.status, problems: problems.join("; "), alerts };
}

export const isQuiet = ({ health, ready, alerts }: Told): boolean =>
  health === 200 && ready === 200 && alerts.length === 0;

const ROLE = "consumer";

export async function startFaultStack({ viaProxies = false } = {}): Promise<FaultStack> {
  const [kafka, postgres] = await Promise.all([startKafka(), startPostgres()]);
  afterAll(() => Promise.all([kafka.close(), postgres.close()]));
  const harness = await createHarness({ brokers: kafka.bootstrapServers, databaseUrl: postgres.url });
  const url = new URL(postgres.url);
  const kafkaProxy = viaProxies
    ? await startTcpProxy(kafka.bootstrapServers, (own) => advertising(kafka.bootstrapServers, own))
    : undefined;
  const postgresProxy = viaProxies ? await startTcpProxy(url.host) : undefined;
  afterAll(() => Promise.all([kafkaProxy?.close(), postgresProxy?.close()]));

  async function admin(...statements: string[]): Promise<void> {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  }
  // A role as docs/database.md has it; the superuser would have no limit of connections.
  await admin(
    `create role ${ROLE} login password 'first'`,
    `grant all on all tables in schema public to ${ROLE}`,
    `grant usage, select on all sequences in schema public to ${ROLE}`,
  );
  return {
    kafka,
    postgres,
    kafkaProxy,
    postgresProxy,
    harness,
    role: ROLE,
    settings: resolveKafkaSettings({ brokers: kafka.bootstrapServers }, new EnvReader({})),
    admin,
    async kafkaAdmin(use) {
      const client = harness.kafka.admin();
      await client.connect();
      return use(client).finally(() => client.disconnect());
    },
    startTold(groupId, more) {
      const own = Object.assign(new URL(url), { username: ROLE, password: "first" });
      if (postgresProxy !== undefined) own.host = postgresProxy.address;
      return startService({
        ...harness.options({ groupId }),
        kafka: {
          brokers: kafkaProxy?.address ?? kafka.bootstrapServers,
          requestTimeoutMillis: 2_000,
          connectionTimeoutMillis: 1_000,
        },
        postgres: { url: own.href },
        unhealthyAfterMillis: UNHEALTHY_AFTER,
        sessionTimeoutMillis: 6_000,
        topicCheckMillis: 500,
        http: { port: 0 },
        ...more,
      });
    },
  };
}
