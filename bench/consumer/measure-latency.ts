import { Kafka, logLevel, Partitioners } from "kafkajs";
import pg from "pg";

export interface Latency {
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly maxMillis: number;
}

/** Every so many looks. */
const LOOK_AT_ALL = 100;

/** Publishes at a steady rate, one record a send, and looks every few milliseconds which rows can be seen. */
export async function measureLatency(
  bootstrapServers: string,
  topic: string,
  databaseUrl: string,
  perSecond: number,
  seconds: number,
): Promise<Latency> {
  const kafka = new Kafka({ brokers: bootstrapServers.split(","), logLevel: logLevel.ERROR });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  // A producer's first send asks for the topic's leaders, and makes the others wait.
  await producer.send({ topic, messages: [{ value: event("first") }] });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const count = perSecond * seconds;
  const published = new Map<string, number>();
  const latencies: number[] = [];
  const began = performance.now();
  const publishing = (async () => {
    for (let index = 0; index < count; index++) {
      const wait = began + (index * 1_000) / perSecond - performance.now();
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      const name = `latency-${index}`;
      published.set(name, performance.now());
      void producer.send({ topic, messages: [{ key: `run-${index % 50}`, value: event(name) }] });
    }
  })();
  const seen = new Set<string>();
  for (let look = 0; seen.size < count; look++) {
    // The newest are what is waited for; now and then all, for those that came late on a busy machine.
    const { rows } = await client.query(
      "select action_name from agent_actions where agent_name = 'agent-latency' order by created_at desc limit $1",
      [look % LOOK_AT_ALL === 0 ? count + 1 : 100],
    );
    const now = performance.now();
    for (const { action_name: name } of rows) {
      if (seen.has(name) || !published.has(name)) continue;
      seen.add(name);
      latencies.push(now - published.get(name)!);
    }
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await publishing;
  await producer.disconnect();
  await client.end();
  const sorted = latencies.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]!;
  return { p50Millis: at(0.5), p99Millis: at(0.99), maxMillis: at(1) };
}

function event(name: string): string {
  return JSON.stringify({
    correlation_id: name,
    agent_name: "agent-latency",
    action_type: "tool_call",
    action_name: name,
    action_details: { tool_parameters: {}, tool_result: "x".repeat(200), success: true },
    timestamp: new Date().toISOString(),
  });
}
