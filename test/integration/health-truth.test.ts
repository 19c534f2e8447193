/**
 * Every fault that docs/operations.md knows, one after another, on a Kafka and a Postgres of its own: while it lasts, `/health`, `/ready` and the
 * shipped alerts say what is the matter, and after it they are quiet; and of what Kafka acknowledged meanwhile every record is one row.
 * The time after which the consumer calls itself unhealthy is shorter than in production (AGENT_ACTIONS_TEST_UNHEALTHY_MS changes it).
 */
import kafkajs, { CompressionTypes } from "kafkajs";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { startKafka } from "../../src/devstack/kafka.js";
import { startPostgres } from "../../src/devstack/postgres.js";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import { type Service, startService } from "../../src/service.js";
import { firingAlerts, readScrape, type Scrape, shippedAlerts } from "../helpers/alert-rules.js";
import { uniqueName } from "../helpers/stack.js";
import { createHarness, startLoad, until, wrongRows } from "./consumer-harness.js";

const UNHEALTHY_AFTER = Number(process.env.AGENT_ACTIONS_TEST_UNHEALTHY_MS ?? 2_000);

const [kafka, postgres] = await Promise.all([startKafka(), startPostgres()]);
afterAll(() => Promise.all([kafka.close(), postgres.close()]));
const harness = await createHarness({ brokers: kafka.bootstrapServers, databaseUrl: postgres.url });

// A role as docs/database.md has it; the superuser would have no limit of connections.
const ROLE = "consumer";
const url = new URL(postgres.url);
const admin = async (...statements: string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
};
const throwOut = `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${ROLE}'`;
await admin(
  `create role ${ROLE} login password 'first'`,
  `grant all on all tables in schema public to ${ROLE}`,
  `grant usage, select on all sequences in schema public to ${ROLE}`,
);

const RULES = shippedAlerts();

async function startTold(groupId: string): Promise<Service> {
  return startService({
    ...harness.options({ groupId }),
    kafka: { brokers: kafka.bootstrapServers, requestTimeoutMillis: 2_000, connectionTimeoutMillis: 1_000 },
    postgres: { url: Object.assign(new URL(url), { username: ROLE, password: "first" }).href },
    unhealthyAfterMillis: UNHEALTHY_AFTER,
    sessionTimeoutMillis: 6_000,
    topicCheckMillis: 500,
    http: { port: 0 },
  });
}

const service = await startTold(harness.groupId);
afterAll(() => service.stop(5_000).catch(() => undefined));

// The figures of docs/operations.md come from here.
const report = (line: string): void => {
  if (process.env.AGENT_ACTIONS_TEST_REPORT) process.stderr.write(`${line}\n`);
};

interface Told {
  readonly health: number;
  readonly ready: number;
  readonly problems: string;
  readonly alerts: readonly string[];
}

async function scrape(from: Service): Promise<Scrape> {
  const response = await fetch(`${from.url}/metrics`, { headers: { accept: "text/plain" } });
  return readScrape(await response.text());
}

async function ask(from: Service, earlier: Scrape): Promise<Told> {
  const [health, ready] = await Promise.all([fetch(`${from.url}/health`), fetch(`${from.url}/ready`)]);
  const { problems } = (await health.json()) as { problems: string[] };
  await ready.arrayBuffer();
  const alerts = firingAlerts(RULES, await scrape(from), earlier);
  return { health: health.status, ready: ready.status, problems: problems.join("; "), alerts };
}

interface Fault {
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  readonly alert: string;
  /** What `/health` says; where it says nothing, the fault is one that others than the consumer have to mend, and reading goes on. */
  readonly problem?: RegExp;
  /** Whether a record that came now would be taken. */
  readonly ready: boolean;
}

const stuck = (reason: string): string => `AgentActionsConsumerStuck{reason="${reason}"}`;
const settings = resolveKafkaSettings({ brokers: kafka.bootstrapServers }, new EnvReader({}));
const kafkaAdmin = async <Result>(use: (admin: kafkajs.Admin) => Promise<Result>): Promise<Result> => {
  const client = harness.kafka.admin();
  await client.connect();
  return use(client).finally(() => client.disconnect());
};

