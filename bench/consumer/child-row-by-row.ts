/**
 * The way of a consumer that was there before this package: each message parsed and inserted with a statement of its own, 100 messages or a
 * second a transaction, its offset committed after it, all over one connection. Written here in Node.js; the one it stands for is in Python.
 */
import { createHash, randomUUID } from "node:crypto";
import { type EachBatchPayload, Kafka, type KafkaMessage, logLevel } from "kafkajs";
import pg from "pg";
import { serveReadings } from "./measured-child.js";

const { brokers, topic, groupId, databaseUrl } = JSON.parse(process.argv[2] ?? "{}") as Record<
  string,
  string
>;
const MESSAGES_A_TRANSACTION = 100;
const INSERT = {
  name: "insert",
  text: `insert into agent_actions (id, correlation_id, agent_name, action_type, action_name, action_details, duration_ms,
      project_path, project_name, working_directory, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
};

const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
const consumer = new Kafka({ brokers: brokers!.split(","), logLevel: logLevel.ERROR }).consumer({
  groupId: groupId!,
});
let records = 0;
await consumer.connect();
await consumer.subscribe({ topics: [topic!], fromBeginning: true });
await consumer.run({ autoCommit: false, eachBatch: writeBatch });

async function writeBatch({ batch: { partition, messages }, heartbeat }: EachBatchPayload): Promise<void> {
  for (let from = 0; from < messages.length; from += MESSAGES_A_TRANSACTION) {
    const some = messages.slice(from, from + MESSAGES_A_TRANSACTION);
    await client.query("begin");
    for (const message of some) await client.query({ ...INSERT, values: valuesOf(message) });
    await client.query("commit");
    const next = String(BigInt(some.at(-1)!.offset) + 1n);
    await consumer.commitOffsets([{ topic: topic!, partition, offset: next }]);
    await heartbeat();
    records += some.length;
  }
}

function valuesOf({ value }: KafkaMessage): unknown[] {
  const event = JSON.parse(String(value));
  const correlation = createHash("md5").update(event.correlation_id).digest("hex");
  return [
    randomUUID(),
    correlation,
    event.agent_name,
    event.action_type,
    event.action_name,
    JSON.stringify(event.action_details),
    event.duration_ms,
    event.project_path,
    event.project_name,
    event.working_directory,
    event.timestamp,
  ];
}

serveReadings(
  () => records,
  async () => {
    await consumer.disconnect();
    await client.end();
  },
);
