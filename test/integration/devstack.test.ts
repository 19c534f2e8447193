import { Kafka, logLevel } from "kafkajs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaServer, startKafka } from "../../src/devstack/kafka.js";
import { type PostgresServer, startPostgres } from "../../src/devstack/postgres.js";
import { endsOf, makeTopics } from "../helpers/kafka-topics.js";
import { kafkaBootstrap, uniqueName } from "../helpers/stack.js";

describe("a Kafka of its own", () => {
  let server: KafkaServer;
  beforeAll(async () => {
    server = await startKafka();
  });
  afterAll(() => server.close());

  test("shares nothing with another one", async () => {
    const topic = uniqueName("own");
    await withAdmin(server.bootstrapServers, (admin) => makeTopics(admin, [{ topic }]));
    const [own, other] = await Promise.all([
      describeKafka(server),
      describeKafka({ bootstrapServers: kafkaBootstrap() }),
    ]);
    expect(own.topics).toContain(topic);
    expect(other.topics).not.toContain(topic);
    expect(own.clusterId).not.toBe(other.clusterId);
    expect(own.brokers).not.toEqual(other.brokers);
  });

  test("is left without topics and groups by the probe that waited for it", async () => {
    const { topics, groups } = await describeKafka(server);
    expect(topics.filter((name) => name.includes("ready"))).toEqual([]);
    expect(groups).toEqual([]);
  });

  test.each(["stop", "kill"] as const)(
    "keeps its address and its records over %s and restart",
    async (ending) => {
      const topic = uniqueName(ending);
      const before = server.bootstrapServers;
      await withAdmin(before, (admin) => makeTopics(admin, [{ topic }]));
      await produce(before, topic, "one");
      await server[ending]();
      expect(server.pid).toBeUndefined();
      await expect(produce(before, topic, "lost")).rejects.toThrow();
      await server.restart();
      expect(server.bootstrapServers).toBe(before);
      await produce(before, topic, "two");
      const offsets = await withAdmin(before, (admin) => endsOf(admin, topic));
      expect(offsets).toMatchObject([{ low: "0", high: "2" }]);
    },
  );

  test("answers nothing while paused and everything afterwards", async () => {
    const topic = uniqueName("paused");
    await withAdmin(server.bootstrapServers, (admin) => makeTopics(admin, [{ topic }]));
    await server.pause();
    let answered = false;
    const sent = produce(server.bootstrapServers, topic, "late").then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(answered).toBe(false);
    await server.resume();
    await sent;
    expect(answered).toBe(true);
  });

  test("does all that clients ask for: transactions, groups, idempotent producers", async () => {
    const topic = uniqueName("transaction");
    const kafka = client(server.bootstrapServers);
    await withAdmin(server.bootstrapServers, (admin) => makeTopics(admin, [{ topic }]));
    const producer = kafka.producer({
      transactionalId: uniqueName("tx"),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: "committed" }] });
    await transaction.commit();
    await producer.disconnect();
    const consumer = kafka.consumer({ groupId: uniqueName("group") });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const value = await new Promise((resolve, reject) => {
      consumer.run({ eachMessage: async ({ message }) => resolve(message.value?.toString()) }).catch(reject);
    });
    await consumer.disconnect();
    expect(value).toBe("committed");
  });
});

describe("a PostgreSQL of its own", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await query(server.url, "create table kept (id integer primary key)");
  });
  afterAll(() => server.close());

  test("listens on the loopback interface only and asks for a password", async () => {
    expect(await query(server.url, "show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    expect(await query(server.url, "show unix_socket_directories")).toEqual([
      { unix_socket_directories: "" },
    ]);
    const guess = new URL(server.url);
    guess.password = "postgres";
    await expect(query(guess.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
  });

  test.each(["stop", "kill"] as const)(
    "keeps its address and its rows over %s and restart",
    async (ending) => {
      const before = server.url;
      const id = ending === "stop" ? 1 : 2;
      await query(before, `insert into kept values (${id})`);
      await server[ending]();
      await expect(query(before, "select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
      await server.restart();
      expect(server.url).toBe(before);
      expect(await query(before, `select id from kept where id = ${id}`)).toEqual([{ id }]);
    },
  );

  test("answers nothing while paused, open connections included, and everything afterwards", async () => {
    const open = new pg.Client({ connectionString: server.url });
    await open.connect();
    await server.pause();
    const answers: string[] = [];
    const onOpen = open.query("select 1").then(() => answers.push("open"));
    const onNew = query(server.url, "select 1").then(() => answers.push("new"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answers).toEqual([]);
    await server.resume();
    await Promise.all([onOpen, onNew]);
    await open.end();
    expect(answers.toSorted()).toEqual(["new", "open"]);
  });

  test("says what happened when it ends by itself", async () => {
    const { pid = 0 } = server;
    process.kill(pid, "SIGQUIT");
    const error = await server.crashed;
    expect(error).toMatchObject({ code: "AGENT_ACTIONS_DEV_STACK" });
    expect(error.message).toContain("received immediate shutdown request");
    expect(server.pid).toBeUndefined();
    await server.restart();
    expect(server.pid).not.toBe(pid);
  });
});

function client(bootstrapServers: string): Kafka {
  return new Kafka({
    brokers: bootstrapServers.split(","),
    logLevel: logLevel.NOTHING,
    retry: { retries: 3 },
  });
}

async function withAdmin<T>(
  bootstrapServers: string,
  ask: (admin: ReturnType<Kafka["admin"]>) => Promise<T>,
): Promise<T> {
  const admin = client(bootstrapServers).admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}

function describeKafka({ bootstrapServers }: { readonly bootstrapServers: string }) {
  return withAdmin(bootstrapServers, async (admin) => {
    const [cluster, topics, { groups }] = await Promise.all([
      admin.describeCluster(),
      admin.listTopics(),
      admin.listGroups(),
    ]);
    return { ...cluster, topics, groups };
  });
}

async function produce(bootstrapServers: string, topic: string, value: string): Promise<void> {
  const producer = client(bootstrapServers).producer();
  try {
    await producer.connect();
    await producer.send({ topic, messages: [{ value }] });
  } finally {
    await producer.disconnect();
  }
}

async function query(url: string, text: string): Promise<unknown[]> {
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  try {
    return (await connection.query(text)).rows;
  } finally {
    await connection.end();
  }
}