let locker: pg.Client | undefined;
const { CompressionCodecs } = kafkajs;
const gzip = CompressionCodecs[CompressionTypes.GZIP];

const FAULTS: Readonly<Record<string, Fault>> = {
  "Postgres is stopped": {
    begin: () => postgres.stop(),
    end: () => postgres.restart(),
    alert: stuck("postgres"),
    problem: /Postgres fails/,
    ready: false,
  },
  "Postgres hangs": {
    begin: () => postgres.pause(),
    end: () => postgres.resume(),
    alert: stuck("postgres"),
    problem: /Postgres fails|records wait/,
    ready: false,
  },
  "Postgres is read-only": {
    begin: () => admin("alter system set default_transaction_read_only = on", "select pg_reload_conf()"),
    end: () =>
      admin(
        "set default_transaction_read_only = off",
        "alter system reset default_transaction_read_only",
        "select pg_reload_conf()",
      ),
    alert: stuck("postgres"),
    problem: /Postgres fails/,
    ready: false,
  },
  "the password is wrong": {
    begin: () => admin(`alter role ${ROLE} password 'second'`, throwOut),
    end: () => admin(`alter role ${ROLE} password 'first'`),
    alert: stuck("postgres"),
    problem: /Postgres fails/,
    ready: false,
  },
  "all connections are used": {
    begin: () => admin(`alter role ${ROLE} connection limit 0`, throwOut),
    end: () => admin(`alter role ${ROLE} connection limit -1`),
    alert: stuck("postgres"),
    problem: /Postgres fails/,
    ready: false,
  },
  "a right is missing": {
    begin: () => admin(`revoke insert on agent_actions from ${ROLE}`),
    end: () => admin(`grant insert on agent_actions to ${ROLE}`),
    alert: stuck("postgres"),
    problem: /Postgres fails/,
    ready: false,
  },
  "a table is missing": {
    begin: () => admin("alter table agent_actions rename to hidden_actions"),
    end: () => admin("alter table hidden_actions rename to agent_actions"),
    alert: stuck("postgres"),
    problem: /Postgres fails/,
    ready: false,
  },
  "a table is locked": {
    begin: async () => {
      locker = new pg.Client({ connectionString: postgres.url });
      await locker.connect();
      await locker.query("begin; lock table agent_actions in access exclusive mode");
    },
    end: async () => locker?.end(),
    alert: stuck("no_progress"),
    problem: /records wait, and nothing was committed/,
    ready: true,
  },
  "the dead-letter topic is missing": {
    begin: async () => {
      await kafkaAdmin((client) => client.deleteTopics({ topics: [harness.topics.dead_letter] }));
      await harness.produce("action", [{ value: "bad" }]);
    },
    end: () => ensureTopics(settings, harness.topics),
    alert: stuck("dead_letter_topic"),
    problem: /the dead-letter topic takes nothing/,
    ready: true,
  },
  "a topic is deleted": {
    begin: () => kafkaAdmin((client) => client.deleteTopics({ topics: [harness.topics.execution] })),
    end: () => ensureTopics(settings, harness.topics),
    alert: "AgentActionsTopicsMissing{}",
    ready: true,
  },
  "Kafka is stopped": {
    begin: () => kafka.stop(),
    end: () => kafka.restart(),
    alert: stuck("kafka"),
    problem: /Kafka/,
    ready: false,
  },
  "Kafka hangs": {
    begin: () => kafka.pause(),
    end: () => kafka.resume(),
    alert: stuck("kafka"),
    problem: /Kafka/,
    ready: false,
  },
  "a batch cannot be decoded": {
    begin: async () => {
      await harness.producer.send({
        topic: harness.topics.transformation,
        compression: CompressionTypes.GZIP,
        messages: [{ value: '{"source_agent":"a","target_agent":"b"}' }],
      });
      CompressionCodecs[CompressionTypes.GZIP] = () => ({
        compress: () => Promise.reject(new Error("not asked for")),
        decompress: () => Promise.reject(new Error("no codec in this test")),
      });
    },
    end: async () => {
      CompressionCodecs[CompressionTypes.GZIP] = gzip;
    },
    alert: stuck("unreadable_batch"),
    problem: /cannot be decoded/,
    ready: true,
  },
};

