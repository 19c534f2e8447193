import { Kafka, logLevel, Partitioners } from "kafkajs";
import pg from "pg";

export interface Latency {
  readonly perSecond: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly maxMillis: number;
}

/** Between two looks. */
const LOOK_MILLIS = 2;
/** Transactions commit in another order than they took their places in the feed in: so far back every look goes. */
const PLACES_AGAIN = 200;
const PATIENCE_MILLIS = 60_000;
/** A process that was held up sends what is due in several, each below the broker's bound. */
const MAX_SEND = 500;

/**
 * From the end of an action, when its event is made, to when another connection sees its row: one clock, because all of it is on this machine.
 *
 * Rows are seen by the change feed, which has one row a transaction: a look reads what was committed since the last one, however many rows
 * that are, so this holds at any rate. A look takes about a millisecond, and two pass between looks: that much is in the figures.
 */
export async function measureLatency(
  bootstrapServers: string,
  topic: string,
  databaseUrl: string,
  perSecond: number,
  seconds: number,
): Promise<Latency> {
  const kafka = new Kafka({ brokers: bootstrapServers.split(","), logLevel: logLevel.ERROR });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const client = new pg.Client({ connectionString: databaseUrl });
  await Promise.all([producer.connect(), client.connect()]);
  // A producer's first send asks for the topic's leaders, and makes the others wait.
  await producer.send({ topic, messages: [{ value: event(0, new Date().toISOString()) }] });
  const count = perSecond * seconds;
  const { rows: start } = await client.query(
    "select coalesce(max(position), 0)::float8 as position from agent_action_changes",
  );
  const publishing = publish(producer, topic, perSecond, count);
  const latencies = await see(client, count, start[0].position);
  await publishing;
  await producer.disconnect();
  await client.end();
  const sorted = latencies.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]!;
  return { perSecond, p50Millis: at(0.5), p99Millis: at(0.99), maxMillis: at(1) };
}

/** What is due goes in one send, as an agent sends what gathers. */
async function publish(
  producer: ReturnType<Kafka["producer"]>,
  topic: string,
  perSecond: number,
  count: number,
): Promise<void> {
  const began = performance.now();
  const sends: Promise<unknown>[] = [];
  for (let index = 0; index < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - began) * perSecond) / 1_000));
    const messages = [];
    for (const end = Math.min(due, index + MAX_SEND); index < end; index++)
      messages.push({ key: `run-${index % 50}`, value: event(index, isoMicros(nowMillis())) });
    if (messages.length > 0) sends.push(producer.send({ topic, messages }));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(sends);
}

async function see(client: pg.Client, count: number, from: number): Promise<readonly number[]> {
  const latencies: number[] = [];
  const seen = new Set<number>();
  let last = from;
  const until = performance.now() + PATIENCE_MILLIS;
  for (let missing = count; missing > 0; ) {
    const { rows } = await client.query({
      name: "look",
      text: `select position::float8 as position, array(select extract(epoch from at)::float8 * 1000 from unnest(created_ats) at) as ended
        from agent_action_changes where kind = 'action' and position > $1 order by position`,
      values: [Math.max(last - PLACES_AGAIN, from)],
    });
    const now = nowMillis();
    for (const { position, ended } of rows as { position: number; ended: number[] }[]) {
      if (seen.has(position)) continue;
      seen.add(position);
      last = Math.max(last, position);
      for (const at of ended) latencies.push(now - at);
      missing -= ended.length;
    }
    if (performance.now() > until) throw new Error(`${missing} of ${count} rows were not seen in a minute`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
  return latencies.slice(0, count);
}

const nowMillis = (): number => performance.timeOrigin + performance.now();

const isoMicros = (millis: number): string => {
  const whole = Math.floor(millis);
  const micros = Math.floor((millis - whole) * 1_000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
};

function event(index: number, timestamp: string): string {
  return JSON.stringify({
    correlation_id: `latency-${index % 50}`,
    agent_name: "agent-latency",
    action_type: "tool_call",
    action_name: `latency-${index}`,
    action_details: { tool_parameters: {}, tool_result: "x".repeat(200), success: true },
    timestamp,
  });
}
