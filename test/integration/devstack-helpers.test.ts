import { Kafka, logLevel } from "kafkajs";
import pg from "pg";
import { expect, test } from "vitest";
import { createDatabase, kafkaBootstrap, uniqueName } from "../helpers/stack.js";

const databaseUrl = await createDatabase();

test("a file gets an empty database of its own", async () => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      "select current_database() as name, current_setting('fsync') as fsync",
    );
    expect(`/${rows[0].name}`).toBe(new URL(databaseUrl).pathname);
    expect(rows[0].fsync).toBe("on");
    const tables = await client.query("select 1 from pg_tables where schemaname = 'public'");
    expect(tables.rowCount).toBe(0);
  } finally {
    await client.end();
  }
});

test("a database made for one test is gone after it", async () => {
  const releases: (() => Promise<void>)[] = [];
  const url = await createDatabase({ onTestFinished: (release) => releases.push(release) });
  const inUse = new pg.Client({ connectionString: url });
  inUse.on("error", () => undefined);
  await inUse.connect();
  expect(releases).toHaveLength(1);
  await releases[0]?.();
  const client = new pg.Client({ connectionString: url });
  await expect(client.connect()).rejects.toMatchObject({ code: "3D000" });
});

test("the shared Kafka makes no topic by itself", async () => {
  const kafka = new Kafka({ brokers: [kafkaBootstrap()], logLevel: logLevel.NOTHING, retry: { retries: 1 } });
  const producer = kafka.producer({ allowAutoTopicCreation: true });
  await producer.connect();
  try {
    const sent = producer.send({ topic: uniqueName("absent"), messages: [{ value: "x" }] });
    await expect(sent).rejects.toThrow();
  } finally {
    await producer.disconnect();
  }
});