test("each fault is told while it lasts, and after it all is quiet; no record is lost or doubled", async () => {
  await service.consumer.ready;
  const load = startLoad(harness);
  await until(() => service.consumer.metrics().messages_inserted > 50);
  for (const [name, { begin, end, alert, problem, ready }] of Object.entries(FAULTS)) {
    const earlier = await scrape(service);
    const began = performance.now();
    const beginning = begin();
    let told: Told | undefined;
    await until(async () => {
      const seen = await ask(service, earlier);
      const isTold = seen.alerts.includes(alert) && (problem?.test(seen.problems) ?? seen.health === 200);
      if (isTold && (seen.ready === 200) === ready) told = seen;
      return told !== undefined;
    });
    const toldAfter = performance.now() - began;
    await beginning;
    expect(told, name).toMatchObject({ health: problem === undefined ? 200 : 503, ready: ready ? 200 : 503 });
    const ended = performance.now();
    await end();
    const afterEnd = performance.now();
    await until(async () => {
      const seen = await ask(service, await scrape(service));
      return seen.health === 200 && seen.ready === 200 && seen.alerts.length === 0;
    });
    report(
      `${name}: told after ${(toldAfter / 1_000).toFixed(1)} s, quiet ${((performance.now() - afterEnd) / 1_000).toFixed(1)} s after (mended in ${((afterEnd - ended) / 1_000).toFixed(1)} s)`,
    );
    // What waited is stored, so that the next fault begins from a consumer that has caught up.
    const { messages_inserted: before } = service.consumer.metrics();
    await until(() => service.consumer.metrics().messages_inserted > before);
  }
  const names = await load.stop();
  await until(
    async () => (await harness.count("agent_actions")) >= names.length && service.consumer.status().lag === 0,
  );
  expect(await wrongRows(harness, names)).toEqual([]);
  expect(service.consumer.metrics()).toMatchObject({ messages_dead_lettered: 1, messages_in_flight: 0 });
  expect(await harness.count("agent_transformation_events")).toBe(1);
}, 600_000);

test("a group that does not come to rest is told, and so is one that has", async () => {
  const groupId = uniqueName("restless");
  const other = harness.kafka.consumer({
    groupId,
    // Another strategy: Kafka lets no member in that has none in common with those that are there.
    partitionAssigners: [
      ({ cluster }) => ({
        name: "other",
        version: 0,
        assign: async ({ members, topics }) => {
          await cluster.refreshMetadata();
          return members.map(({ memberId }) => ({
            memberId,
            memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
              version: 0,
              assignment: Object.fromEntries(topics.map((topic) => [topic, [0]])),
              userData: Buffer.alloc(0),
            }),
          }));
        },
        protocol: ({ topics }) => ({
          name: "other",
          metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({
            version: 0,
            topics,
            userData: Buffer.alloc(0),
          }),
        }),
      }),
    ],
  });
  await other.connect();
  await other.subscribe({ topic: harness.topics.action });
  const joined = new Promise((resolve) => other.on(other.events.GROUP_JOIN, resolve));
  await other.run({ eachMessage: async () => undefined });
  await joined;
  const late = await startTold(groupId);
  const earlier = await scrape(late);
  await until(async () => {
    const { health, ready, problems, alerts } = await ask(late, earlier);
    return (
      health === 503 &&
      ready === 503 &&
      /Kafka: (?:joining|connecting)/.test(problems) &&
      alerts.includes(stuck("kafka"))
    );
  });
  await other.disconnect();
  await until(async () => {
    const { health, ready, alerts } = await ask(late, await scrape(late));
    return health === 200 && ready === 200 && alerts.length === 0;
  });
  await late.stop();
}, 180_000);

test("no consumer at all is told too", () => {
  expect(
    firingAlerts(
      RULES.filter(({ alert }) => alert === "AgentActionsConsumerGone"),
      new Map(),
      new Map(),
    ),
  ).toEqual(["AgentActionsConsumerGone{}"]);
});
