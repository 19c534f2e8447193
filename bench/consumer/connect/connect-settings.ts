import { join } from "node:path";

export interface ConnectOrder {
  /** Of the connector, and so of its consumer group: another one begins at the start of the topic. */
  readonly name: string;
  readonly bootstrapServers: string;
  readonly topic: string;
  readonly databaseUrl: string;
  /** Rows that come last: when all of them are there, so are all others. */
  readonly lastIds: readonly string[];
}

/** Of the connector, on six partitions. */
export const TASKS = 2;

/** The worker's file. @param port of its HTTP interface @param folder that it may write to */
export function workerSettings(
  { bootstrapServers }: ConnectOrder,
  port: number,
  plugins: string,
  folder: string,
): string {
  return properties({
    "bootstrap.servers": bootstrapServers,
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    "value.converter": "org.apache.kafka.connect.json.JsonConverter",
    "value.converter.schemas.enable": "true",
    "offset.storage.file.filename": join(folder, "offsets"),
    "plugin.path": plugins,
    "plugin.discovery": "service_load",
    listeners: `http://127.0.0.1:${port}`,
  });
}

/** The connector's file: into the table of a migrated database, as it is. */
export function sinkSettings({ name, topic, databaseUrl }: ConnectOrder): string {
  const { hostname, port, pathname, username, password } = new URL(databaseUrl);
  return properties({
    name,
    "connector.class": "io.debezium.connector.jdbc.JdbcSinkConnector",
    "tasks.max": String(TASKS),
    topics: topic,
    "connection.url": `jdbc:postgresql://${hostname}:${port}${pathname}`,
    "connection.username": decodeURIComponent(username),
    "connection.password": decodeURIComponent(password),
    "insert.mode": "upsert",
    "primary.key.mode": "record_value",
    "primary.key.fields": "id,created_at",
    "collection.name.format": "agent_actions",
    "schema.evolution": "none",
    "dialect.postgres.unnest.insert.enabled": "true",
    "batch.size": "2000",
    // What a task is given at once is written at once: without this it is 500.
    "consumer.override.max.poll.records": "2000",
  });
}

const properties = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value.replaceAll("\\", "/")}\n`)
    .join("");
