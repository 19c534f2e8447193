/** What one would write by hand: the bytes of a batch joined to one JSON array, `jsonb_to_recordset`, three connections. It validates nothing. */
import { Kafka, logLevel } from "kafkajs";
import pg from "pg";
import { serveReadings } from "./measured-child.js";

const { brokers, topic, groupId, databaseUrl } = JSON.parse(process.argv[2] ?? "{}") as Record<
  string,
  string
>;
const pool = new pg.Pool({ connectionString: databaseUrl, max: 3 });
const consumer = new Kafka({ brokers: brokers!.split(","), logLevel: logLevel.ERROR }).consumer({
  groupId: groupId!,
  maxBytes: 16_777_216,
});
const INSERT = {
  name: "insert",
  text: `insert into agent_actions (id, correlation_id, agent_name, action_type, action_name, action_details, duration_ms,
      project_path, project_name, working_directory, created_at)
    select gen_random_uuid(), md5(correlation_id)::uuid, agent_name, action_type, action_name, action_details, duration_ms,
      project_path, project_name, working_directory, "timestamp"
    from jsonb_to_recordset($1::jsonb) as x (correlation_id text, agent_name text, action_type text, action_name text, action_details jsonb,
      duration_ms integer, project_path text, project_name text, working_directory text, "timestamp" timestamptz)`,
};
const MAX_ROWS = 2_000;
let records = 0;
await consumer.connect();
await consumer.subscribe({ topics: [topic!], fromBeginning: true });
await consumer.run({
  partitionsConsumedConcurrently: 6,
  eachBatch: async ({ batch: { messages } }) => {
    for (let from = 0; from < messages.length; from += MAX_ROWS) {
      const some = messages.slice(from, from + MAX_ROWS);
      const parts = some.flatMap(({ value }, index) => [Buffer.from(index === 0 ? "[" : ","), value!]);
      const json = Buffer.concat([...parts, Buffer.from("]")]).toString();
      await pool.query({ ...INSERT, values: [json] });
      records += some.length;
    }
  },
});
serveReadings(
  () => records,
  async () => {
    await consumer.disconnect();
    await pool.end();
  },
);
