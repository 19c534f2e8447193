import { randomBytes } from "node:crypto";
import pg from "pg";
import pino from "pino";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { DEFAULT_TOPICS, type TopicNames } from "../../src/event/index.js";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import { migrate } from "../../src/store/migrate.js";

/** The consumer's topics, under names that nothing else has. */
export async function newTopics(bootstrapServers: string): Promise<TopicNames> {
  const run = randomBytes(4).toString("hex");
  const names = Object.keys(DEFAULT_TOPICS).map((role) => [role, `bench-${run}.${role}`]);
  const topics = Object.fromEntries(names) as unknown as TopicNames;
  const kafka = resolveKafkaSettings({ brokers: bootstrapServers }, new EnvReader({}));
  await ensureTopics(kafka, topics, { logger: pino({ level: "error" }) });
  return topics;
}

/** A migrated database on that server; returns its URL. */
export async function newDatabase(serverUrl: string): Promise<string> {
  const name = `bench_${randomBytes(4).toString("hex")}`;
  await onServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrate(resolvePostgresSettings({ url: url.href }, new EnvReader({})));
  // The weeks that the records fall into. Making a week is no part of the steady state.
  await onServer(
    url.href,
    "select ensure_agent_actions_partition(now() - make_interval(weeks => weeks)) from generate_series(0, 3) weeks",
  );
  return url.href;
}

export async function onServer(url: string, sql: string): Promise<Record<string, number>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
